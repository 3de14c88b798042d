"""Guides, the help of one page, and asking about it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import EVERYBODY, ROLES
from istidrak.help import actions, pages, queries, texts
from istidrak.help.forms import QuestionForm


@open_to(*EVERYBODY)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Guides of my roles, every task that I can open, and a search in all of it."""
    words = request.GET.get("q", "").strip()
    context: dict[str, Any] = {
        "q": words,
        "found": queries.search(request.user, words) if words else None,
        "guides": queries.guides_for(request.user),
        "others": queries.other_guides(request.user),
        "tasks": queries.open_tasks(request.user),
        "waiting": queries.questions_waiting(request.user),
        "to_read": queries.answers_to_read(request.user),
        "may_publish": request.user.holds(*queries.ANSWERING),
    }
    return render(request, "help/index.html", context)


@open_to(*EVERYBODY)
@require_GET
def guide(request: HttpRequest, role: str) -> HttpResponse:
    """The guide of a role: the work of a season in numbered steps."""
    found = texts.guide_of(role, queries.language()) if role in ROLES else None
    if found is None:
        raise Http404
    text = texts.rendered(found.text, queries.address_for(request.user))
    return render(request, "help/guide.html", {"guide": found, "text": text, "role": ROLES[role]})


@open_to(*EVERYBODY)
@require_GET
def task(request: HttpRequest, page: str) -> HttpResponse:
    """The help of one page with the answers that became help; beside the page, only its content is sent."""
    found = pages.page_named(page)
    if found is None or not (found.is_open_to(request.user) or not found.roles):
        raise Http404
    context = {
        "page": page,
        "path": pages.safe_path(request.GET.get("path", ""), page),
        "task": queries.task_for(request.user, page),
        "notes": queries.notes_for(request.user, page),
        "is_panel": bool(request.htmx),
    }
    return render(request, "help/_task.html" if request.htmx else "help/task.html", context)


@open_to(*EVERYBODY)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the coordinator about a page; beside the page, nothing typed there is lost."""
    asked = {name: request.GET.get(name, "")[:length] for name, length in (("page", 80), ("path", 200))}
    form = QuestionForm(request.POST if request.method == "POST" else None, initial=asked)
    if request.method == "POST" and form.is_valid():
        question = actions.ask(by=request.user, **form.cleaned_data)
        if request.htmx:
            return render(request, "help/_sent.html", {"question": question})
        messages.success(
            request, _("Your question was sent to: %(level)s.") % {"level": question.get_level_display()}
        )
        return redirect("help:question", question.uuid)
    name = str(form["page"].value() or "")
    about = pages.page_named(name)
    context = {
        "form": form,
        "title": queries.title_of(name) if about and about.is_open_to(request.user) else "",
        "is_panel": bool(request.htmx),
    }
    # A fragment with errors is sent as 200: htmx puts no other status into the page.
    status = 422 if form.is_bound and not request.htmx else 200
    return render(request, "help/_ask.html" if request.htmx else "help/ask.html", context, status=status)
