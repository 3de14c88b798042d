from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "istidrak.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to sign-ins and to second factors set up or dropped."""
        from istidrak.accounts import factors, sessions  # noqa: F401
