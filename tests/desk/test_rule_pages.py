"""An officer asked "why?" finds the rule, its texts and its examples; and tries a case without writing anything."""

import datetime as dt
import io

import pytest
import python_calamine

from istidrak.base.models import Parameter
from istidrak.base.rules import Example, Outcome
from istidrak.base.rules.columns import PLACE_NUMBER
from istidrak.desk.queries import rule_pages
from istidrak.desk.queries.rules import BY_CODE, RULES

TODAY = dt.date(2025, 11, 20)
pytestmark = pytest.mark.django_db
EVERY = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


@EVERY
def test_every_rule_has_its_page_with_each_condition_its_text_and_true_examples(client_of, educator, rule):
    """A rule that decides about a child and has no page is a rule that nobody can contest."""
    client = client_of(educator)
    assert f'href="/rules/{rule.code}/"' in client.get("/rules/").content.decode()
    page = rule_pages.page_of(rule, TODAY)
    assert all(example.is_true for example in page.examples) and len(page.examples) == len(rule.examples)
    assert all(condition.texts for condition in page.conditions)
    html = client.get(f"/rules/{rule.code}/").content.decode()
    for condition in rule.conditions:
        assert str(condition.label) in html.replace("&#x27;", "'")


@EVERY
def test_every_fact_of_a_rule_has_a_word_and_a_field_that_may_stay_empty(rule):
    """A fact shown by its name in the program, or that must be guessed to try the rule, helps nobody."""
    law = rule_pages.law_of(rule, TODAY, rule_pages.law(TODAY).values)
    form = rule_pages_form(rule, law)
    for column in rule.needs:
        if column == PLACE_NUMBER:
            continue
        assert str(rule_pages.label_of(column)) not in {"", column.name}
        assert not form.fields[column.name].required
        if column.kind is str and column.name != "programme":
            assert rule_pages.options_of(column.name), f"{column.name}: free text where a code is read"
    for example in rule.examples:
        for name, value in example.facts.items():
            words = dict(rule_pages.options_of(name))
            assert not words or value is None or value in words, f"{name}: {value} cannot be chosen"


def rule_pages_form(rule, law, data=None):
    from istidrak.desk.forms.rules import TryForm

    return TryForm(data, rule=rule, law=law)


@EVERY
def test_each_example_typed_into_the_form_gets_the_answer_of_the_table(client_of, educator, rule):
    """If the form decided otherwise than the table, the officer would believe the wrong one."""
    client = client_of(educator)
    for example in rule.examples:
        answer = client.get(f"/rules/{rule.code}/", {"try": "1", **typed(rule, example)})
        assert answer.context["said"].outcome is example.outcome, str(example.sentence)


def typed(rule: Example, example: Example) -> dict[str, str]:
    """The facts of an example as a browser sends them."""
    sent = {"day": (example.as_of or TODAY).isoformat()}
    for name, value in example.facts.items():
        if isinstance(value, bool):
            sent[name] = "yes" if value else "no"
        elif name in rule_pages.MONTHS and value:
            sent[name] = f"{value // 100}-{value % 100:02}"
        elif value is not None:
            sent[name] = str(value)
    return sent


def test_a_case_of_which_nothing_is_known_is_to_complete_and_names_what_lacks(client_of, educator):
    answer = client_of(educator).get("/rules/full_training/", {"try": "1", "day": "2025-11-20"})
    assert answer.context["said"].outcome is Outcome.UNKNOWN
    (wish,) = [f for f in answer.context["findings"] if str(f.label) == str(RULES[0].conditions[2].label)]
    assert [str(word) for word in wish.missing] == ["الرغبة"]


def test_a_programme_that_ended_is_shown_under_its_last_law_and_says_so(client_of, educator):
    """An error page, or silence about the end, for a family that asks about 2022."""
    answer = client_of(educator).get("/rules/tayssir_entitled/")
    page = answer.context["page"]
    assert page.day == dt.date(2023, 11, 30) and not page.is_asked_day
    assert "30 نونبر 2023" in answer.content.decode()
    asked = client_of(educator).get("/rules/tayssir_entitled/?day=2018-10-01").context["page"]
    assert asked.day == dt.date(2018, 10, 1) and asked.is_asked_day
    (covers,) = [values for name, _sentence, values in asked.time_lines if name == "support.tayssir_covers"]
    assert {value.row.since.year: value.state for value in covers}[2018] == "IN_FORCE"
    after = client_of(educator).get("/rules/tayssir_entitled/", {"try": "1", "day": "2025-01-01"})
    assert "day" in after.context["form"].errors and "said" not in after.context


def test_a_sample_value_is_said_in_words(client_of, educator):
    """A figure that nobody has confirmed, read as the law."""
    html = client_of(educator).get("/rules/tayssir_month/").content.decode()
    assert "قيمة نموذجية" in html


def test_values_and_examples_leave_as_a_workbook(client_of, educator):
    answer = client_of(educator).get("/rules/tayssir_month/?format=xlsx")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    values, examples = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    names = ("support.tayssir_household_limit", "support.tayssir_absences")
    assert len(values) - 1 == Parameter.objects.filter(name__in=names).count() > 0
    assert len(examples) - 1 == len(BY_CODE["tayssir_month"].examples)
    listed = client_of(educator).get("/rules/?format=xlsx")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(listed.content))
    assert len(book.get_sheet_by_index(0).to_python()) - 1 == sum(len(rule.conditions) for rule in RULES)


def test_what_was_typed_wrong_comes_back_beside_its_field(client_of, educator):
    sent = {"try": "1", "day": "2018-10-01", "month": "octobre", "unexcused_days": "-2"}
    answer = client_of(educator).get("/rules/tayssir_month/", sent)
    assert set(answer.context["form"].errors) == {"month", "unexcused_days"}
    assert "octobre" in answer.content.decode() and "said" not in answer.context


def test_a_rule_that_does_not_exist_is_not_found(client_of, educator):
    assert client_of(educator).get("/rules/nothing/").status_code == 404
