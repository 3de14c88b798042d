"""Home: the few things asked of me, by when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import EVERYBODY
from istidrak.base import days
from istidrak.desk.queries.home import asks_of
from istidrak.desk.views.season_page import SEASON_READERS
from istidrak.programmes.queries import current_season


@open_to(*EVERYBODY)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What is asked of me; when nothing is, what I may look at."""
    season = current_season(days.today())
    context = {
        "season": season,
        "asks": asks_of(request.user, days.today(), season),
        "may_see_season": request.user.holds(*SEASON_READERS),
    }
    return render(request, "desk/home.html", context)
