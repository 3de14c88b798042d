from django.apps import AppConfig


class SchoolingConfig(AppConfig):
    name = "istidrak.schooling"
    label = "schooling"
    default_auto_field = "django.db.models.BigAutoField"
