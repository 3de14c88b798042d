"""All addresses. Of allauth's pages only those of an account that exists: nobody signs up, nothing is mailed."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes.views import generate_recovery_codes
from allauth.mfa.totp.views import activate_totp
from django.urls import include, path

from istidrak.accounts.gate import open_to_all, signed_in
from istidrak.accounts.views import factors
from istidrak.desk.views.home import home
from istidrak.web import views

urlpatterns = [
    path("", home, name="home"),
    path("account/login/", open_to_all(account.login), name="account_login"),
    path("account/logout/", views.sign_out, name="account_logout"),
    path("account/password/", account.password_change, name="account_change_password"),
    # Names that allauth looks up when it draws its own pages; they lead to the sign-in page.
    path("account/closed/", views.closed, name="account_signup"),
    path("account/closed/set/", views.closed, name="account_set_password"),
    path("account/closed/inactive/", views.closed, name="account_inactive"),
    path("account/again/", account.reauthenticate, name="account_reauthenticate"),
    path("account/code/", open_to_all(mfa.authenticate), name="mfa_authenticate"),
    path("account/code/again/", factors.code_again, name="mfa_reauthenticate"),
    path("account/factor/", signed_in(mfa.index), name="mfa_index"),
    path("account/factor/set-up/", signed_in(activate_totp), name="mfa_activate_totp"),
    path("account/factor/drop/", factors.drop, name="mfa_deactivate_totp"),
    path("account/factor/codes/", factors.recovery_codes, name="mfa_view_recovery_codes"),
    path("account/factor/codes/new/", signed_in(generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("language/", views.set_language, name="set_language"),
    path("demo/sign-in/", views.demo_sign_in, name="demo_sign_in"),
    path("health/", views.health, name="health"),
    path("gallery/", views.gallery, name="gallery"),
    path("", include("istidrak.accounts.urls")),
    path("", include("istidrak.help.urls")),
    path("", include("istidrak.people.urls")),
    path("", include("istidrak.outreach.urls")),
    path("", include("istidrak.orientation.urls")),
    path("", include("istidrak.training.urls")),
    path("", include("istidrak.support.urls")),
    path("", include("istidrak.results.urls")),
    path("", include("istidrak.psychosocial.urls")),
    path("", include("istidrak.desk.urls")),
]

handler400 = "istidrak.web.views.bad_request"
handler403 = "istidrak.web.views.forbidden"
handler404 = "istidrak.web.views.not_found"
handler500 = "istidrak.web.views.broken"
