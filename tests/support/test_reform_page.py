"""The unit tries a law on real facts, sees its cost, and writes nothing."""

import io
from urllib.parse import urlencode

import pytest
import python_calamine

from istidrak.accounts import roles
from istidrak.base.models import History, Parameter
from istidrak.support import running
from istidrak.support.actions import instalments as actions
from istidrak.support.models import Instalment, Run
from istidrak.support.queries.runs import folder_of

pytestmark = pytest.mark.django_db
REFORM = "/support/reform/"


@pytest.fixture
def unit(make_user, ministry):
    return make_user(roles.SupportUnit, ministry)


@pytest.fixture
def computed(village, directorate, signers):
    """An instalment of 2018/19 computed for a few families."""
    village.family("5AP", "1AC")
    village.family("1AP", "2AP", "3AP", "4AP")
    village.sheets()
    by = signers["SUPPORT_COORDINATOR"]
    instalment = actions.open_instalment(by=by, body=directorate, school_year=2018, number=1)
    running.carry_out(actions.begin_run(by=by, instalment=instalment))
    return Instalment.unscoped.get()


def as_sent(form, **changes):
    """What a browser sends for the form as it stands, with some fields changed."""
    sent = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, bool):
            sent |= {bound.name: "on"} if value else {}
        elif value is not None:
            sent[bound.name] = value
    return {"try": "1", **sent, **changes}


def shown(client, **changes):
    """The page after the form was sent with changes."""
    form = client.get(REFORM).context["form"]
    return client.get(REFORM, as_sent(form, **changes))


def test_the_form_as_it_stands_changes_exactly_nothing(client_of, unit, computed):
    """If the law in force, sent back as it is, gained or lost a centime, every other figure would be doubted."""
    answer = shown(client_of(unit))
    assert answer.context["changes"] == [] and not answer.context["form"].errors
    totals = answer.context["totals"]
    assert totals["before"] == totals["after"] == Run.unscoped.get().summary["amount"] > 0
    assert totals["gaining"] == totals["losing"] == 0


@pytest.mark.parametrize(
    ("changes", "gaining", "losing"),
    [
        ({"household_limit": 4}, 1, 0),
        ({"household_limit": 1}, 0, 3),
        ({"amount_5AP": "120.50"}, 1, 0),
        ({"levels": ["1AC", "2AC", "3AC"]}, 0, 4),
        ({"areas_PRIMARY": ["URBAN"]}, 0, 4),
        ({"covers": ["AMO_TADAMON"]}, 0, 5),
    ],
)
def test_a_change_says_who_gains_and_who_loses(client_of, unit, computed, changes, gaining, losing):
    history, parameters = History.objects.count(), Parameter.objects.count()
    answer = shown(client_of(unit), **changes)
    totals = answer.context["totals"]
    assert (totals["gaining"], totals["losing"]) == (gaining, losing)
    assert len(answer.context["changes"]) == 1
    assert totals["after"] - totals["before"] == totals["gained"] - totals["lost"]
    for division in answer.context["divisions"]:
        assert sum(row["after"] for row in division.rows) == totals["after"]
    assert (History.objects.count(), Parameter.objects.count()) == (history, parameters)


def test_a_level_that_nobody_paid_can_be_tried_with_its_amount_areas_and_absences(client_of, unit, computed):
    client = client_of(unit)
    levels = [*client.get(REFORM).context["form"]["levels"].value(), "TC"]
    refused = shown(client, levels=levels)
    assert set(refused.context["form"].errors) == {"amount_TC", "areas_UPPER_SECONDARY"}
    assert "totals" not in refused.context
    done = shown(client, levels=levels, amount_TC="150", areas_UPPER_SECONDARY=["RURAL", "URBAN"])
    assert not done.context["form"].errors and len(done.context["changes"]) == 4


def test_the_figures_leave_as_a_workbook(client_of, unit, computed):
    client = client_of(unit)
    sent = as_sent(client.get(REFORM).context["form"], household_limit=1)
    answer = client.get(f"{REFORM}?{urlencode({**sent, 'format': 'xlsx'}, doseq=True)}")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert len(sheets) == 6 and len(sheets[0]) == 2
    whole = sheets[1][1]
    assert whole[6] == 3 and whole[2] - whole[3] == whole[7] > 0


def test_without_a_computed_instalment_the_page_says_what_to_do(client_of, unit):
    answer = client_of(unit).get(REFORM)
    assert answer.status_code == 200 and answer.context["chosen"] is None


def test_facts_that_are_gone_are_not_offered(client_of, unit, computed):
    """A run whose folder was cleaned would be an error page."""
    (folder_of(Run.unscoped.get()) / "children.parquet").unlink()
    assert client_of(unit).get(REFORM).context["chosen"] is None
