"""The demo's last instalment of 2017/18: computed, signed by three people, sent, and answered by the payer.

What came back of it, and the families that the autumn's rules leave out, are what the instalment of 2018/19 is
compared with. That one is not opened: the demo's users do it.
"""

import datetime as dt

from istidrak.accounts.models import User
from istidrak.organisations.models import Organisation
from istidrak.support import checks, running
from istidrak.support.actions import absences, payer_files, registrations, returns
from istidrak.support.actions import instalments as actions
from istidrak.support.models import Instalment, Registration
from istidrak.support.queries.payments import to_send_first
from istidrak.support.queries.runs import folder_of
from istidrak.support.rules.levels import LEVELS
from istidrak.web.demo.province import Province, on
from istidrak.web.demo.support import COASTAL, VILLAGE

YEAR, NUMBER, MONTHS = 2017, 5, (201805, 201806)
REGISTERED, ENTERED, COMPUTED, SIGNED, SENT, ANSWERED = (
    *(dt.date(2018, 3, 5), dt.date(2018, 7, 4), dt.date(2018, 7, 9)),
    *(dt.date(2018, 7, 12), dt.date(2018, 7, 16), dt.date(2018, 9, 14)),
)
HELD = "بطاقة تعريف واحدة لأسرتين: في انتظار التحقق"


def live(p: Province) -> None:
    """From the registrations of 2017/18 to the return file of September 2018."""
    coordinator = p.by("SUPPORT_COORDINATOR")
    with on(REGISTERED):
        rows = _registered(p, coordinator)
        registrations.validate_all(by=coordinator, registrations=rows)
    with on(ENTERED):
        for code in (COASTAL, VILLAGE):
            _sheets(p.bodies[code], rows)
    with on(COMPUTED):
        instalment = _computed(p, coordinator)
    with on(SIGNED):
        for role, step in (
            ("SUPPORT_COORDINATOR", "PREPARE"),
            ("PAYMENT_CHECKER", "CHECK"),
            ("PAYMENT_AUTHORISER", "AUTHORISE"),
        ):
            actions.sign(by=p.by(role), instalment=instalment, step=step)
    with on(SENT):
        instalment.refresh_from_db()
        payer_files.send_to_payer(by=p.by("SUPPORT_UNIT"), instalment=instalment)
    with on(ANSWERED):
        returns.take_return(
            by=p.by("PAYER"),
            instalment=instalment,
            name="retour-2017-18-5.csv",
            data=return_file(instalment, ANSWERED),
        )


def _registered(p: Province, by: User) -> list[Registration]:
    """The pupils of the two rural schools who were a year lower then, with the household and guardian of today."""
    later = (
        Registration.unscoped.filter(school__code__in=[COASTAL, VILLAGE], school_year=YEAR + 1)
        .exclude(level_code__in=["", "1AP", "1AC"])
        .select_related("person", "school", "household", "guardian")
        .order_by("pk")
    )
    return [
        registrations.register(
            by=by,
            person=row.person,
            school=row.school,
            school_year=YEAR,
            level_code=LEVELS[LEVELS.index(row.level_code) - 1],
            household=row.household,
            guardian=row.guardian,
            enrolled_from=201709,
            submission=p.form_id("registration", YEAR, row.pk),
        )
        for row in later
    ]


def _sheets(school: Organisation, rows: list[Registration]) -> None:
    """May and June: one pupil in nine was away more than the limit allows."""
    supervisor, head = staff_of(school)
    for month in MONTHS:
        sheet = absences.open_sheet(by=supervisor, school=school, month=month)
        here = [row for row in rows if row.school_id == school.pk]
        typed = [absences.Row(row.uuid, absences.Counts(7)) for row in here[month % 7 :: 9]]
        absences.save_absences(by=supervisor, sheet=sheet, rows=typed)
        absences.hand_over(by=supervisor, sheet=sheet)
        absences.validate(by=head, sheet=sheet)


def staff_of(school: Organisation) -> list[User]:
    """The supervisor and the head of one of the demo's rural schools."""
    names = [f"{role}.{school.code.lower()}" for role in ("general_supervisor", "school_head")]
    found = {user.username: user for user in User.objects.filter(username__in=names)}
    return [found[name] for name in names]


def _computed(p: Province, by: User) -> Instalment:
    instalment = actions.open_instalment(by=by, body=p.directorate, school_year=YEAR, number=NUMBER)
    run = running.take(actions.begin_run(by=by, instalment=instalment))
    assert run is not None, "a run just begun is free"  # noqa: S101
    running.carry_out(run)
    instalment.refresh_from_db()
    found = checks.checks_of(instalment, folder_of(run))
    for household in {number for check in found if check.is_blocking for number in check.households}:
        actions.hold_household(by=by, instalment=instalment, household=household, reason=HELD)
    return actions.save(by=by, instalment=instalment)


def return_file(instalment: Instalment, day: dt.date) -> bytes:
    """What a payer would hand in of the first file: one family in eight did not come, the others were paid."""
    payments = list(to_send_first(instalment).order_by("pk"))
    kinds = ["UNCLAIMED" if number % 8 == 5 else "PAID" for number in range(len(payments))]
    lines = [f"H;ISTIDRAK-RETURN;1;{instalment.pk}"]
    lines += [
        f"D;{payment.reference};{kind};{day.isoformat()};{payment.amount};"
        for payment, kind in zip(payments, kinds, strict=True)
    ]
    paid = [payment.amount for payment, kind in zip(payments, kinds, strict=True) if kind == "PAID"]
    whole = sum(payment.amount for payment in payments)
    lines.append(f"T;{len(payments)};{whole};{len(paid)};{sum(paid)}")
    return ("\n".join(lines) + "\n").encode()
