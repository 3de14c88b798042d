"""What the pages of lists show: files inside a scope, those that wait, the schools of a directorate."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from istidrak.base import days
from istidrak.base.scope import Scope
from istidrak.desk.imports import keeping
from istidrak.desk.imports.preview import Preview, is_clean, previews_of
from istidrak.desk.imports.queue import is_alive, is_left_waiting
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import ExpectedList
from istidrak.outreach.queries.lists import owed_lists
from istidrak.people.models import SourceFile
from istidrak.programmes.models import Season
from istidrak.territory.models import Place

State = SourceFile.State
LAYOUT_LABELS = {
    "SCHOOL_LIST": gettext_lazy("School list"),
    "CARAVAN_LIST": gettext_lazy("Caravan list"),
    "CENTRE_LIST": gettext_lazy("Centre's list"),
    "ESTABLISHMENTS": gettext_lazy("Establishments file"),
}
# A drop of the whole province fits on one page; each waiting list on it is read again.
FILES_ON_A_DROP = 100


def files_visible_to(scope: Scope) -> QuerySet[SourceFile]:
    """Lists of directorates inside the territory, and those of the reader's school or centre."""
    inside = scope.q(place="directorate__place_number", organisation="organisation")
    return SourceFile.objects.filter(inside).select_related(
        "season", "directorate__place", "organisation", "received_by"
    )


def directorates_of(scope: Scope) -> QuerySet[Organisation]:
    """Directorates inside the territory."""
    inside = scope.q(place="place_number")
    return Organisation.objects.filter(inside, kind="DIRECTORATE").select_related("place").order_by("code")


def directorate_of(body: Organisation) -> Organisation | None:
    """The directorate in whose area a school or a centre stands."""
    if body.place_number is None:
        return None
    around = Place.objects.filter(kind="PROVINCE", low__lte=body.place_number, high__gte=body.place_number)
    return Organisation.objects.filter(kind="DIRECTORATE", place__in=around).select_related("place").first()


def own_bodies(scope: Scope) -> QuerySet[Organisation]:
    """Schools and centres that the reader heads, and the satellites of those schools."""
    mine = Organisation.objects.filter(pk__in=scope.organisations, kind__in=["SCHOOL", "CENTRE"])
    return mine.order_by("kind", "code")


def bodies_inside(directorate: Organisation, kind: str) -> QuerySet[Organisation]:
    """Schools or centres in the area of a directorate."""
    return Organisation.objects.filter(kind=kind, place_number__range=directorate.place.span).order_by("code")


@dataclass
class FileRow:
    """A file on a page of lists: its words, its preview while it waits."""

    file: SourceFile
    preview: Preview | None = None
    is_clean: bool = False

    @property
    def label(self) -> str:
        """The kind of list."""
        return str(LAYOUT_LABELS.get(self.file.layout, self.file.layout))

    @property
    def tone(self) -> str:
        """Colour of its state."""
        return str(SourceFile.TONES[self.file.state])

    @property
    def counts(self) -> Any:
        """What carries the counts: the preview while the list waits, then the file."""
        return self.preview or self.file

    @property
    def received_date(self) -> dt.date:
        """The local day on which it was received."""
        return self.file.received_at.astimezone(days.CASABLANCA).date()

    @property
    def is_waiting(self) -> bool:
        """True until it is confirmed or set aside."""
        return self.file.state == State.PREVIEWED

    @property
    def is_being_written(self) -> bool:
        """True while it waits for the run that writes long lists, or is being written by one that is alive."""
        return self.file.state == State.QUEUED or (self.file.state == State.APPLYING and is_alive(self.file))

    @property
    def is_left_waiting(self) -> bool:
        """True when it waits and no run is there to write it; one query."""
        return is_left_waiting(self.file)

    @property
    def may_be_set_aside(self) -> bool:
        """True while nothing writes it and not all of it is written."""
        return self.file.state in SourceFile.MOVES["set_aside"].sources

    @property
    def is_long_and_begun(self) -> bool:
        """True for a long list whose writing began and whose rows are kept: its page shows totals, since reading
        all its rows again takes longer than a page may."""
        begun = {State.APPLYING, State.FAILED, State.APPLIED}
        is_long = self.to_write > settings.ROWS_WRITTEN_AT_ONCE and self.file.state in begun
        return is_long and keeping.path_of(self.file.digest, self.file.layout).exists()

    @property
    def to_write(self) -> int:
        """Rows that are written in the end."""
        return int(self.file.accepted + self.file.incomplete)

    @property
    def is_gone(self) -> bool:
        """True when it waits and its content is no longer kept."""
        return self.is_waiting and self.preview is None

    @property
    def wants(self) -> str:
        """The kind of body that must still be chosen: SCHOOL, CENTRE or nothing."""
        if not self.is_waiting or self.file.organisation_id or self.preview is None:
            return ""
        if self.file.layout == "CENTRE_LIST":
            return "CENTRE"
        return "SCHOOL" if self.file.layout == "SCHOOL_LIST" and not self.preview.schools.known else ""

    @property
    def reasons(self) -> list[str]:
        """Why a waiting list is to be looked at before it is confirmed."""
        if self.preview is None or self.is_clean:
            return []
        said = [note.message for note in self.preview.disagreements]
        if self.wants == "SCHOOL":
            said.append(_("Choose its school."))
        if self.preview.refused:
            said.append(_("Some of its rows are refused."))
        if not self.preview.rows:
            said.append(_("It holds no row: note that the school has nothing to report."))
        return said

    @property
    def schools(self) -> list[Any]:
        """The schools a list is of: the one chosen, else those it names."""
        if self.file.organisation:
            return [self.file.organisation]
        return list(self.preview.schools.known) if self.preview else []


