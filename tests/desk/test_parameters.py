"""Parameters on a page: superseded by who owns them, never for the past, and what was decided stays."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from istidrak.base import parameters
from istidrak.base.models import COUNTRY, History, Parameter
from istidrak.base.parameters import value_of
from istidrak.desk.forms.parameters import LinesField
from istidrak.support.queries import SOURCES

TODAY = dt.date(2025, 11, 20)


def _value(name, place=COUNTRY, **keys):
    return Parameter.objects.filter(name=name, keys=keys, place_low=place[0]).order_by("-since").first()


def _address(row):
    return reverse("desk:parameter_new", kwargs={"parameter": row.name, "value": row.pk})


def _answers(**more):
    return {"since": "2025-11-20", "source": "مذكرة تجريبية رقم 1", **more}


@pytest.fixture
def delay(db):
    return _value("outreach.arrival_delay_days")


def test_a_directorate_sets_its_own_delay_and_no_other_place_changes(delay, officer, directorate, client_of):
    """A directorate of long roads could not give its families more days; or would give them to the whole country."""
    answer = client_of(officer).post(_address(delay), _answers(place=str(directorate.place.pk), part_value="30"))
    assert answer.status_code == 302, answer.context["form"].errors
    assert value_of(delay.name, as_of=TODAY, place_number=directorate.place.low).value == 30
    assert value_of(delay.name, as_of=TODAY).value == delay.value
    assert value_of(delay.name, as_of=TODAY - dt.timedelta(days=1), place_number=directorate.place.low).value == 15
    assert History.objects.filter(verb="set_parameter", by=officer).exists()


def test_a_directorate_cannot_set_the_country_nor_what_a_national_text_sets(delay, officer, client_of):
    """One office would change the ages or delays of twelve regions."""
    answer = client_of(officer).post(_address(delay), _answers(place="country", part_value="30"))
    assert answer.status_code == 200 and answer.context["form"].errors["place"]
    ceiling = _value("orientation.return_ages", level="1AC")
    answer = client_of(officer).post(_address(ceiling), _answers(place="country", part_upper="25"))
    assert answer.status_code == 302
    assert Parameter.objects.filter(name="orientation.return_ages", since__gte=TODAY).count() == 0


def test_nothing_changes_for_the_past_and_nothing_typed_is_lost(delay, national_officer, client_of):
    """A decision of last month would be read under an age that nobody had set."""
    answer = client_of(national_officer).post(
        _address(delay), _answers(since="2025-11-19", place="country", part_value="30")
    )
    form = answer.context["form"]
    assert form.errors["since"] and form["part_value"].value() == "30"
    with pytest.raises(parameters.DayPassed):
        parameters.supersede(by=national_officer, former=delay, value=30, since=dt.date(2025, 11, 1), source="…")


def test_a_value_is_made_like_the_one_before(delay, national_officer):
    """A word where rules read a number would stop every page that reads it."""
    with pytest.raises(parameters.OtherShape):
        parameters.supersede(by=national_officer, former=delay, value="thirty", since=TODAY, source="…")
    band = _value("programmes.age_band", programme="BASIC")
    with pytest.raises(parameters.OtherShape):
        parameters.supersede(by=national_officer, former=band, value={"lower": 8}, since=TODAY, source="…")


@pytest.mark.parametrize("wrong", [{"part_reference": "13-31"}, {"part_reference": "02-30"}, {"part_upper": "3"}])
def test_a_band_that_makes_no_sense_is_refused(wrong, national_officer, client_of):
    """Ages from 8 to 3, or a day that is in no year, would close a programme to everybody."""
    band = _value("programmes.age_band", programme="BASIC")
    typed = {"place": "country", "part_lower": "8", "part_upper": "16", "part_reference": "12-31", **wrong}
    answer = client_of(national_officer).post(_address(band), _answers(**typed))
    assert answer.status_code == 200 and answer.context["form"].errors


def test_the_same_day_twice_is_refused_in_words(delay, national_officer, client_of):
    """A double click would leave two values of one day, and nobody knows which one rules read."""
    client, typed = client_of(national_officer), _answers(place="country", part_value="20")
    assert client.post(_address(delay), typed).status_code == 302
    again = client.post(_address(delay), {**typed, "part_value": "25"})
    assert again.status_code == 200 and again.context["form"].errors["since"]
    assert value_of(delay.name, as_of=TODAY).value == 20


def test_a_value_to_come_can_be_taken_back_one_in_force_cannot(delay, national_officer, client_of):
    """A slip of the finger would wait for its day; a value already used would vanish from under its decisions."""
    coming = parameters.supersede(
        by=national_officer, former=delay, value=40, since=dt.date(2026, 1, 1), source="مذكرة"
    )
    client = client_of(national_officer)
    for row in (coming, delay):
        address = reverse("desk:parameter_take_back", kwargs={"parameter": row.name, "value": row.pk})
        assert client.post(address, {"reason": "خطأ في الكتابة"}).status_code == 302
    assert not Parameter.objects.filter(pk=coming.pk).exists()
    assert Parameter.objects.filter(pk=delay.pk).exists()


def test_another_directorate_takes_back_nothing_of_ours(delay, officer, other_officer, directorate, client_of):
    """An office elsewhere would undo what this one decided for its families."""
    place = directorate.place
    ours = parameters.supersede(
        by=officer, former=delay, value=40, since=dt.date(2026, 1, 1), source="مذكرة", place=place.span
    )
    address = reverse("desk:parameter_take_back", kwargs={"parameter": ours.name, "value": ours.pk})
    assert client_of(other_officer).post(address, {"reason": "…"}).status_code == 404
    assert Parameter.objects.filter(pk=ours.pk).exists()


def test_every_parameter_says_what_it_sets(national_officer, client_of):
    """A name such as outreach.arrival_sessions tells an officer nothing."""
    page = client_of(national_officer).get(reverse("desk:parameters"))
    unnamed = [row["name"] for row in page.context["rows"] if row["sentence"] == row["name"]]
    assert not unnamed


def test_the_values_of_one_parameter_are_read_in_few_queries(
    national_officer, client_of, django_assert_max_num_queries
):
    """A parameter with a value for each of 82 directorates would ask 82 times."""
    client = client_of(national_officer)
    address = reverse("desk:parameter", kwargs={"parameter": "programmes.age_band"})
    with django_assert_max_num_queries(10):
        assert client.get(address).status_code == 200
    answer = client.get(reverse("desk:parameters"), {"format": "xlsx"})
    assert answer.status_code == 200 and answer.content[:2] == b"PK"


def test_a_list_of_documents_is_set_line_by_line_and_a_bad_line_is_named(db):
    """A paper dropped from the list by a slip of the keyboard would no longer be asked of any family."""
    row = {"code": "PHOTO", "fr": "Photo", "required": True}
    field = LinesField(columns={"code": str, "fr": str, "required": bool})
    assert field.clean("PHOTO | Photo | نعم\n\nID | Carte | non") == [
        row,
        {"code": "ID", "fr": "Carte", "required": False},
    ]
    assert field.clean(field.prepare_value([row])) == [row]
    for wrong in ("PHOTO | Photo", "PHOTO | Photo | perhaps", "PHOTO | | yes"):
        with pytest.raises(ValidationError, match="1"):
            field.clean(wrong)


@pytest.mark.parametrize(("language", "months"), [("ar", "شتنبر, أكتوبر"), ("fr", "septembre, octobre")])
def test_the_months_of_an_instalment_and_the_areas_are_words(db, officer, client_of, language, months):
    """[[9, 10], [11, 12]] and RURAL mean nothing to an officer."""
    client = client_of(officer)
    client.cookies["django_language"] = language
    page = client.get(reverse("desk:parameter", kwargs={"parameter": "support.tayssir_instalments"})).content.decode()
    assert months in page and "[9" not in page
    areas = client.get(reverse("desk:parameter", kwargs={"parameter": "support.tayssir_areas"})).content.decode()
    assert "RURAL" not in areas and "LOWER_SECONDARY" not in areas
    amounts = client.get(reverse("desk:parameter", kwargs={"parameter": "support.tayssir_amount"})).content.decode()
    assert {"ar": "60 درهم", "fr": "60 dirhams"}[language] in amounts
    absences = client.get(reverse("desk:parameter", kwargs={"parameter": "support.tayssir_absences"})).content
    assert b"True" not in absences and b"FORFEIT" not in absences


def test_a_calendar_of_instalments_is_superseded_line_by_line(db, national_officer, client_of):
    """The national unit could not set the months of a year; or months that do not exist would be paid."""
    former = _value("support.tayssir_instalments")
    assert client_of(national_officer).get(_address(former)).status_code == 200
    wrong = client_of(national_officer).post(_address(former), _answers(place="country", part_value="9, 13"))
    assert wrong.context["form"].errors["part_value"]
    lines = "9, 10, 11\n12، 1\n"
    answer = client_of(national_officer).post(_address(former), _answers(place="country", part_value=lines))
    assert answer.status_code == 302, answer.context["form"].errors
    assert value_of(former.name, as_of=TODAY).value == [[9, 10, 11], [12, 1]]


def test_every_source_of_social_support_has_its_words(db):
    """A text added to the parameter file would be shown in English to an officer who reads Arabic."""
    with translation.override("en"):
        worded = {str(source) for source in SOURCES}
    assert {row.source for row in Parameter.objects.filter(name__startswith="support.")} == worded
