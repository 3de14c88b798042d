"""Writing the interview and the tests of a case."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from istidrak.accounts.gate import open_to
from istidrak.base import days
from istidrak.orientation import actions
from istidrak.orientation.forms.interviewing import InterviewForm, TestsForm, initial_of
from istidrak.orientation.queries import known
from istidrak.orientation.views.common import INTERVIEWS, writable_case


@open_to(*INTERVIEWS)
@require_http_methods(["GET", "POST"])
def interview(request: HttpRequest, case: str) -> HttpResponse:
    """Write the first interview; the one that stands is corrected by a new version, another day is another one."""
    subject = writable_case(request, case, *INTERVIEWS)
    standing = None if "new" in request.GET else known.newest_interview(subject)
    if request.method == "POST":
        form = InterviewForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            corrects = known.version_of(subject, data["corrects"])
            try:
                actions.write_interview(
                    by=request.user,
                    case=subject,
                    held_date=data["held_date"],
                    interviewer=data["interviewer"],
                    submission=data["submission"],
                    corrects=corrects,
                    wishes=form.wishes,
                    **form.answers,
                )
            except actions.CorrectedMeanwhile as stale:
                words = _("%(who)s corrected this interview meanwhile. Open it again; what you typed is still below.")
                form.add_error(None, words % {"who": stale.by_whom})
            else:
                messages.success(request, _("Interview written. The criteria below read it."))
                return redirect("orientation:case", case=subject.uuid)
    else:
        form = InterviewForm(initial=initial_of(standing, str(request.user)))
    return render(request, "orientation/interview.html", {"case": subject, "form": form, "standing": standing})


@open_to(*INTERVIEWS)
@require_http_methods(["GET", "POST"])
def tests(request: HttpRequest, case: str) -> HttpResponse:
    """Write the tests of one day; earlier ones stay."""
    subject = writable_case(request, case, *INTERVIEWS)
    if request.method == "POST":
        form = TestsForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            actions.write_tests(
                by=request.user,
                case=subject,
                taken_date=data["taken_date"],
                examiner=data["examiner"],
                scores=form.scores,
                submission=data["submission"],
            )
            messages.success(request, _("Tests written; the earlier ones stay."))
            return redirect("orientation:case", case=subject.uuid)
    else:
        start = {"taken_date": days.today(), "examiner": str(request.user), "submission": uuid.uuid4()}
        form = TestsForm(initial=start)
    context = {"case": subject, "form": form, "earlier": known.tests_of(subject)}
    return render(request, "orientation/tests.html", context)
