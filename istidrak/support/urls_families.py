"""Addresses of social support: families."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
