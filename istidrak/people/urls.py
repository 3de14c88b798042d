"""Pages about persons: who is who, facts and their sources, what is restricted."""

from django.urls import path

from istidrak.people.views import facts, pairs

app_name = "people"
urlpatterns = [
    path("people/pairs/", pairs.pairs, name="pairs"),
    path("people/pairs/<uuid:pair>/", pairs.pair, name="pair"),
    path("people/pairs/<uuid:pair>/decide/", pairs.decide, name="decide"),
    path("people/pairs/<uuid:pair>/undo/", pairs.merge_undo, name="merge_undo"),
    path("people/pairs/<uuid:pair>/ask/", pairs.ask, name="ask_sharing"),
    path("people/sharing/", pairs.sharing_requests, name="sharing"),
    path("people/sharing/<uuid:sharing>/answer/", pairs.answer, name="answer_sharing"),
    path("people/<uuid:person>/correct/", facts.correct, name="correct"),
    path("people/<uuid:person>/code/", facts.verify_code, name="verify_code"),
    path("people/<uuid:person>/situation/", facts.situation, name="situation"),
    path("people/<uuid:person>/situation/state/", facts.situation_state, name="situation_state"),
    path("people/<uuid:person>/situation/open/", facts.situation_open, name="situation_open"),
]
