"""Curriculum versions: read by all who work with them, kept by the national unit."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.base.days import school_year_words
from istidrak.base.exchange.answers import workbook_answer
from istidrak.programmes import actions as programmes
from istidrak.programmes.models import CurriculumVersion, Module, Pole
from istidrak.programmes.queries import curricula as all_curricula
from istidrak.results import forms
from istidrak.results.views.common import KEEPS_CURRICULA, READS


@open_to(*READS)
@require_http_methods(["GET", "POST"])
def curricula(request: HttpRequest) -> HttpResponse:
    """The versions with their poles and modules; the national unit adds one."""
    form = forms.VersionForm(auto_id="version_%s")
    if request.method == "POST":
        scope_acting_as(request, *KEEPS_CURRICULA)
        form = forms.VersionForm(request.POST, auto_id="version_%s")
        if form.is_valid():
            try:
                version = programmes.add_version(by=request.user, **form.cleaned_data)
            except programmes.CurriculumTaken:
                form.add_error("code", _("This programme has a version of that code, or of that season."))
            else:
                messages.success(request, _("Added. Now add its poles."))
                return redirect("results:curriculum", curriculum=version.uuid)
    rows = all_curricula()
    if request.GET.get("format") == "xlsx":
        return _workbook(request, rows)
    context = {"rows": rows, "form": form, "may_keep": request.user.holds(*KEEPS_CURRICULA)}
    return render(request, "results/curricula.html", context)


def _workbook(request: HttpRequest, rows: Any) -> HttpResponse:
    columns = [
        *((_("Programme"), 34, "text"), (_("Curriculum version"), 30, "text"), (_("From the season"), 12, "text")),
        *((_("Pole"), 26, "text"), (_("Hours of the pole"), 10, "number"), (_("Module"), 30, "text")),
        *((_("Hours of the module"), 10, "number"), (_("Text it comes from"), 50, "text")),
    ]
    lines = (
        (
            *(str(row.programme), row.name, school_year_words(row.since_year)),
            *(pole.name, pole.hours, module.name if module else "", module.hours if module else None, row.source),
        )
        for row in rows
        for pole in row.in_force
        for module in (pole.in_force or [None])
    )
    return workbook_answer(request, "curricula", _("Curricula"), columns, lines)


@open_to(*KEEPS_CURRICULA)
@require_http_methods(["GET", "POST"])
def curriculum(request: HttpRequest, curriculum: str) -> HttpResponse:
    """One version: a pole or a module is added; what is there is superseded, never rewritten."""
    subject = get_object_or_404(all_curricula(), uuid=curriculum)
    pole_form, module_form, of_pole = forms.CodedForm(auto_id="pole_%s"), forms.NamedForm(), None
    if request.POST.get("do") == "pole":
        pole_form = forms.CodedForm(request.POST, auto_id="pole_%s")
        if pole_form.is_valid():
            try:
                programmes.add_pole(by=request.user, version=subject, **pole_form.cleaned_data)
            except programmes.CurriculumTaken:
                pole_form.add_error("code", _("This version has a pole of that code."))
            else:
                messages.success(request, _("The pole is added."))
                return redirect("results:curriculum", curriculum=subject.uuid)
    elif request.POST.get("do") == "module":
        of_pole = get_object_or_404(Pole, code=request.POST.get("pole"), version=subject, is_superseded=False)
        module_form = forms.NamedForm(request.POST, auto_id=f"{of_pole.code}_%s")
        if module_form.is_valid():
            programmes.add_module(by=request.user, pole=of_pole, **module_form.cleaned_data)
            messages.success(request, _("The module is added."))
            return redirect("results:curriculum", curriculum=subject.uuid)
    poles = [
        (pole, module_form if pole == of_pole else forms.NamedForm(auto_id=f"{pole.code}_%s"))
        for pole in subject.in_force
    ]
    return render(request, "results/curriculum.html", {"version": subject, "poles": poles, "pole_form": pole_form})


@open_to(*KEEPS_CURRICULA)
@require_http_methods(["GET", "POST"])
def pole(request: HttpRequest, pole: str) -> HttpResponse:
    """Other words or hours for a pole, from now on."""
    subject = get_object_or_404(Pole.objects.select_related("version"), uuid=pole)
    return _supersede(request, subject, subject.version)


@open_to(*KEEPS_CURRICULA)
@require_http_methods(["GET", "POST"])
def module(request: HttpRequest, module: str) -> HttpResponse:
    """Other words or hours for a module, from now on."""
    subject = get_object_or_404(Module.objects.select_related("pole__version"), uuid=module)
    return _supersede(request, subject, subject.pole.version)


def _supersede(request: HttpRequest, subject: Pole | Module, version: CurriculumVersion) -> HttpResponse:
    kept = {"name_ar": subject.name_ar, "name_fr": subject.name_fr, "hours": subject.hours}
    form, reason_form = forms.NamedForm(initial=kept), forms.ReasonForm()
    try:
        if request.POST.get("do") == "set_aside":
            reason_form = forms.ReasonForm(request.POST)
            if reason_form.is_valid():
                programmes.set_aside(by=request.user, row=subject, **reason_form.cleaned_data)
                messages.success(request, _("Set aside: results given under it stay."))
                return redirect("results:curriculum", curriculum=version.uuid)
        elif request.method == "POST":
            form = forms.NamedForm(request.POST)
            if form.is_valid():
                programmes.supersede(by=request.user, row=subject, **form.cleaned_data)
                messages.success(request, _("Saved: results given before keep the words they were given under."))
                return redirect("results:curriculum", curriculum=version.uuid)
    except programmes.AlreadySuperseded:
        messages.error(request, _("Somebody changed this meanwhile: look at it again."))
        return redirect("results:curriculum", curriculum=version.uuid)
    context = {"row": subject, "version": version, "form": form, "reason_form": reason_form}
    return render(request, "results/supersede.html", context)
