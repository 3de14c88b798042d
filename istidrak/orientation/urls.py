"""Addresses of orientation: cases, councils, sittings, life projects."""

from django.urls import path

from istidrak.orientation.views import cases, councils, interviews, life, lines, lists, minutes, sittings

app_name = "orientation"
urlpatterns = [
    path("orientation/", lists.orientations, name="orientations"),
    path("cases/<uuid:case>/orientation/", cases.case, name="case"),
    path("cases/<uuid:case>/interview/", interviews.interview, name="interview"),
    path("cases/<uuid:case>/tests/", interviews.tests, name="tests"),
    path("orientation/<uuid:decision>/decide/", cases.decide, name="decide"),
    path("orientation/<uuid:decision>/council/", cases.ask_council, name="ask_council"),
    path("orientation/<uuid:decision>/return/", cases.return_decision, name="return"),
    path("orientation/<uuid:decision>/withdraw/", cases.withdraw, name="withdraw"),
    path("councils/", councils.councils, name="councils"),
    path("councils/<uuid:council>/", councils.council, name="council"),
    path("councils/<uuid:council>/file/", councils.behaviour_file, name="behaviour_file"),
    path("sittings/", sittings.sittings, name="sittings"),
    path("sittings/new/", sittings.sitting_new, name="sitting_new"),
    path("sittings/<uuid:sitting>/", sittings.sitting, name="sitting"),
    path("sittings/<uuid:sitting>/agenda/", sittings.agenda, name="agenda"),
    path("sittings/<uuid:sitting>/choose/", sittings.choose, name="choose"),
    path("sittings/<uuid:sitting>/close/", sittings.close, name="close"),
    path("sittings/<uuid:sitting>/validate/", sittings.validate, name="validate"),
    path("sittings/<uuid:sitting>/minutes/", minutes.minutes, name="minutes"),
    path("sittings/lines/<uuid:line>/", lines.line, name="line"),
    path("sittings/lines/<uuid:line>/return/", lines.return_line, name="return_line"),
    path("sittings/lines/<uuid:line>/correct/", lines.correct_line, name="correct_line"),
    path("people/<uuid:person>/life-project/", life.life_project, name="life_project"),
    path("people/<uuid:person>/life-project/write/", life.life_project_write, name="life_project_write"),
]
