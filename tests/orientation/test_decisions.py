import datetime as dt

import pytest
from django.utils import translation

from istidrak.base import parameters
from istidrak.base.models import History, Parameter
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.orientation import actions, queries
from istidrak.orientation.models import Decision
from istidrak.orientation.queries import exits
from istidrak.outreach import actions as outreach
from istidrak.outreach.models import Case, Referral


@pytest.fixture
def proposed(known_case, officer, centre, programme):
    return actions.propose(by=officer, case=known_case(), exit="FULL_TRAINING", receiver=centre, programme=programme)


def test_a_proposal_keeps_every_criterion_with_its_source(proposed):
    kept = proposed.findings
    assert set(kept) >= {"FULL_TRAINING", "SHORT_TRAINING", "OTHER_PROGRAMME", "FORMAL_SCHOOL"}
    assert kept["FULL_TRAINING"]["outcome"] == "MET"
    assert kept["OTHER_PROGRAMME"]["outcome"] == "NOT_MET"
    age = next(f for f in kept["FULL_TRAINING"]["findings"] if f["code"] == "age")
    assert "Laâyoune" in str(age)
    assert (proposed.state, proposed.departs_from_aid) == ("PROPOSED", False)


def test_findings_stay_as_they_stood_after_a_parameter_changed(proposed):
    before = proposed.findings
    Parameter.objects.create(
        name="programmes.age_band",
        keys={"programme": "NEW_GENERATION"},
        place_low=113210000,
        place_high=113219999,
        since=dt.date(2025, 10, 1),
        value={"lower": 17, "upper": 18, "reference": "12-31"},
        source="Test",
    )
    assert (
        parameters.value_of(
            "programmes.age_band", as_of=dt.date(2025, 11, 20), place_number=113210000, programme="NEW_GENERATION"
        ).value["lower"]
        == 17
    )
    today = queries.findings_for(proposed.case, dt.date(2025, 11, 20))
    assert str(today["FULL_TRAINING"].outcome) == "NOT_MET"
    proposed.refresh_from_db()
    assert proposed.findings == before
    (full, *_) = queries.shown(proposed.findings)
    assert full["outcome"] == "MET"


def test_findings_are_said_in_the_language_of_the_reader(known_case, officer, centre):
    """Proposed in French, read in Arabic: the kept sources are those of the texts, not of the proposer."""
    with translation.override("fr"):
        decision = actions.propose(by=officer, case=known_case(), exit="FULL_TRAINING", receiver=centre)
    decision.refresh_from_db()
    said = {}
    for language in ("ar", "fr"):
        with translation.override(language):
            said[language] = [text for row in queries.shown(decision.findings) for _n, text in row["texts"]]
    assert said["ar"] and not set(said["ar"]) & set(said["fr"])


def test_each_text_stands_once_and_every_criterion_points_to_its_own(proposed):
    """A text repeated under each criterion hides the criteria; a wrong number sends the reader to another text."""
    exits = queries.shown(proposed.findings)
    texts = dict(pair for row in exits for pair in row["texts"])
    assert list(texts) == list(range(1, len(texts) + 1)) and len(set(texts.values())) == len(texts)
    findings = [finding for row in exits for finding in (*row["findings"], *row["indications"])]
    assert all([texts[number] for number in finding["numbers"]] == finding["sources"] for finding in findings)
    (school,) = queries.shown(proposed.findings, ["FORMAL_SCHOOL"])
    assert school["texts"][0][0] == 1  # alone on a page, its texts are all there


@pytest.mark.django_db
def test_every_source_of_a_parameter_has_its_words():
    """A text added to a parameter file would be shown in English to an officer who reads Arabic."""
    with translation.override("en"):
        worded = {str(source) for source in queries.SOURCES}
    read = {value.source for value in parameters.values_of(*queries.PARAMETERS)}
    assert read == worded


def test_deciding_refers_the_person(proposed, officer, centre, centre_director):
    actions.decide(by=officer, decision=proposed)
    referral = Referral.unscoped.get(case=proposed.case_id)
    assert (referral.receiver, referral.state) == (centre, "SENT")
    assert Case.unscoped.get(pk=proposed.case_id).state == "REFERRED"
    thread = f"people.person:{proposed.person_id}"
    assert set(History.objects.filter(thread=thread).values_list("verb", flat=True)) >= {"propose", "decide", "refer"}
    scope = centre_director.scope_as(*centre_director.roles)
    assert Decision.objects.visible_to(scope).filter(pk=proposed.pk).exists()


def test_a_second_proposal_and_stale_moves_are_refused(proposed, officer, centre):
    with pytest.raises(actions.AlreadyDecided):
        actions.propose(by=officer, case=proposed.case, exit="SHORT_TRAINING", receiver=centre)
    stale = Decision.unscoped.get(pk=proposed.pk)
    actions.decide(by=officer, decision=proposed)
    with pytest.raises(MoveRefused):
        actions.decide(by=officer, decision=stale)
    assert Referral.unscoped.filter(case=proposed.case_id).count() == 1


def test_withdrawn_with_a_reason_another_can_be_proposed(proposed, officer, centre):
    with pytest.raises(ReasonMissing):
        actions.withdraw(by=officer, decision=proposed, reason=" ")
    actions.withdraw(by=officer, decision=proposed, reason="الأسرة غيرت رأيها")
    second = actions.propose(by=officer, case=proposed.case, exit="SHORT_TRAINING", receiver=centre)
    assert second.state == "PROPOSED"
    assert Decision.unscoped.filter(case=proposed.case_id).count() == 2


def test_a_departure_from_the_criteria_needs_its_reason(known_case, officer, centre):
    case = known_case(birth_date=dt.date(2006, 1, 1))  # nineteen
    for reason in ("", "   "):
        with pytest.raises(actions.DepartureNeedsReason):
            actions.propose(by=officer, case=case, exit="FULL_TRAINING", receiver=centre, departure_reason=reason)
    assert not Decision.unscoped.exists()
    decision = actions.propose(
        by=officer, case=case, exit="FULL_TRAINING", receiver=centre, departure_reason=" ثلاثة أشهر فقط "
    )
    assert (decision.departs_from_aid, decision.departure_reason) == (True, "ثلاثة أشهر فقط")


def test_unknown_is_no_departure(make_case, officer, centre):
    decision = actions.propose(by=officer, case=make_case(), exit="FULL_TRAINING", receiver=centre)
    assert decision.findings["FULL_TRAINING"]["outcome"] == "UNKNOWN"
    assert decision.departs_from_aid is False


def test_nothing_is_decided_when_another_receiver_is_awaited(proposed, officer, school):
    outreach.refer(by=officer, case=proposed.case, receiver=school)
    with pytest.raises(outreach.AlreadyReferred):
        actions.decide(by=officer, decision=proposed)
    assert Decision.unscoped.get(pk=proposed.pk).state == "PROPOSED"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ar", "من 15 إلى 18 سنة في 31 دجنبر 2025 · منذ 1 شتنبر 2025"),
        ("fr", "31 décembre 2025 · depuis le 1er septembre 2025"),
    ],
)
def test_days_of_kept_findings_are_said_in_words_with_their_year(language, words):
    """31/12 of which year? A family that reads a decision later must see the day that counted."""
    value = {"lower": 15, "upper": 18, "reference": "12-31"}
    kept = {"value": value, "since": "2025-09-01", "until": None}
    with translation.override(language):
        assert words in exits.value_words(kept, "2025-11-20")
        assert "31/12" not in exits.value_words(kept)  # findings that kept no day
