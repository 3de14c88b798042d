"""Addresses of contacts, referrals, to-do and protection."""

from typing import Any

urlpatterns: list[Any] = []
