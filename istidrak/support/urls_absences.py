"""Addresses of social support: absences."""

from django.urls import URLPattern, path

from istidrak.support.views import absence_files, absences, control, sheets

urlpatterns: list[URLPattern] = [
    path("support/absences/", absences.absences, name="absences"),
    path("support/absences/late/", control.absences_late, name="absences_late"),
    path("support/visits/", control.visits, name="visits"),
    path("support/visits/<uuid:visit>/", control.visit, name="visit"),
    path("support/absences/<uuid:sheet>/", sheets.sheet, name="sheet"),
    path("support/absences/<uuid:sheet>/import/", absence_files.sheet_import, name="sheet_import"),
    path("support/absences/<uuid:sheet>/<uuid:registration>/", sheets.correct, name="sheet_correct"),
]
