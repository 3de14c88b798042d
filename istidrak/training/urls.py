"""Addresses of training."""

from django.urls import path

from istidrak.training import urls_enrolling
from istidrak.training.views import attendance, confirmations, groups, insertions, learners, sessions, timetable

app_name = "training"
urlpatterns = [
    path("groups/", groups.groups, name="groups"),
    path("groups/new/", groups.create, name="group_create"),
    path("groups/<uuid:group>/", groups.group, name="group"),
    path("groups/<uuid:group>/enrol/", groups.enrol, name="enrol"),
    path("groups/<uuid:group>/educators/", groups.educators, name="educators"),
    path("groups/<uuid:group>/timetable/", timetable.timetable, name="timetable"),
    path("groups/<uuid:group>/sheet/", attendance.sheet, name="sheet"),
    path("groups/<uuid:group>/sessions/", sessions.create, name="session_create"),
    path("sessions/<uuid:session>/", sessions.session, name="session"),
    path("sessions/<uuid:session>/open/", sessions.open_roll_call, name="session_open"),
    path("timetable/<uuid:timetable_entry>/", timetable.entry, name="timetable_entry"),
    path("closed-days/", timetable.closures, name="closures"),
    path("closed-days/<uuid:closure>/", timetable.closure, name="closure"),
    path("roll-calls/not-taken/", attendance.not_taken, name="not_taken"),
    path("absences/", attendance.absences, name="absences"),
    path("absences/<uuid:absence_follow_up>/", attendance.absence, name="absence"),
    path("enrolments/<uuid:enrolment>/attendance/", attendance.learner, name="attendance"),
    path("enrolments/<uuid:enrolment>/", learners.enrolment, name="enrolment"),
    path("insertions/", insertions.insertions, name="insertions"),
    path("insertions/confirmations/", confirmations.confirmations, name="confirmations"),
    path("insertions/confirmations/<uuid:confirmation>/", confirmations.confirmation, name="confirmation"),
    path("insertions/draws/", confirmations.draws, name="draws"),
    path("insertions/<uuid:insertion>/", insertions.insertion, name="insertion"),
    path("insertions/<uuid:insertion>/proof/", insertions.proof, name="proof"),
    *urls_enrolling.urlpatterns,
]
