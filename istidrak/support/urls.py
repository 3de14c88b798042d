"""Addresses of social support."""

from istidrak.support import (
    urls_absences,
    urls_families,
    urls_instalments,
    urls_payments,
    urls_registrations,
    urls_rules,
)

app_name = "support"
urlpatterns = [
    *urls_registrations.urlpatterns,
    *urls_absences.urlpatterns,
    *urls_instalments.urlpatterns,
    *urls_payments.urlpatterns,
    *urls_families.urlpatterns,
    *urls_rules.urlpatterns,
]
