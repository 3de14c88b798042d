from django.urls import path

from istidrak.accounts.views import accounts, factors, sign_out

app_name = "accounts"
urlpatterns = [
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.create, name="create"),
    path("accounts/second-factor/", factors.requirements, name="requirements"),
    path("accounts/second-factor/set/", factors.require, name="require"),
    path("accounts/<uuid:user>/", accounts.account, name="account"),
    path("accounts/<uuid:user>/reset/", accounts.reset, name="reset"),
    path("accounts/<uuid:user>/unlock/", accounts.unlock, name="unlock"),
    path("accounts/<uuid:user>/factor/", accounts.remove_factor, name="remove_factor"),
    path("accounts/<uuid:user>/closing/", accounts.close, name="close"),
    path("accounts/<uuid:user>/request/", accounts.answer, name="answer"),
    path("accounts/<uuid:user>/end/<int:assignment>/", accounts.end_role, name="end_role"),
    path("account/idle/", sign_out.left_alone, name="left_alone"),
    path("account/active/", sign_out.active, name="active"),
]
