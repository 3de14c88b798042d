"""Pages that cross modules."""

from django.urls import path

from istidrak.desk.views import bodies, person_file, search, season_page, seasons

app_name = "desk"
urlpatterns = [
    path("seasons/", seasons.seasons, name="seasons"),
    path("seasons/announce/", seasons.announce, name="season_announce"),
    path("seasons/<int:year>/<str:verb>/", seasons.move, name="season_move"),
    path("seasons/<int:year>/", season_page.season, name="season"),
    path("seasons/<int:year>/people/<str:count>/", season_page.people, name="season_people"),
    path("search/", search.search, name="search"),
    path("people/<uuid:person>/", person_file.person, name="person"),
    path("bodies/", bodies.bodies, name="bodies"),
    path("bodies/new/", bodies.create, name="body_create"),
]
