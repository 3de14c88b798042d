from django.apps import AppConfig


class PsychosocialConfig(AppConfig):
    name = "istidrak.psychosocial"
    label = "psychosocial"
    default_auto_field = "django.db.models.BigAutoField"
