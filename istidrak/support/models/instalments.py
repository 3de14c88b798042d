"""Instalments: computed by a run, saved as lines that freeze, signed, sent to a payer, reconciled."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.days import school_year_words
from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.support.access import InstalmentScope, OfInstalmentScope, PayerFileScope, PaymentScope


class Purpose(models.TextChoices):
    """What money is for. A child is paid once for a purpose and a month."""

    TAYSSIR = "TAYSSIR", _("Tayssir")


class Instalment(models.Model):
    """One payment to the families of a territory, for some months of a school year."""

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("instalment", "Open")
        COMPUTED = "COMPUTED", pgettext_lazy("instalment", "Computed, to look at")
        SAVED = "SAVED", pgettext_lazy("instalment", "Saved, lines frozen")
        PREPARED = "PREPARED", pgettext_lazy("instalment", "Prepared")
        CHECKED = "CHECKED", pgettext_lazy("instalment", "Checked")
        AUTHORISED = "AUTHORISED", pgettext_lazy("instalment", "Authorised")
        SENT = "SENT", pgettext_lazy("instalment", "Sent to the payer")
        CLOSED = "CLOSED", pgettext_lazy("instalment", "Reconciled")
        CANCELLED = "CANCELLED", pgettext_lazy("instalment", "Cancelled")

    MOVES: ClassVar = {
        "compute": Move(
            frozenset({State.OPEN, State.COMPUTED}), State.COMPUTED, pgettext_lazy("instalment", "Compute")
        ),
        "save": Move(frozenset({State.COMPUTED}), State.SAVED, pgettext_lazy("instalment", "Save and freeze")),
        "prepare": Move(frozenset({State.SAVED}), State.PREPARED, pgettext_lazy("instalment", "Sign as prepared")),
        "check": Move(frozenset({State.PREPARED}), State.CHECKED, pgettext_lazy("instalment", "Sign as checked")),
        "authorise": Move(frozenset({State.CHECKED}), State.AUTHORISED, pgettext_lazy("instalment", "Authorise")),
        "send": Move(frozenset({State.AUTHORISED}), State.SENT, pgettext_lazy("instalment", "Send to the payer")),
        "close": Move(frozenset({State.SENT}), State.CLOSED, pgettext_lazy("instalment", "Close")),
        "cancel": Move(
            frozenset({State.OPEN, State.COMPUTED}),
            State.CANCELLED,
            pgettext_lazy("instalment", "Cancel"),
            needs_reason=True,
        ),
    }
    TONES: ClassVar = {
        State.OPEN: "secondary",
        State.COMPUTED: "blue",
        State.SAVED: "blue",
        State.PREPARED: "orange",
        State.CHECKED: "orange",
        State.AUTHORISED: "purple",
        State.SENT: "purple",
        State.CLOSED: "green",
        State.CANCELLED: "secondary",
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    school_year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()  # of the calendar, from 1
    months = models.JSONField()  # [201809, ...]
    place_low = models.BigIntegerField()
    place_high = models.BigIntegerField()
    body = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="instalments")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    # Frozen with the lines: counts and digests of the run that was saved, centimes.
    facts_digest = models.CharField(max_length=64, blank=True)
    lines_digest = models.CharField(max_length=64, blank=True)
    lines = models.PositiveIntegerField(null=True, blank=True)
    paid = models.PositiveIntegerField(null=True, blank=True)
    unpaid = models.PositiveIntegerField(null=True, blank=True)
    to_complete = models.PositiveIntegerField(null=True, blank=True)
    amount = models.BigIntegerField(null=True, blank=True)
    rules_digest = models.CharField(max_length=64, blank=True)  # of the parameters that the run read
    signatures_needed = models.PositiveSmallIntegerField(null=True, blank=True)  # to authorise; by the amount

    objects = scoped_manager(InstalmentScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "school_year", "number", "body"],
                condition=~models.Q(state="CANCELLED"),
                name="support_instalment_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {school_year_words(self.school_year)} – {self.number}"

    @property
    def is_frozen(self) -> bool:
        """True once its lines are saved."""
        return bool(self.rules_digest)


class Run(models.Model):
    """One computing of an instalment: the folder of its facts, its digests and counts. It holds a heartbeat."""

    class State(models.TextChoices):
        RUNNING = "RUNNING", pgettext_lazy("run", "Running")
        DONE = "DONE", pgettext_lazy("run", "Done")
        FAILED = "FAILED", pgettext_lazy("run", "Stopped")

    TONES: ClassVar = {State.RUNNING: "blue", State.DONE: "green", State.FAILED: "red"}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNNING)
    folder = models.CharField(max_length=80)  # under ISTIDRAK_HOME/runs
    engine = models.CharField(max_length=7)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True, blank=True)  # last sign of whoever computes; null: nobody yet
    writer = models.UUIDField(null=True, blank=True)  # which process computes
    attempts = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    summary = models.JSONField(default=dict)  # what jobs.Computed says
    failure = models.TextField(blank=True)

    objects = scoped_manager(OfInstalmentScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"

    def __str__(self) -> str:
        return str(self.uuid)


class Line(models.Model):
    """What one child is due for one month, and why. Frozen: lines are written once, by saving, and never changed.

    The key is the guard: the same child twice for a purpose and a month cannot be stored. `child`, `household`,
    `guardian` and `school` are the numbers of their rows on the day of saving, without a reference: a line stays what
    it was when files are merged afterwards. `met` and `not_met` are the conditions as bits (support/rules).
    On PostgreSQL the table is divided by purpose and month.
    """

    pk = models.CompositePrimaryKey("purpose", "month", "child")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    month = models.IntegerField()
    child = models.BigIntegerField()
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="+", db_index=False)
    household = models.BigIntegerField(null=True, blank=True)
    guardian = models.BigIntegerField(null=True, blank=True)
    school = models.BigIntegerField()
    place_number = models.BigIntegerField(null=True, blank=True)
    level = models.CharField(max_length=6, null=True, blank=True)
    amount = models.IntegerField()  # centimes
    outcome = models.SmallIntegerField()  # 1 paid, 0 not due, -1 to complete
    met = models.IntegerField()
    not_met = models.IntegerField()
    digest = models.BigIntegerField()  # of the columns above, as they were saved (support/rules/digests)

    objects = scoped_manager(OfInstalmentScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["instalment", "household"], name="support_line_of_household")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.month} {self.child}"


class Signature(models.Model):
    """Who signed an instalment, as what, over which lines. The same person signs one instalment once."""

    class Step(models.TextChoices):
        PREPARE = "PREPARE", pgettext_lazy("signature", "Prepared")
        CHECK = "CHECK", pgettext_lazy("signature", "Checked")
        AUTHORISE = "AUTHORISE", pgettext_lazy("signature", "Authorised")

    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="signatures")
    step = models.CharField(max_length=9, choices=Step.choices)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    lines_digest = models.CharField(max_length=64)  # of the lines that were signed
    amount = models.BigIntegerField()

    objects = scoped_manager(OfInstalmentScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["instalment", "signed_by"], name="support_one_signature_each"),
        ]

    def __str__(self) -> str:
        return f"{self.instalment_id} {self.step}"


class Payment(models.Model):
    """What one household receives in one instalment: the sum of its lines and adjustments, to one guardian.

    Guardian, card and account are copied on the day of saving. A payment without its own events is in the state of
    the instalment: only exceptions carry events of their own.
    """

    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="payments")
    reference = models.CharField(max_length=20, unique=True)  # readable aloud, with a check character
    household = models.BigIntegerField()
    guardian = models.BigIntegerField(null=True, blank=True)
    guardian_name = models.CharField(max_length=160, blank=True)
    identity_card = models.CharField(max_length=12, blank=True)
    account = models.CharField(max_length=24, blank=True)
    place_number = models.BigIntegerField(null=True, blank=True)
    lines_amount = models.BigIntegerField()  # centimes, of this instalment's lines
    adjusted_amount = models.BigIntegerField(default=0)  # arrears added, overpayments taken back
    amount = models.BigIntegerField()  # the two together: what is sent
    # Not sent with the others: nobody to pay it to, or held by a check (PaymentHold). Released, it is sent later.
    is_held = models.BooleanField(default=False)

    objects = scoped_manager(PaymentScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["instalment", "household"], name="support_one_payment_a_household")
        ]

    def __str__(self) -> str:
        return self.reference


class PaymentHold(models.Model):
    """A household whose payment of an instalment waits, because a check found something that somebody must answer."""

    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="holds")
    household = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField()

    objects = scoped_manager(OfInstalmentScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["instalment", "household"], name="support_hold_once")]

    def __str__(self) -> str:
        return f"{self.instalment_id}/{self.household}"


class PayerFile(models.Model):
    """A file that left for the payer, or came back from it. The same bytes are never taken twice."""

    class Way(models.TextChoices):
        OUT = "OUT", pgettext_lazy("payer file", "To the payer")
        BACK = "BACK", pgettext_lazy("payer file", "From the payer")

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="files")
    way = models.CharField(max_length=4, choices=Way.choices)
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = scoped_manager(PayerFileScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["way", "digest"], name="support_payer_file_once")]

    def __str__(self) -> str:
        return self.name


class PaymentEvent(models.Model):
    """What became of a payment, in order; the last one is its state. Written from a return file or by hand.

    RELEASED and REISSUED wait for the next file to the payer; `file` is that file once it is made.
    """

    class Kind(models.TextChoices):
        AVAILABLE = "AVAILABLE", pgettext_lazy("payment", "Available")
        PAID = "PAID", pgettext_lazy("payment", "Paid")
        UNCLAIMED = "UNCLAIMED", pgettext_lazy("payment", "Unclaimed")
        RETURNED = "RETURNED", pgettext_lazy("payment", "Money returned")
        REJECTED = "REJECTED", pgettext_lazy("payment", "Rejected by the payer")
        REISSUED = "REISSUED", pgettext_lazy("payment", "Issued again")
        CANCELLED = "CANCELLED", pgettext_lazy("payment", "Cancelled")
        RELEASED = "RELEASED", pgettext_lazy("payment", "Released, sent later")

    # From which states an event may follow. Without events, a payment is ISSUED, or HELD (`is_held`).
    AFTER: ClassVar = {
        Kind.AVAILABLE: ("ISSUED", Kind.REISSUED, Kind.RELEASED),
        Kind.PAID: ("ISSUED", Kind.AVAILABLE, Kind.REISSUED, Kind.RELEASED),
        Kind.UNCLAIMED: ("ISSUED", Kind.AVAILABLE, Kind.REISSUED, Kind.RELEASED),
        Kind.REJECTED: ("ISSUED", Kind.AVAILABLE, Kind.REISSUED, Kind.RELEASED),
        Kind.RETURNED: (Kind.UNCLAIMED, Kind.REJECTED),
        Kind.REISSUED: (Kind.RETURNED,),
        Kind.CANCELLED: (Kind.RETURNED, "HELD"),
        Kind.RELEASED: ("HELD",),
    }

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    date = models.DateField()
    cause = models.CharField(max_length=120, blank=True)
    file = models.ForeignKey(PayerFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    row = models.PositiveIntegerField(null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["payment", "id"], name="support_event_of_payment")]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.kind}"
