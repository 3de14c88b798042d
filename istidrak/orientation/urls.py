from django.urls import path

from istidrak.orientation import views

app_name = "orientation"
urlpatterns = [
    path("cases/<uuid:case>/orientation/", views.case, name="case"),
    path("orientation/<uuid:decision>/decide/", views.decide, name="decide"),
    path("orientation/<uuid:decision>/withdraw/", views.withdraw, name="withdraw"),
]
