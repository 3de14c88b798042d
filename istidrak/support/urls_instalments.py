"""Addresses of social support: instalments and payments."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
