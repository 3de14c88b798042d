"""A family at the counter gets the answer that the payment gives: the same expressions, the same lines."""

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest
from django.core.management import CommandError, call_command

from istidrak.base.rules import NoParameter, Outcome, Parameters
from istidrak.support.computing import compute
from istidrak.support.facts import open_facts, parameters_of
from istidrak.support.rules.household import FACTS, decide_household

PUPIL = {"level": "1AP", "cycle": "PRIMARY", "milieu": "RURAL", "cover": "RAMED", "was_commune_covered": False}
PUPIL |= {"is_commune_covered": False, "enrolled_from": 201809, "is_sheet_validated": True}


@pytest.fixture(scope="module")
def parameters():
    return Parameters(parameters_of(Path("absent")), dt.date(2025, 11, 20))


def _facts(pupil, month, rows):
    """What the counter knows of a pupil in a month, from the tables that the payment reads."""
    validated = any(s["school"] == pupil["school"] and s["month"] == month for s in rows["sheets"])
    missed = [a for a in rows["absences"] if (a["child"], a["month"]) == (pupil["child"], month)]
    known = {name: pupil[name] for name in FACTS if name in pupil}
    return {**known, "is_sheet_validated": validated or None, **(missed[0] if missed else {})}


def _masks(child):
    found = [finding.outcome for finding in child.findings]
    return tuple(sum(1 << n for n, o in enumerate(found) if o is wanted) for wanted in (Outcome.MET, Outcome.NOT_MET))


@pytest.mark.parametrize("seed", range(3))
def test_each_household_is_answered_as_the_payment_computes_it(make_facts, tmp_path, parameters, seed):
    folder, rows = make_facts(seed, pupils=150)
    done = compute(open_facts(folder), school_year=2018, instalment=1, out=tmp_path / "lines.parquet")
    lines = {(line["month"], line["child"]): line for line in pl.read_parquet(tmp_path / "lines.parquet").to_dicts()}
    families = {}
    for pupil in rows["children"]:
        families.setdefault(pupil["household"] or -pupil["child"], []).append(pupil)
    seen = set()
    for month in done.months[:2]:
        for household, pupils in families.items():
            facts = [_facts(pupil, month, rows) for pupil in pupils]
            decided = decide_household(facts, month, parameters, is_household_known=household > 0)
            for child in decided.children:
                line = lines.pop((month, child.child), None)
                if line is None:
                    assert child.entitled.outcome is Outcome.NOT_MET and child.amount == 0
                    continue
                outcome = {1: Outcome.MET, 0: Outcome.NOT_MET, -1: Outcome.UNKNOWN}[line["outcome"]]
                assert (child.outcome, child.amount) == (outcome, line["amount"])
                assert _masks(child) == (line["met"], line["not_met"])
                seen.add(outcome)
    assert seen == set(Outcome), "the facts must try all three"
    assert not [line for line in lines if line[0] in done.months[:2]], "no line without a child at the counter"


def test_the_fourth_child_is_told_that_three_come_first(parameters):
    levels = ("1AP", "6AP", "3AP", "5AP")
    decided = decide_household([{**PUPIL, "level": level} for level in levels], 201809, parameters)
    assert [child.position for child in decided.children] == [4, 1, 3, 2]  # the highest amounts first
    assert [child.amount for child in decided.children] == [0, 10000, 8000, 10000] and decided.amount == 28000
    (refused,) = [f for f in decided.children[0].findings if f.outcome is Outcome.NOT_MET]
    assert (refused.code, refused.facts["pupils_before"]) == ("household", 3) and refused.parameters[0].value == 3


def test_a_month_that_nobody_validated_waits_and_pays_nothing_yet(parameters):
    decided = decide_household([{**PUPIL, "is_sheet_validated": None}], 201809, parameters)
    (child,) = decided.children
    assert (child.outcome, decided.amount) == (Outcome.UNKNOWN, 0)
    (waits,) = [f for f in child.findings if f.outcome is Outcome.UNKNOWN]
    assert [column.name for column in waits.missing] == ["is_sheet_validated"]


def test_the_law_is_that_of_the_month_and_not_of_the_day_of_asking(parameters):
    ramed = [{**PUPIL, "enrolled_from": 202209}]
    assert decide_household(ramed, 202210, parameters).amount == 6000
    assert decide_household(ramed, 202301, parameters).amount == 0  # AMO-Tadamon by then
    with pytest.raises(NoParameter):
        decide_household(ramed, 202401, parameters)


def test_wrong_facts_are_refused_by_name(parameters):
    with pytest.raises(TypeError, match="unexcused_days"):
        decide_household([{**PUPIL, "unexcused_days": "3"}], 201809, parameters)
    with pytest.raises(ValueError, match="twice"):
        decide_household([{**PUPIL, "child": 7}, {**PUPIL, "child": 7}], 201809, parameters)
    assert decide_household([], 201809, parameters).children == ()


@pytest.mark.django_db
def test_the_command_decides_a_household_and_refuses_what_it_cannot_read(tmp_path, capsys):
    file = tmp_path / "facts.json"
    child = {**PUPIL, "birth_date": "2012-03-01", "unexcused_days": 5}
    file.write_text(json.dumps({"month": 201809, "children": [child, PUPIL]}), encoding="utf-8")
    call_command("decide", "tayssir_household", facts=file)
    told = json.loads(capsys.readouterr().out)
    assert told["amount"] == 6000 and [c["amount"] for c in told["children"]] == [0, 6000]
    for wrong in ({"month": 201813, "children": [child]}, {"month": 201809, "children": [1]}, {"children": []}):
        file.write_text(json.dumps(wrong), encoding="utf-8")
        with pytest.raises(CommandError, match="201809"):
            call_command("decide", "tayssir_household", facts=file)
    file.write_text(json.dumps({"month": 201809, "children": [{"levl": "1AP"}]}), encoding="utf-8")
    with pytest.raises(CommandError, match="levl"):
        call_command("decide", "tayssir_household", facts=file)
