"""Addresses of social support: registrations."""

from django.urls import URLPattern, path

from istidrak.support.views import checking, communes, other_aid, registration_files, registrations

urlpatterns: list[URLPattern] = [
    path("registrations/", registrations.registrations, name="registrations"),
    path("registrations/new/", registrations.create, name="registration_create"),
    path("registrations/to-validate/", checking.to_validate, name="registrations_to_validate"),
    path("registrations/late/", checking.late, name="registrations_late"),
    path("registrations/of/<uuid:school>/", registrations.printed, name="registrations_print"),
    path("registrations/import/", registration_files.registrations_import, name="registrations_import"),
    path("registrations/import/empty/", registration_files.registrations_workbook, name="registrations_workbook"),
    path("other-aid/", other_aid.other_aid, name="other_aid"),
    path("covered-communes/", communes.covered_communes, name="covered_communes"),
    path("registrations/<uuid:registration>/", registrations.registration, name="registration"),
]
