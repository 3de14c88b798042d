"""Addresses of social support: families, their notices and complaints, corrections of lines."""

from django.urls import URLPattern, path

from istidrak.support.views import corrections, families

urlpatterns: list[URLPattern] = [
    path("support/instalments/<uuid:instalment>/corrections/", corrections.corrections, name="corrections"),
    path("support/instalments/<uuid:instalment>/adjustments/", corrections.adjustments, name="adjustments"),
    path("support/notices/<uuid:registration>/", families.notice, name="notice"),
]
