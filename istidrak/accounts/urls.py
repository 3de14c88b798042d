from django.urls import path

from istidrak.accounts import views

app_name = "accounts"
urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/new/", views.create, name="create"),
    path("accounts/<uuid:user>/", views.account, name="account"),
    path("accounts/<uuid:user>/reset/", views.reset, name="reset"),
    path("accounts/<uuid:user>/end/<int:assignment>/", views.end_role, name="end_role"),
]
