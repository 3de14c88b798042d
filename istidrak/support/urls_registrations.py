"""Addresses of social support: registrations."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
