"""What is asked of the program, and by whom: signed-in users of different territories, each with the own pages."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from istidrak.accounts.models import User
from istidrak.people.models import Person, Tie
from istidrak.training.models import Attendance, Group, Session

CSRF = "a" * 32
YEAR = 2025
FLOOR = "answer without a page (/health/)"


@dataclass(frozen=True)
class Ask:
    """One request: what it is called in the table, its address, and the form when it is a POST."""

    kind: str
    path: str
    form: tuple[tuple[str, str], ...] = ()


@dataclass
class Visitor:
    """A signed-in user and the requests that they make, over and over in a mixed order."""

    username: str
    cookie: str
    asks: list[Ask] = field(default_factory=list)

    def endless(self, seed: int) -> Iterator[Ask]:
        """Their requests in an order of their own."""
        chance = random.Random(f"{self.username}{seed}")
        while True:
            yield from chance.sample(self.asks, len(self.asks))


def visitors(count: int = 20) -> list[Visitor]:
    """Of twenty: ten directorate officers (the largest directorate among them), five educators, three centre
    directors, two national officers' sessions."""
    officers = _users("DIRECTORATE_OFFICER", _largest_first())
    educators = _users("EDUCATOR", _with_open_roll_call())
    directors = _users("CENTRE_DIRECTOR", [user.held_in for user in educators])
    national = _users("NATIONAL_OFFICER", None) * 2
    many = max(1, count // 20)
    chosen = [
        *((user, _officer_asks) for user in officers[: 10 * many]),
        *((user, _educator_asks) for user in educators[: 5 * many]),
        *((user, _director_asks) for user in directors[5 * many : 8 * many]),
        *((user, _national_asks) for user in national),
    ]
    return [_visitor(user, asks_of) for user, asks_of in chosen]


def _users(role: str, bodies: list[int] | None) -> list[User]:
    rows = User.objects.filter(assignments__role=role)
    found = {user.assignments.get().organisation_id: user for user in rows}
    for body, user in found.items():
        user.held_in = body
    return [found[body] for body in (found if bodies is None else bodies)]


def _largest_first() -> list[int]:
    from istidrak.outreach.models import Case

    rows = Case.unscoped.filter(season__year=YEAR).values("directorate").annotate(n=Count("pk")).order_by("-n")
    return [row["directorate"] for row in rows]


def _with_open_roll_call() -> list[int]:
    rows = Session.unscoped.filter(state="OPENED").values("group__centre").annotate(n=Count("pk")).order_by("-n")
    return [row["group__centre"] for row in rows]


def _visitor(user: User, asks_of: Callable[[User], list[Ask]]) -> Visitor:
    client = Client()
    client.force_login(user)
    return Visitor(user.username, client.cookies["sessionid"].value, asks_of(user))


def _people(user: User, many: int) -> list[Person]:
    """People whom the user sees, spread over all of them."""
    scope = user.scope_as(*user.roles)
    ties = Tie.objects.filter(scope.q(place="place_number", organisation="organisation") | _own(scope, user))
    keys = list(ties.order_by("person").values_list("person", flat=True)[: 60_000 : max(1, 60_000 // many)])
    return list(Person.unscoped.filter(pk__in=keys))


def _own(scope: object, user: User) -> object:
    from django.db.models import Q

    return Q(user=user) if getattr(scope, "is_personal", False) else Q(pk__in=[])


def _searches(people: list[Person]) -> list[Ask]:
    """Part of a name as one types it: all but the last letter of a family name, in either script."""
    asks = []
    for person in people:
        arabic, latin = person.last_name_ar[:-1], person.last_name_fr[:-1].lower()
        if len(arabic) > 2:
            asks.append(Ask("search, Arabic", f"{reverse('desk:search')}?q={quote(arabic)}"))
        if len(latin) > 2:
            asks.append(Ask("search, Latin", f"{reverse('desk:search')}?q={quote(latin)}"))
    return asks


def _files(people: list[Person]) -> list[Ask]:
    return [Ask("a person's file", reverse("desk:person", args=[person.uuid])) for person in people]


def _officer_asks(user: User) -> list[Ask]:
    people = _people(user, 12)
    path = reverse("outreach:cases")
    lists = [Ask("list of cases", f"{path}?season={YEAR}"), Ask("list of cases", f"{path}?season={YEAR}&state=OPEN")]
    return [*lists * 3, *_searches(people[:6]), *_files(people[:6])]


def _educator_asks(user: User) -> list[Ask]:
    """The roll-call of a group, read and saved with 25 marks of which some differ each time."""
    sessions = list(
        Session.unscoped.filter(group__in=Group.unscoped.filter(educators=user), state="OPENED").order_by("pk")[:6]
    )
    asks = []
    for session in sessions:
        rows = list(Attendance.objects.filter(session=session).select_related("enrolment"))
        path = reverse("training:session", args=[session.uuid])
        asks.append(Ask("a roll-call", path))
        for turn in range(2):
            marks = ("PRESENT", "ABSENT", "LATE", "PRESENT", "EXCUSED")
            form = [(f"mark-{row.enrolment.uuid}", marks[(i * (turn + 2)) % 5]) for i, row in enumerate(rows)]
            asks.append(Ask("saving a roll-call of 25", path, (*form, ("do", "save"))))
    return asks


def _season() -> str:
    return reverse("desk:season", args=[YEAR])


def _director_asks(user: User) -> list[Ask]:
    people = _people(user, 3)
    return [*[Ask("season page, a centre", _season())] * 3, *_files(people[:2])]


def _national_asks(user: User) -> list[Ask]:
    return [Ask("season page, the country", _season())]


def headers(visitor: Visitor) -> dict[str, str]:
    """What a browser sends: the session, the token against forged forms."""
    return {"Cookie": f"sessionid={visitor.cookie}; csrftoken={CSRF}", "Accept": "text/html"}


def queries_per_page(people: list[Visitor]) -> dict[str, int]:
    """Statements on the database of each kind of request (the most of three), the frame and the session included."""
    counted: dict[str, list[int]] = {}
    for visitor in people:
        client = Client(SERVER_NAME="127.0.0.1")
        client.cookies["sessionid"] = visitor.cookie
        for ask in visitor.asks:
            done = counted.setdefault(ask.kind, [])
            if len(done) >= 3:
                continue
            with CaptureQueriesContext(connection) as captured:
                answer = client.post(ask.path, dict(ask.form)) if ask.form else client.get(ask.path)
            if answer.status_code != (302 if ask.form else 200):
                raise RuntimeError(f"{ask.kind}: {ask.path} answered {answer.status_code}")
            real = [q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
            done.append(len(real))
    return {kind: max(done) for kind, done in counted.items()}
