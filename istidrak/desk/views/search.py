"""Search of a person by part of a name in either script, code, file number or telephone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from istidrak.accounts.gate import open_to
from istidrak.base.paging import Page
from istidrak.desk.views.season_page import READS_FILES
from istidrak.people import queries

SHORTEST = 2  # one letter matches half of the country


@open_to(*READS_FILES)
@require_GET
@vary_on_headers("HX-Request")
def search(request: HttpRequest) -> HttpResponse:
    """Persons of my scope; too short a text asks for more letters rather than listing everybody.

    While the text is being typed only the found rows are sent again; without JavaScript the button sends the page.
    """
    text = request.GET.get("q", "").strip()
    page = Page([], "")
    if len(text) >= SHORTEST:
        page = queries.search(request.scope, text, after=request.GET.get("after", ""))
    context = {"q": text, "page": page, "is_too_short": bool(text) and len(text) < SHORTEST}
    return render(request, "desk/search_found.html" if request.htmx else "desk/search.html", context)
