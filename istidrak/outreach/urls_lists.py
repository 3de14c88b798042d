"""Addresses of lists, campaigns, capture and visit sheets."""

from django.urls import path

from istidrak.outreach.views import campaigns, capture, lists, visit_sheets

urlpatterns = [
    path("lists/", lists.lists, name="lists"),
    path("lists/late/", lists.late_lists, name="late_lists"),
    path("lists/ask/", lists.expect_lists, name="expect_lists"),
    path("lists/<uuid:expected>/nothing/", lists.nothing_to_report, name="nothing_to_report"),
    path("marks/", lists.strike_out, name="strike_out"),
    path("marks/<uuid:school>/", lists.strike_out_of, name="strike_out_of"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.create, name="campaign_create"),
    path("campaigns/<uuid:campaign>/", campaigns.campaign, name="campaign"),
    path("campaigns/<uuid:campaign>/plan/", campaigns.plan, name="campaign_plan"),
    path("campaigns/<uuid:campaign>/people/", campaigns.people, name="campaign_people"),
    path("campaigns/<uuid:campaign>/move/", campaigns.move, name="campaign_move"),
    path("campaigns/<uuid:campaign>/change/", campaigns.change, name="campaign_change"),
    path("campaigns/<uuid:campaign>/teams/new/", campaigns.create_team, name="team_create"),
    path("campaigns/<uuid:campaign>/stops/new/", campaigns.plan_stop, name="stop_plan"),
    path("teams/<uuid:team>/", campaigns.team, name="team"),
    path("stops/<uuid:stop>/", campaigns.stop, name="stop"),
    path("hand-over/", campaigns.hand_over, name="hand_over"),
    path("capture/", capture.capture, name="capture"),
    path("capture/<uuid:case>/", capture.captured, name="captured"),
    path("visits/sheets/", visit_sheets.visit_sheets, name="visit_sheets"),
    path("visits/sheets/back/", visit_sheets.visit_sheets_back, name="visit_sheets_back"),
    path("visits/sheets/write/", visit_sheets.write_visits, name="visit_sheets_write"),
]
