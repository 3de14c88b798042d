"""Addresses of help."""

from django.urls import path

from istidrak.help.views import notes, questions, texts

app_name = "help"
urlpatterns = [
    path("help/", texts.index, name="index"),
    path("help/guides/<str:role>/", texts.guide, name="guide"),
    path("help/pages/<str:page>/", texts.task, name="task"),
    path("help/ask/", texts.ask, name="ask"),
    path("help/questions/", questions.questions, name="questions"),
    path("help/questions/<uuid:question>/", questions.question, name="question"),
    path("help/questions/<uuid:question>/answer/", questions.answer, name="answer"),
    path("help/questions/<uuid:question>/pass-up/", questions.pass_up, name="pass_up"),
    path("help/questions/<uuid:question>/solved/", questions.solved, name="solved"),
    path("help/questions/<uuid:question>/not-solved/", questions.not_solved, name="not_solved"),
    path("help/questions/<uuid:question>/make-help/", notes.make, name="make_help"),
    path("help/answers/", notes.notes, name="notes"),
    path("help/answers/<uuid:note>/", notes.note, name="note"),
    path("help/answers/<uuid:note>/move/", notes.move, name="note_move"),
]
