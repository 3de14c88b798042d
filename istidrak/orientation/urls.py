from django.urls import path

from istidrak.orientation.views import cases

app_name = "orientation"
urlpatterns = [
    path("cases/<uuid:case>/orientation/", cases.case, name="case"),
    path("orientation/<uuid:decision>/decide/", cases.decide, name="decide"),
    path("orientation/<uuid:decision>/withdraw/", cases.withdraw, name="withdraw"),
]
