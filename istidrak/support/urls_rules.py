"""Addresses of estimates and of changes of the rules."""

from django.urls import path

from istidrak.support.views import aid, reform

urlpatterns = [
    path("support/estimate/", aid.estimate, name="estimate"),
    path("support/reform/", reform.reform, name="reform"),
]
