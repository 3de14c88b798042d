"""Addresses of results."""

from django.urls import path

from istidrak.results.views import curricula, evaluations, learners

app_name = "results"
urlpatterns = [
    path("groups/<uuid:group>/results/", evaluations.group, name="group"),
    path("groups/<uuid:group>/evaluations/", evaluations.create, name="evaluation_create"),
    path("groups/<uuid:group>/curriculum/", evaluations.curriculum_choice, name="curriculum_choice"),
    path("evaluations/<uuid:evaluation>/", evaluations.evaluation, name="evaluation"),
    path("enrolments/<uuid:enrolment>/results/", learners.learner, name="learner"),
    path("enrolments/<uuid:enrolment>/completing/", learners.completion, name="completion"),
    path("curricula/", curricula.curricula, name="curricula"),
    path("curricula/<uuid:curriculum>/", curricula.curriculum, name="curriculum"),
    path("curricula/poles/<uuid:pole>/", curricula.pole, name="pole"),
    path("curricula/modules/<uuid:module>/", curricula.module, name="module"),
]