def file_rows(files: Sequence[SourceFile]) -> list[FileRow]:
    """Files with the previews of those that wait; the number of queries does not grow with the files."""
    previews = previews_of([file for file in files if file.state == State.PREVIEWED])
    rows = []
    for file in files:
        preview = previews.get(file.pk)
        rows.append(FileRow(file, preview, preview is not None and is_clean(preview, file.organisation)))
    return rows


def dropped_files(scope: Scope, season: Season, directorate: Organisation | None) -> list[SourceFile]:
    """Lists of a season that wait, are being written, or were received today; the newest first."""
    midnight = dt.datetime.combine(days.today(), dt.time.min, tzinfo=days.CASABLANCA)
    files = files_visible_to(scope).filter(season=season)
    if directorate is not None:
        files = files.filter(directorate=directorate)
    fresh = files.filter(
        Q(state__in=[State.PREVIEWED, State.QUEUED, State.APPLYING, State.FAILED]) | Q(received_at__gte=midnight)
    )
    return list(fresh.order_by("-pk")[:FILES_ON_A_DROP])


@dataclass
class SchoolRow:
    """What one school owes for a season: received, nothing to report, awaited or late."""

    expected: ExpectedList
    is_late: bool

    @property
    def word(self) -> str:
        """Its state in words."""
        return _("Late") if self.is_late else self.expected.get_state_display()

    @property
    def tone(self) -> str:
        """Colour of its state."""
        if self.is_late:
            return "red"
        return {"RECEIVED": "green", "NOTHING": "blue"}.get(self.expected.state, "secondary")


@dataclass
class SchoolTable:
    """The schools of a directorate in a season, late ones first, with their counts."""

    rows: list[SchoolRow] = field(default_factory=list)

    @property
    def late(self) -> int:
        """Schools whose day has passed without a list."""
        return sum(row.is_late for row in self.rows)

    def count(self, state: str) -> int:
        """Schools in a state of ExpectedList; those that are late are not counted as awaited."""
        return sum(row.expected.state == state and not row.is_late for row in self.rows)

    @property
    def received(self) -> int:
        """Schools whose list is there."""
        return self.count("RECEIVED")

    @property
    def nothing(self) -> int:
        """Schools with nothing to report."""
        return self.count("NOTHING")

    @property
    def awaited(self) -> int:
        """Schools whose day has not come yet."""
        return self.count("EXPECTED")


def school_table(scope: Scope, season: Season, directorate: Organisation) -> SchoolTable:
    """Lists owed by the schools of a directorate; one query."""
    low, high = directorate.place.span
    today = days.today()
    owed = owed_lists(scope, season, today).filter(school__place_number__range=(low, high))
    rows = [
        SchoolRow(expected, expected.state == "EXPECTED" and expected.due_date < today)
        for expected in owed.order_by("school__code")
    ]
    return SchoolTable(sorted(rows, key=lambda row: (not row.is_late, row.expected.state != "EXPECTED")))
