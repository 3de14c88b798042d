"""Addresses of social support: absences."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
