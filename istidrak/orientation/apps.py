from django.apps import AppConfig


class OrientationConfig(AppConfig):
    name = "istidrak.orientation"
    label = "orientation"
    default_auto_field = "django.db.models.BigAutoField"
