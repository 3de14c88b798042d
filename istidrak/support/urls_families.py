"""Addresses of social support: families, their notices and complaints, corrections of lines."""

from django.urls import URLPattern, path

from istidrak.support.views import complaints, corrections, families

urlpatterns: list[URLPattern] = [
    path("support/instalments/<uuid:instalment>/corrections/", corrections.corrections, name="corrections"),
    path("support/instalments/<uuid:instalment>/adjustments/", corrections.adjustments, name="adjustments"),
    path("support/notices/<uuid:registration>/", families.notice, name="notice"),
    path("support/notices/<uuid:registration>/complain/", complaints.create, name="complaint_create"),
    path("support/complaints/", complaints.complaints, name="complaints"),
    path("support/complaints/<uuid:complaint>/", complaints.complaint, name="complaint"),
    path("support/complaints/<uuid:complaint>/letter/", complaints.letter, name="complaint_letter"),
]
