"""What would be lost: a figure of a newspaper that becomes one of ours, or one that nobody can explain."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from istidrak.base import workflow
from istidrak.base.models import History
from istidrak.desk.actions import figures as actions
from istidrak.desk.models import Claim, PlacesAgreed
from istidrak.desk.queries.claims import read
from istidrak.desk.rules.claims import read_claim
from istidrak.outreach.models import Case
from istidrak.programmes.models import Season
from istidrak.training.models import Enrolment, Group

SAID = dt.date(2025, 9, 16)
BEGINNING = dt.date(2025, 10, 6)


class TestRule:
    @given(st.dictionaries(st.sampled_from("abcdef"), st.none() | st.integers(0, 300)), st.integers(0, 300))
    def test_it_matches_exactly_or_says_by_how_much_it_does_not(self, counts, value):
        reading = read_claim(value, counts)
        assert all(counts[code] == value for code in reading.matches)
        if reading.nearest is not None:
            assert not reading.matches
            assert counts[reading.nearest] + reading.difference == value
            assert all(abs(n - value) >= abs(reading.difference) for n in counts.values() if n)

    def test_what_cannot_be_known_matches_nothing(self):
        assert read_claim(187, {"named": None, "enrolled": 0}) == read_claim(187, {})

    def test_nobody_is_no_explanation_of_a_figure(self):
        assert read_claim(3, {"enrolled": 0}).nearest is None


@pytest.fixture
def agree(season, centre, programme, officer):
    def make(places=187, agreed_date=SAID, **more):
        return actions.agree_places(
            **{
                "by": officer,
                "season": season,
                "centre": centre,
                "programme": programme,
                "places": places,
                "agreed_date": agreed_date,
                "source": "اتفاقيات شراكة سنوية",
                "submission": uuid.uuid4(),
                **more,
            }
        )

    return make


@pytest.fixture
def say(season, directorate, officer):
    def make(value=187, **more):
        return actions.enter_claim(
            **{
                "by": officer,
                "season": season,
                "organisation": directorate,
                "value": value,
                "said_date": SAID,
                "source": "press report of the launch",
                "text_fr": "de 88 bénéficiaires à 187",
                "submission": uuid.uuid4(),
                **more,
            }
        )

    return make


@pytest.mark.django_db
class TestStory:
    """88 to 187, announced before the caravan had found anybody."""

    def test_the_figure_is_the_places_agreed_and_not_the_enrolled(
        self, say, agree, officer, season, group_of_three, client_of
    ):
        agree()
        claim = say()
        page = client_of(officer).get(reverse("desk:claim", args=[claim.uuid]))
        subject = page.context["subject"]
        assert subject.then.matches == ("places",)
        counted = {row.code: (row.then, row.now) for row in subject.rows}
        assert counted["enrolled"] == (0, 3)  # nobody was enrolled on the day it was said
        assert counted["named"][0] is None  # who was named by then cannot be known

    def test_without_the_agreements_it_is_none_and_the_nearest_is_named(
        self, say, group_of_three, officer, directorate
    ):
        subject = read(officer.scope_as(*officer.roles), say(value=5), is_own=True)
        assert not subject.then.is_matched and subject.then.nearest is None
        assert not subject.now.is_matched and subject.now.difference == 2

    def test_an_agreement_of_a_later_day_explains_nothing(self, say, agree, officer):
        agree(agreed_date=SAID + dt.timedelta(days=1))
        subject = read(officer.scope_as(*officer.roles), say(), is_own=True)
        assert subject.then.matches == () and subject.now.matches == ("places",)

    def test_a_season_before_the_program_is_declared_never_computed(self, say, officer, client_of):
        before, _ = Season.objects.get_or_create(year=2024)
        claim = say(88, season=before)
        page = client_of(officer).get(reverse("desk:claim", args=[claim.uuid]))
        assert page.context["subject"].has_counts is False

    def test_both_figures_stand_on_the_page_of_the_season(self, say, officer, season, client_of):
        before, _ = Season.objects.get_or_create(year=2024)
        say(88, season=before), say(187)
        page = client_of(officer).get(reverse("desk:season", args=[2025]))
        assert {claim.value for claim in page.context["claims"]} == {88, 187}
        assert page.context["page"].figures["frozen"] == {}  # what was declared is compared with nothing


@pytest.fixture
def group_of_three(season, centre, programme, make_person, directorate):
    group = Group.unscoped.create(season=season, centre=centre, programme=programme, name="1")
    for n in range(3):
        person = make_person(first_name_ar=f"سعاد{n}", sex="F")
        Case.unscoped.create(
            season=season, person=person, directorate=directorate, opened_at=dt.datetime(2025, 9, 10, tzinfo=dt.UTC)
        )
        Enrolment.unscoped.create(person=person, group=group, enrolled_date=BEGINNING)
    return group


@pytest.mark.django_db
class TestWhoMay:
    def test_a_reader_of_totals_does_not_learn_three_learners_from_a_claim(
        self, say, group_of_three, client_of, make_user, directorate
    ):
        from istidrak.accounts.roles import PlanningOfficer

        claim = say(value=5)
        page = client_of(make_user(PlanningOfficer, directorate)).get(reverse("desk:claim", args=[claim.uuid]))
        rows = {row.code: row for row in page.context["subject"].rows}
        assert rows["enrolled"].is_small
        assert page.context["subject"].now.nearest is None and page.context["subject"].now.difference is None

    def test_a_claim_of_another_province_does_not_exist(self, say, other_officer, reader, client_of):
        claim = say()
        for name in ("desk:claim", "desk:claim_withdraw"):
            assert client_of(other_officer).get(reverse(name, args=[claim.uuid])).status_code == 404
        page = client_of(other_officer).get(reverse("desk:claims", args=[2025]))
        assert page.context["page"].rows == []

    @pytest.mark.parametrize("who", ["reader", "provincial_director"])
    def test_those_who_only_read_enter_nothing(self, who, season, client_of, request):
        client = client_of(request.getfixturevalue(who))
        for name in ("desk:claims", "desk:places_agreed", "desk:count_days"):
            assert client.post(reverse(name, args=[2025]), {}).status_code == 403
        assert not Claim.unscoped.exists() and not PlacesAgreed.unscoped.exists()

    def test_a_legal_officer_enters_places_of_the_directorate_only(
        self, season, centre, other_centre, programme, make_user, directorate, client_of
    ):
        from istidrak.accounts.roles import LegalOfficer

        client = client_of(make_user(LegalOfficer, directorate))
        form = {
            "submission": uuid.uuid4(),
            "programme": programme.pk,
            "places": 60,
            "agreed_date": "2025-09-16",
            "source": "اتفاقية",
        }
        address = reverse("desk:places_agreed", args=[2025])
        assert client.post(address, {**form, "centre": other_centre.pk}).status_code == 422
        assert client.post(address, {**form, "centre": centre.pk}).status_code == 302
        assert client.post(address, {**form, "centre": centre.pk}).status_code == 302  # a double click
        assert PlacesAgreed.unscoped.get().places == 60


@pytest.mark.django_db
class TestEntering:
    def test_places_are_never_counted_twice(self, agree):
        agree()
        with pytest.raises(actions.AlreadyAgreed):
            agree(places=10)

    def test_replaced_places_are_withdrawn_with_a_reason_and_stay_readable(self, agree, officer):
        row = agree()
        with pytest.raises(workflow.ReasonMissing):
            actions.withdraw(by=officer, figure=row, reason=" ")
        actions.withdraw(by=officer, figure=row, reason="ملحق")
        agree(places=190)
        assert PlacesAgreed.unscoped.filter(state="STANDING").get().places == 190
        assert PlacesAgreed.unscoped.count() == 2
        assert History.objects.filter(verb="withdraw", reason="ملحق").exists()

    def test_two_who_withdraw_are_told(self, agree, officer):
        row = agree()
        stale = PlacesAgreed.unscoped.get(pk=row.pk)
        actions.withdraw(by=officer, figure=row, reason="خطأ")
        with pytest.raises(workflow.MoveRefused):
            actions.withdraw(by=officer, figure=stale, reason="خطأ")

    def test_nothing_is_agreed_or_said_on_a_day_to_come(self, agree, say):
        with pytest.raises(actions.NotToday):
            agree(agreed_date=dt.date(2026, 1, 1))
        with pytest.raises(actions.NotToday):
            say(said_date=dt.date(2026, 1, 1))

    def test_a_claim_needs_its_words_and_its_source(self, officer, season, directorate, client_of):
        form = {"submission": uuid.uuid4(), "organisation": directorate.pk, "value": 187, "said_date": "2025-09-16"}
        answer = client_of(officer).post(reverse("desk:claims", args=[2025]), form)
        assert answer.status_code == 422
        assert {"source", "text_ar"} <= set(answer.context["form"].errors)
        assert answer.context["form"].data["value"] == "187"  # nothing typed is lost

    def test_other_places_on_a_form_already_sent_are_not_lost(self, officer, season, centre, programme, client_of):
        form = {"submission": str(uuid.uuid4()), "centre": centre.pk, "programme": programme.pk, "places": 187}
        form |= {"agreed_date": "2025-09-16", "source": "اتفاقية"}
        client, address = client_of(officer), reverse("desk:places_agreed", args=[2025])
        assert [client.post(address, form).status_code for _n in range(2)] == [302, 302]
        again = client.post(address, {**form, "places": 200})
        assert again.status_code == 422
        assert again.context["form"].non_field_errors() and again.context["form"]["places"].value() == "200"
        assert PlacesAgreed.unscoped.get().places == 187

    def test_another_figure_on_a_form_already_sent_is_not_lost(self, officer, season, directorate, client_of):
        form = {"submission": str(uuid.uuid4()), "organisation": directorate.pk, "value": 187}
        form |= {"said_date": "2025-09-16", "source": "تصريح", "text_ar": "187 مستفيدا"}
        client, address = client_of(officer), reverse("desk:claims", args=[2025])
        assert [client.post(address, form).status_code for _n in range(2)] == [302, 302]
        again = client.post(address, {**form, "value": 200}).context["form"]
        assert again.non_field_errors() and again["value"].value() == "200"
        assert (
            client.post(address, {**form, "value": 200, "submission": again["submission"].value()}).status_code == 302
        )
        assert sorted(Claim.unscoped.values_list("value", flat=True)) == [187, 200]

    def test_a_count_day_is_announced_once(self, officer, season, directorate):
        announce = {"by": officer, "season": season, "organisation": directorate, "date": BEGINNING}
        actions.announce_count_day(**announce)
        with pytest.raises(actions.AlreadyAnnounced):
            actions.announce_count_day(**announce)


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
class TestCost:
    def test_claims(self, rows, say, officer, client_of, django_assert_num_queries):
        for _n in range(rows):
            say()
        client = client_of(officer)
        with django_assert_num_queries(8):
            client.get(reverse("desk:claims", args=[2025]))

    def test_places(self, rows, agree, season, directorate, officer, client_of, django_assert_num_queries, programme):
        from istidrak.organisations.models import Organisation

        for n in range(rows):
            centre = Organisation.objects.create(
                kind="CENTRE", code=f"D{n}", name_ar="مركز", place_number=directorate.place.low
            )
            agree(centre=centre)
        client = client_of(officer)
        with django_assert_num_queries(8):
            client.get(reverse("desk:places_agreed", args=[2025]))
