"""Lines of an instalment: what a clerk would find with the law and a pencil (test_engines.py: on every engine)."""

import polars as pl
import pytest

from istidrak.base.rules import Outcome, outcomes_of_masks
from istidrak.support.computing import compute
from istidrak.support.facts import BadFacts, open_facts
from istidrak.support.rules.tayssir import ENTITLED, MONTH_DUE

AMOUNTS = {"1AP": 6000, "2AP": 6000, "3AP": 8000, "4AP": 8000, "5AP": 10000, "6AP": 10000}
AMOUNTS |= {"1AC": 14000, "2AC": 14000, "3AC": 14000}


def both(*answers):
    """All of them, where None is not known: one no is a no, whatever else is not known."""
    return False if False in answers else None if None in answers else True


def either(*answers):
    return True if True in answers else None if None in answers else False


def is_entitled(pupil):
    """The law of 2018/19 for one pupil, in plain Python."""
    level, cycle, milieu, cover = (pupil[name] for name in ("level", "cycle", "milieu", "cover"))
    paid = None if level is None else level in AMOUNTS
    areas = {"PRIMARY": ("RURAL",), "LOWER_SECONDARY": ("RURAL", "URBAN")}.get(cycle)
    area = None if areas is None or milieu is None else milieu in areas
    card = None if cover is None else cover in ("RAMED", "RAMED_RECEIPT")
    return both(paid, area, either(card, pupil["was_commune_covered"]))


def is_within_household(pupil, rights, children):
    """At most three pupils of a household, the highest amounts first, then the smaller number."""
    if pupil["household"] is None:
        return None

    def rank(other):
        return -AMOUNTS.get(other["level"], 0), other["child"]

    first = [o for o in children if o["household"] == pupil["household"] and rank(o) < rank(pupil)]
    sure = sum(rights[o["child"]] is True for o in first)
    unsure = sum(rights[o["child"]] is None for o in first)
    return False if sure >= 3 else True if sure + unsure < 3 else None


def is_enrolled(pupil, month):
    if pupil["enrolled_until"] is not None and pupil["enrolled_until"] < month:
        return False
    return None if pupil["enrolled_from"] is None else pupil["enrolled_from"] <= month


def is_assiduous(pupil, month, rows):
    if not any(s["school"] == pupil["school"] and s["month"] == month for s in rows["sheets"]):
        return None
    limit = {"PRIMARY": 4, "LOWER_SECONDARY": 6}.get(pupil["cycle"])
    missed = [a["unexcused_days"] for a in rows["absences"] if a["child"] == pupil["child"] and a["month"] == month]
    return None if limit is None else sum(missed) <= limit


def expected(rows, months):
    """(month, child) -> (outcome, amount) of every pupil who is entitled, or may be."""
    children = rows["children"]
    rights = {pupil["child"]: is_entitled(pupil) for pupil in children}
    lines = {}
    for month in months:
        for pupil in children:
            right = rights[pupil["child"]]
            if right is False:
                continue
            due = both(
                right,
                is_within_household(pupil, rights, children),
                is_enrolled(pupil, month),
                is_assiduous(pupil, month, rows),
            )
            amount = AMOUNTS.get(pupil["level"]) if due else 0
            lines[month, pupil["child"]] = ({True: 1, False: 0, None: -1}[due], amount)
    return lines


@pytest.mark.parametrize("seed", range(6))
def test_every_line_is_what_the_law_says_read_with_a_pencil(make_facts, tmp_path, seed):
    folder, rows = make_facts(seed)
    done = compute(open_facts(folder), school_year=2018, instalment=1, out=tmp_path / "lines.parquet")
    lines = pl.read_parquet(tmp_path / "lines.parquet")
    found = {(line["month"], line["child"]): (line["outcome"], line["amount"]) for line in lines.to_dicts()}
    assert found == expected(rows, done.months)
    assert (done.paid, done.amount) == ((lines["outcome"] == 1).sum(), lines["amount"].cast(pl.Int64).sum())
    assert {1, 0, -1} == set(lines["outcome"]), "the facts must try all three"


