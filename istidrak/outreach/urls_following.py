"""Addresses of the to-do list, cases, contacts, referrals and protection."""

from django.urls import path

from istidrak.outreach.views import cases, protection, referrals

urlpatterns = [
    path("todo/", cases.todo, name="todo"),
    path("cases/", cases.cases, name="cases"),
    path("cases/carry-over/", cases.carry_over, name="carry_over"),
    path("cases/<uuid:case>/", cases.case, name="case"),
    path("cases/<uuid:case>/contact/", cases.make_contact, name="make_contact"),
    path("cases/<uuid:case>/sorting/", cases.sort_case, name="sort_case"),
    path("cases/<uuid:case>/step/", cases.set_next_step, name="set_next_step"),
    path("cases/<uuid:case>/move/", cases.move, name="case_move"),
    path("cases/<uuid:case>/join/", cases.join_cases, name="join_cases"),
    path("cases/<uuid:case>/refer/", referrals.refer, name="refer"),
    path("cases/<uuid:case>/concern/", protection.raise_concern, name="raise_concern"),
    path("referrals/", referrals.referrals, name="referrals"),
    path("referrals/<uuid:referral>/", referrals.referral, name="referral"),
    path("concerns/<uuid:concern>/", protection.concern, name="concern"),
    path("concerns/<uuid:concern>/text/", protection.read_concern, name="read_concern"),
    path("concerns/<uuid:concern>/take/", protection.take_concern, name="take_concern"),
    path("concerns/<uuid:concern>/hand-over/", protection.hand_over_concern, name="hand_over_concern"),
]
