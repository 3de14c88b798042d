from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    """Social support: rules of the transfers, and the facts they read."""

    name = "istidrak.support"
    label = "support"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Social support")
