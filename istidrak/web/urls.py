"""All addresses. Of allauth's pages only those of an account that exists: nobody signs up, nothing is mailed."""

from allauth.account import views as account
from django.urls import include, path

from istidrak.accounts.gate import open_to_all
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
    path("language/", views.set_language, name="set_language"),
    path("demo/sign-in/", views.demo_sign_in, name="demo_sign_in"),
    path("health/", views.health, name="health"),
    path("gallery/", views.gallery, name="gallery"),
    path("", include("istidrak.accounts.urls")),
    path("", include("istidrak.people.urls")),
    path("", include("istidrak.outreach.urls")),
    path("", include("istidrak.orientation.urls")),
    path("", include("istidrak.training.urls")),
    path("", include("istidrak.desk.urls")),
]

handler400 = "istidrak.web.views.bad_request"
handler403 = "istidrak.web.views.forbidden"
handler404 = "istidrak.web.views.not_found"
handler500 = "istidrak.web.views.broken"
