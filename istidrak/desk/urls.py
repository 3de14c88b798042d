"""Pages that cross modules."""

from django.urls import path

from istidrak.desk.views import (
    bodies,
    data_keeping,
    figures,
    imports,
    parameters,
    person_file,
    search,
    season_page,
    seasons,
)

app_name = "desk"
urlpatterns = [
    path("seasons/", seasons.seasons, name="seasons"),
    path("seasons/announce/", seasons.announce, name="season_announce"),
    path("seasons/<int:year>/data/", data_keeping.centres, name="data_keeping"),
    path("seasons/<int:year>/data/<uuid:centre>/<str:measure>/", data_keeping.missing, name="data_missing"),
    path("seasons/<int:year>/places/", figures.places_agreed, name="places_agreed"),
    path("seasons/places/<uuid:places>/withdraw/", figures.places_withdraw, name="places_withdraw"),
    path("seasons/<int:year>/count-days/", figures.count_days, name="count_days"),
    path("seasons/<int:year>/count-days/not-counted/", figures.not_counted, name="not_counted"),
    path("seasons/count-days/<uuid:count_day>/withdraw/", figures.count_day_withdraw, name="count_day_withdraw"),
    path("seasons/<int:year>/said/", figures.claims, name="claims"),
    path("seasons/said/<uuid:claim>/", figures.claim, name="claim"),
    path("seasons/said/<uuid:claim>/withdraw/", figures.claim_withdraw, name="claim_withdraw"),
    path("seasons/<int:year>/freeze/", figures.freeze, name="season_freeze"),
    path("seasons/<int:year>/register/", season_page.register, name="season_register"),
    path("seasons/<int:year>/<str:verb>/", seasons.move, name="season_move"),
    path("seasons/<int:year>/", season_page.season, name="season"),
    path("seasons/<int:year>/people/<str:count>/", season_page.people, name="season_people"),
    path("parameters/", parameters.parameters, name="parameters"),
    path("parameters/<str:parameter>/", parameters.parameter, name="parameter"),
    path("parameters/<str:parameter>/<int:value>/", parameters.supersede, name="parameter_new"),
    path("parameters/<str:parameter>/<int:value>/take-back/", parameters.take_back, name="parameter_take_back"),
    path("search/", search.search, name="search"),
    path("people/<uuid:person>/", person_file.person, name="person"),
    path("bodies/", bodies.bodies, name="bodies"),
    path("bodies/new/", bodies.create, name="body_create"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/waiting/", imports.import_drop, name="import_drop"),
    path("imports/waiting/confirm/", imports.import_confirm_clean, name="import_confirm_clean"),
    path("imports/mine/", imports.import_mine, name="import_mine"),
    path("imports/<uuid:file>/", imports.import_file, name="import_file"),
    path("imports/<uuid:file>/headings/", imports.import_headings, name="import_headings"),
    path("imports/<uuid:file>/body/", imports.import_body, name="import_body"),
    path("imports/<uuid:file>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<uuid:file>/set-aside/", imports.import_set_aside, name="import_set_aside"),
]