def test_the_limit_itself_is_allowed_and_one_more_day_is_not(make_facts, tmp_path):
    folder, rows = make_facts(7)
    for child in (1, 2):
        pupil = rows["children"][child - 1]
        pupil |= {"household": 900 + child, "level": "1AP", "cycle": "PRIMARY", "milieu": "RURAL", "cover": "RAMED"}
        pupil |= {"enrolled_from": 201809, "enrolled_until": None, "school": 1}
    days = {"excused_days": 20, "unexcused_hours": 90, "excused_hours": 0}
    kept = [row for row in rows["absences"] if row["child"] > 2]
    rows["absences"] = [*kept, *({"child": c, "month": 201809, "unexcused_days": 3 + c, **days} for c in (1, 2))]
    rows["sheets"] = [{"school": 1, "month": 201809}]
    from tests.support.conftest import write

    compute(open_facts(write(folder, rows)), school_year=2018, instalment=1, out=tmp_path / "l.parquet")
    lines = pl.read_parquet(tmp_path / "l.parquet").filter(pl.col("month") == 201809)
    assert lines.filter(pl.col("child") == 1)["amount"].to_list() == [6000]  # four days
    assert lines.filter(pl.col("child") == 2)["amount"].to_list() == [0]  # five


def test_the_reasons_of_a_line_are_read_back(make_facts, tmp_path):
    folder, rows = make_facts(2)
    compute(open_facts(folder), school_year=2018, instalment=1, out=tmp_path / "lines.parquet")
    size = len(ENTITLED.conditions)
    for line in pl.read_parquet(tmp_path / "lines.parquet").to_dicts():
        met, not_met = line["met"], line["not_met"]
        month = outcomes_of_masks(MONTH_DUE, met >> size, not_met >> size)
        pupil = rows["children"][line["child"] - 1]
        enrolled = is_enrolled(pupil, line["month"])
        assert month["enrolled"] is Outcome.of(enrolled)
        assert outcomes_of_masks(ENTITLED, met, not_met)["commune"] is Outcome.MET  # not asked for in 2018


@pytest.mark.parametrize(("year", "instalment", "months"), [(2008, 1, [200809, 200810]), (2018, 2, [201901, 201902])])
def test_an_instalment_covers_the_months_of_its_calendar(make_facts, tmp_path, year, instalment, months):
    folder, _rows = make_facts(1)
    done = compute(open_facts(folder), school_year=year, instalment=instalment, out=tmp_path / "l.parquet")
    assert list(done.months[:2]) == months


def test_the_card_of_december_2022_is_another_than_that_of_november(make_facts, tmp_path):
    folder, rows = make_facts(4, months=(202210, 202211, 202212, 202301))
    compute(open_facts(folder), school_year=2022, instalment=1, out=tmp_path / "l.parquet")
    lines = pl.read_parquet(tmp_path / "l.parquet")
    cards = {pupil["child"]: pupil["cover"] for pupil in rows["children"] if pupil["was_commune_covered"] is False}
    paid = lines.filter(pl.col("outcome") == 1).to_dicts()
    assert {cards[p["child"]] for p in paid if p["child"] in cards and p["month"] < 202212} <= {
        "RAMED",
        "RAMED_RECEIPT",
    }
    assert {cards[p["child"]] for p in paid if p["child"] in cards and p["month"] >= 202212} <= {"AMO_TADAMON"}


def test_a_child_twice_in_the_facts_is_refused_before_anything_is_computed(make_facts):
    folder, rows = make_facts(1)
    rows["children"].append(rows["children"][0])
    from tests.support.conftest import write

    with pytest.raises(BadFacts, match="children"):
        open_facts(write(folder, rows))


def test_facts_without_a_file_or_with_a_word_for_a_number_are_refused(make_facts):
    folder, _rows = make_facts(1)
    (folder / "sheets.parquet").unlink()
    with pytest.raises(BadFacts, match="sheets"):
        open_facts(folder)
    pl.DataFrame({"school": ["1"], "month": [201809]}).write_parquet(folder / "sheets.parquet")
    with pytest.raises(BadFacts, match="school"):
        open_facts(folder)
