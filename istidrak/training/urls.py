"""Addresses of training."""

from django.urls import path

from istidrak.training.views import confirmations, groups, insertions, learners, sessions

app_name = "training"
urlpatterns = [
    path("groups/", groups.groups, name="groups"),
    path("groups/new/", groups.create, name="group_create"),
    path("groups/<uuid:group>/", groups.group, name="group"),
    path("groups/<uuid:group>/enrol/", groups.enrol, name="enrol"),
    path("groups/<uuid:group>/educators/", groups.educators, name="educators"),
    path("groups/<uuid:group>/sessions/", sessions.create, name="session_create"),
    path("sessions/<uuid:session>/", sessions.session, name="session"),
    path("sessions/<uuid:session>/open/", sessions.open_roll_call, name="session_open"),
    path("enrolments/<uuid:enrolment>/", learners.enrolment, name="enrolment"),
    path("insertions/", insertions.insertions, name="insertions"),
    path("insertions/confirmations/", confirmations.confirmations, name="confirmations"),
    path("insertions/confirmations/<uuid:confirmation>/", confirmations.confirmation, name="confirmation"),
    path("insertions/draws/", confirmations.draws, name="draws"),
    path("insertions/<uuid:insertion>/", insertions.insertion, name="insertion"),
    path("insertions/<uuid:insertion>/proof/", insertions.proof, name="proof"),
]
