"""Payments: what state each is in, what was sent and what came back, numbers and money."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.utils.translation import pgettext_lazy

from istidrak.base import days, history
from istidrak.base.models import History
from istidrak.base.scope import Scope
from istidrak.support.models import Guardian, Instalment, PayerFile, Payment, PaymentEvent

Kind = PaymentEvent.Kind
REFUSE = "refuse_return"  # in the history of an instalment: a return file that was not taken
WAITS_FOR_A_FILE = (Kind.RELEASED, Kind.REISSUED)
# Where a payment stands, for people: its state, and whether it left for the payer.
PLACES: dict[str, Any] = {
    "PAID": pgettext_lazy("payments", "Paid"),
    "UNCLAIMED": pgettext_lazy("payments", "Unclaimed"),
    "RETURNED": pgettext_lazy("payments", "Money returned"),
    "REJECTED": pgettext_lazy("payments", "Rejected"),
    "CANCELLED": pgettext_lazy("payments", "Cancelled"),
    "WAITING": pgettext_lazy("payments", "Waiting for the payer's answer"),
    "AGAIN": pgettext_lazy("payments", "To send again"),
    "HELD": pgettext_lazy("payments", "Held"),
    "RELEASED": pgettext_lazy("payments", "Released, to send"),
    "DROPPED": pgettext_lazy("payments", "Cancelled before being sent"),
    "NOTHING": pgettext_lazy("payments", "Nothing to pay"),
}
# The same of one payment.
OF_ONE: dict[str, Any] = {
    **{kind.value: kind.label for kind in (Kind.PAID, Kind.UNCLAIMED, Kind.RETURNED, Kind.REJECTED, Kind.CANCELLED)},
    "WAITING": pgettext_lazy("payment", "Waiting for the payer's answer"),
    "AGAIN": pgettext_lazy("payment", "To send again"),
    "HELD": pgettext_lazy("payment", "Held"),
    "RELEASED": Kind.RELEASED.label,
    "DROPPED": pgettext_lazy("payment", "Cancelled before being sent"),
    "NOTHING": pgettext_lazy("payment", "Nothing to pay"),
}
WERE_SENT = ("PAID", "UNCLAIMED", "RETURNED", "REJECTED", "CANCELLED", "WAITING", "AGAIN")
NOT_SENT = ("HELD", "RELEASED", "DROPPED", "NOTHING")
# Nothing more happens to these: an instalment is closed when all its payments are here.
ENDED = ("PAID", "CANCELLED", "DROPPED", "NOTHING")
TONES = {
    "PAID": "green",
    "UNCLAIMED": "orange",
    "RETURNED": "orange",
    "REJECTED": "red",
    "WAITING": "blue",
    "AGAIN": "purple",
    "HELD": "orange",
    "RELEASED": "purple",
}


def payments(scope: Scope, instalment: Instalment | None = None) -> QuerySet[Payment]:
    """Visible payments, of one instalment when it is given."""
    rows = Payment.objects.visible_to(scope).select_related("instalment")
    return rows.filter(instalment=instalment) if instalment is not None else rows


def last_events() -> QuerySet[PaymentEvent]:
    """Of each payment that has events, the last one."""
    later = PaymentEvent.unscoped.filter(payment=OuterRef("payment"), pk__gt=OuterRef("pk"))
    return PaymentEvent.unscoped.filter(~Exists(later))


def with_place(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    """Payments with `place` (a key of PLACES), `kind` of the last event (None without) and its `kind_date`."""
    last = PaymentEvent.unscoped.filter(payment=OuterRef("pk")).order_by("-pk")
    rows = rows.annotate(
        kind=Subquery(last.values("kind")[:1]),
        kind_date=Subquery(last.values("date")[:1]),
        kind_cause=Subquery(last.values("cause")[:1]),
        kind_file=Subquery(last.values("file")[:1]),
        was_released=Exists(PaymentEvent.unscoped.filter(payment=OuterRef("pk"), kind=Kind.RELEASED)),
    )
    waits = Q(kind_file=None)
    place = Case(
        When(kind=None, amount__lte=0, then=Value("NOTHING")),
        When(kind=None, is_held=True, then=Value("HELD")),
        When(kind=Kind.CANCELLED, is_held=True, was_released=False, then=Value("DROPPED")),
        When(waits, kind=Kind.RELEASED, then=Value("RELEASED")),
        When(waits, kind=Kind.REISSUED, then=Value("AGAIN")),
        *(
            When(kind=kind, then=Value(str(kind)))
            for kind in (Kind.PAID, Kind.UNCLAIMED, Kind.RETURNED, Kind.REJECTED, Kind.CANCELLED)
        ),
        default=Value("WAITING"),
    )
    return rows.annotate(place=place)


def in_place(rows: QuerySet[Payment], place: str) -> QuerySet[Payment]:
    """The payments in one place of PLACES; those with events are found through them, so that few cost little."""
    no_event = ~Exists(PaymentEvent.unscoped.filter(payment=OuterRef("pk")))
    released = Exists(PaymentEvent.unscoped.filter(payment=OuterRef("pk"), kind=Kind.RELEASED))

    def last(**what: Any) -> Q:
        return Q(pk__in=last_events().filter(**what).values("payment"))

    never_left = Q(is_held=True) & ~Q(released)
    asked = {
        "NOTHING": Q(amount__lte=0) & Q(no_event),
        "HELD": Q(is_held=True, amount__gt=0) & Q(no_event),
        "WAITING": (Q(is_held=False, amount__gt=0) & Q(no_event))
        | last(kind=Kind.AVAILABLE)
        | last(kind__in=WAITS_FOR_A_FILE, file__isnull=False),
        "RELEASED": last(kind=Kind.RELEASED, file=None),
        "AGAIN": last(kind=Kind.REISSUED, file=None),
        "DROPPED": last(kind=Kind.CANCELLED) & never_left,
        "CANCELLED": last(kind=Kind.CANCELLED) & ~never_left,
    }
    return rows.filter(asked[place] if place in asked else last(kind=place))


@dataclass(frozen=True)
class Counted:
    """How many payments, and centimes."""

    rows: int = 0
    amount: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(self.rows + other.rows, self.amount + other.amount)

    def __sub__(self, other: "Counted") -> "Counted":
        return Counted(self.rows - other.rows, self.amount - other.amount)


@dataclass(frozen=True)
class Reconciliation:
    """Where the payments of an instalment stand. `places`: by key of PLACES, all of them."""

    places: dict[str, Counted]

    def together(self, names: tuple[str, ...]) -> Counted:
        """Several places added up."""
        return sum((self.places[name] for name in names), Counted())

    @property
    def sent(self) -> Counted:
        """What left for the payer: paid, unclaimed, returned, rejected, cancelled since, or waiting."""
        return self.together(WERE_SENT)

    @property
    def not_sent(self) -> Counted:
        """What never left."""
        return self.together(NOT_SENT)

    @property
    def all(self) -> Counted:
        """Every payment of the instalment."""
        return self.sent + self.not_sent

    @property
    def open_places(self) -> list[str]:
        """Where something still waits: the instalment is not closed before."""
        return [name for name in PLACES if name not in ENDED and self.places[name].rows]


def reconciliation(instalment: Instalment) -> Reconciliation:
    """Every payment of the instalment in its place. Three queries, whatever the number of payments.

    The instalment is one that the caller may read: numbers and money name nobody.
    """
    rows = Payment.unscoped.filter(instalment=instalment)
    sums = {"rows": Count("pk"), "money": Sum("amount", default=0)}
    is_something = Case(When(amount__gt=0, then=Value(True)), default=Value(False), output_field=BooleanField())
    quiet: dict[tuple[bool, bool], Counted] = {}  # held, something to pay: those without an event, in the end
    for row in rows.annotate(is_something=is_something).values("is_held", "is_something").annotate(**sums):
        quiet[row["is_held"], row["is_something"]] = Counted(row["rows"], row["money"])
    places = dict.fromkeys(PLACES, Counted())
    last = last_events().filter(payment__instalment=instalment)
    waits = Case(When(file=None, then=Value(True)), default=Value(False), output_field=BooleanField())
    grouped = (
        last.annotate(waits=waits)
        .values("kind", "waits", "payment__is_held")
        .annotate(rows=Count("pk"), money=Sum("payment__amount", default=0))
    )
    for row in grouped:
        count = Counted(row["rows"], row["money"])
        name = _place_of(row["kind"], waits=row["waits"])
        places[name] += count
        key = (row["payment__is_held"], True)
        quiet[key] = quiet.get(key, Counted()) - count
    places["HELD"] = quiet.get((True, True), Counted())
    places["WAITING"] += quiet.get((False, True), Counted())
    places["NOTHING"] = quiet.get((True, False), Counted()) + quiet.get((False, False), Counted())
    if places["CANCELLED"].rows:
        dropped = in_place(rows, "DROPPED").aggregate(**sums)
        places["DROPPED"] = Counted(dropped["rows"], dropped["money"])
        places["CANCELLED"] -= places["DROPPED"]
    return Reconciliation(places)


def _place_of(kind: str, *, waits: bool) -> str:
    if kind in WAITS_FOR_A_FILE:
        return {Kind.RELEASED: "RELEASED", Kind.REISSUED: "AGAIN"}[Kind(kind)] if waits else "WAITING"
    return "WAITING" if kind == Kind.AVAILABLE else kind


def oldest_unclaimed(instalment: Instalment) -> int | None:
    """For how many days the payment that is unclaimed for longest is so; None when none is."""
    last = last_events().filter(payment__instalment=instalment, kind=Kind.UNCLAIMED).order_by("date")
    day = last.values_list("date", flat=True).first()
    return (days.today() - day).days if day else None


def events_of(payment: Payment) -> QuerySet[PaymentEvent]:
    """What happened to a visible payment, the newest first, with who recorded it and the file it came by."""
    return PaymentEvent.unscoped.filter(payment=payment).select_related("recorded_by", "file").order_by("-pk")


def state_of(payment: Payment) -> str:
    """The kind of the last event; without one, HELD or ISSUED."""
    kind = PaymentEvent.unscoped.filter(payment=payment).order_by("-pk").values_list("kind", flat=True).first()
    return str(kind or ("HELD" if payment.is_held else "ISSUED"))


# What is to be sent.


def to_send_first(instalment: Instalment) -> QuerySet[Payment]:
    """The payments of the first sending, in the order they were made: neither held nor netted to nothing."""
    return Payment.unscoped.filter(instalment=instalment, is_held=False, amount__gt=0).order_by("pk")


def to_send_later(instalment: Instalment) -> QuerySet[PaymentEvent]:
    """The events of payments released or issued again since the last sending, in the order of their payments."""
    return (
        last_events()
        .filter(payment__instalment=instalment, kind__in=WAITS_FOR_A_FILE, file=None, payment__amount__gt=0)
        .order_by("payment")
    )


@dataclass(frozen=True)
class ToSend:
    """What the next sending would hold."""

    is_first: bool
    count: Counted
    held: int
    without_receiver: int


def to_send(instalment: Instalment) -> ToSend:
    """What a sending now would hold, for the page that asks for it."""
    is_first = instalment.state == Instalment.State.AUTHORISED
    rows = to_send_first(instalment)
    without = rows.filter(Q(guardian=None) | Q(guardian_name="")).count() if is_first else 0
    if is_first:
        found = rows.aggregate(rows=Count("pk"), money=Sum("amount", default=0))
    else:
        found = to_send_later(instalment).aggregate(rows=Count("pk"), money=Sum("payment__amount", default=0))
    held = in_place(Payment.unscoped.filter(instalment=instalment), "HELD").count()
    return ToSend(is_first, Counted(found["rows"], found["money"]), held, without)


# Files.


def files(scope: Scope) -> QuerySet[PayerFile]:
    """Files exchanged with the payer for visible instalments."""
    return PayerFile.objects.visible_to(scope).select_related("instalment", "made_by")


def sendings_of(instalment: Instalment) -> list[list[PayerFile]]:
    """The files that left, by sending, the newest first; parts in their order."""
    found: dict[dt.datetime, list[PayerFile]] = {}
    for file in (
        PayerFile.unscoped.filter(instalment=instalment, way=PayerFile.Way.OUT)
        .select_related("made_by")
        .order_by("pk")
    ):
        found.setdefault(file.made_at, []).append(file)
    return list(reversed(found.values()))


def parts_with(file: PayerFile) -> list[PayerFile]:
    """The files of the same sending, in order: the first one names the folder that they lie in."""
    same = PayerFile.unscoped.filter(instalment=file.instalment_id, way=file.way, made_at=file.made_at)
    return list(same.select_related("instalment", "made_by").order_by("pk"))


def returns_of(instalment: Instalment) -> QuerySet[PayerFile]:
    """The return files that were taken, the newest first."""
    rows = PayerFile.unscoped.filter(instalment=instalment, way=PayerFile.Way.BACK)
    return rows.select_related("made_by").order_by("-pk")


def refusals_of(instalment: Instalment) -> QuerySet[History]:
    """Return files that were not taken, the newest first."""
    return History.objects.filter(subject=history.key_of(instalment), verb=REFUSE).select_related("by")[:10]


def with_the_payer(scope: Scope, *, to_send: bool) -> QuerySet[Instalment]:
    """Instalments that were sent, and those that wait to be when `to_send`; totals only, the newest first."""
    states = [Instalment.State.SENT, Instalment.State.CLOSED]
    states += [Instalment.State.AUTHORISED] if to_send else []
    rows = Instalment.objects.visible_to(scope, as_totals=True).filter(state__in=states)
    return rows.select_related("body").order_by("-pk")


def guardians_of(scope: Scope, payment: Payment) -> QuerySet[Guardian]:
    """Visible guardians of the payment's household."""
    return Guardian.objects.visible_to(scope).filter(household=payment.household).order_by("pk")
