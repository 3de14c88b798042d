"""Pages about persons: who is who, facts and their sources."""

app_name = "people"
urlpatterns: list = []
