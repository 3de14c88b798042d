"""Addresses of social support: instalments and payments."""

from django.urls import URLPattern, path

from istidrak.support.views import instalments

urlpatterns: list[URLPattern] = [
    path("support/instalments/", instalments.instalments, name="instalments"),
    path("support/instalments/new/", instalments.create, name="instalment_create"),
    path("support/instalments/<uuid:instalment>/", instalments.instalment, name="instalment"),
    path("support/instalments/<uuid:instalment>/lines/", instalments.lines, name="instalment_lines"),
    path("support/instalments/<uuid:instalment>/checks/<str:check>/", instalments.check, name="instalment_check"),
]
