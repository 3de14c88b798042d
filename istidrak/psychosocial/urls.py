"""Addresses of psychosocial accompaniment."""

from django.urls import path

from istidrak.psychosocial import views

app_name = "psychosocial"
urlpatterns = [
    path("psychosocial/", views.meetings, name="meetings"),
    path("psychosocial/openings/", views.openings_by_user, name="openings_by_user"),
    path("psychosocial/<uuid:accompaniment>/", views.accompaniment, name="accompaniment"),
    path("psychosocial/<uuid:accompaniment>/open/", views.open_notes, name="open"),
    path("psychosocial/<uuid:accompaniment>/openings/", views.openings, name="openings"),
    path("people/<uuid:person>/psychosocial/", views.person, name="person"),
]
