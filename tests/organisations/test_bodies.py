"""What would be lost: which school a pupil left, when a file of establishments or a new centre is taken wrongly."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from istidrak.organisations.actions import create_body, put_schools
from istidrak.organisations.models import Organisation
from istidrak.territory.models import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune(directorate):
    return Place.objects.create(
        kind="COMMUNE",
        code="113210305",
        name_ar="فم الواد",
        name_fr="Foum El Oued",
        low=113210305,
        high=113210305,
        parent=directorate.place,
    )


@pytest.fixture
def put(officer, directorate):
    def put(*rows):
        return put_schools(by=officer, directorate=directorate, rows=list(rows))

    return put


def _school(code):
    return Organisation.objects.get(kind="SCHOOL", code=code)


class TestOneBodyIsOneRow:
    def test_a_code_is_given_once_in_a_kind(self, school):
        """Two schools of one code: half of the pupils are counted in a school that nobody opens."""
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.objects.create(kind="SCHOOL", code=school.code, name_fr="Autre")

    def test_a_centre_may_have_the_code_of_a_school(self, school):
        """A centre in a school's yard is refused for a code that another ministry's list gave it."""
        Organisation.objects.create(kind="CENTRE", code=school.code, name_fr="Centre")

    def test_bodies_without_a_code_stand_beside_each_other(self):
        """Associations have no code of the ministry: the second one could not be written."""
        for name in ("Al Amal", "Al Wifaq"):
            Organisation.objects.create(kind="ASSOCIATION", name_fr=name)
        assert Organisation.objects.filter(kind="ASSOCIATION", code="").count() == 2

    def test_a_body_without_any_name_is_refused(self):
        """A list would show an empty line, which nobody can choose."""
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.objects.create(kind="CENTRE", code="C9")

    def test_a_name_that_is_missing_in_one_language_is_shown_in_the_other(self):
        """Rather than an empty line."""
        body = Organisation(kind="CENTRE", name_fr="Centre Hay Salam")
        with translation.override("ar"):
            assert str(body) == "Centre Hay Salam"


class TestFileOfEstablishments:
    def test_a_new_school_is_under_its_directorate_and_in_its_commune(self, put, directorate, commune):
        """Outside the directorate's numbers, its officer would not see the school that the file just brought."""
        assert put({"code": "83777A", "name_fr": "École", "commune_code": "113210305"}) == (1, 0)
        school = _school("83777A")
        assert (school.parent, school.place, school.place_number) == (directorate, commune, commune.low)

    def test_the_same_file_again_changes_nothing(self, put, school):
        """An officer who is not sure drops it twice: no second school, no "corrected" that was none."""
        rows = [{"code": school.code, "name_fr": "Collège Saquia El Hamra"}, {"code": "83777A", "name_fr": "École"}]
        assert put(*rows) == (1, 1)
        before = list(Organisation.objects.order_by("pk").values())
        assert put(*rows) == (0, 0)
        assert list(Organisation.objects.order_by("pk").values()) == before

    def test_a_cell_that_is_empty_empties_nothing(self, put, school, commune):
        """A file with fewer columns than the last one: cycles, names and communes that were known stay."""
        put({"code": school.code, "milieu": "RURAL", "commune_code": "113210305"})
        put({"code": school.code, "name_fr": "Collège Saquia", "name_ar": "", "cycle": None})
        after = _school(school.code)
        assert (after.name_ar, after.cycle, after.milieu) == (school.name_ar, "LOWER_SECONDARY", "RURAL")
        assert (after.place, after.place_number) == (commune, commune.low)

    def test_a_commune_that_is_not_the_directorate_s_places_no_school_outside(self, put, directorate):
        """One wrong digit, and the school and its pupils would be another directorate's."""
        region = Place.objects.get(kind="REGION", code="09")
        Place.objects.create(
            kind="COMMUNE", code="095410101", name_ar="أ", name_fr="A", low=95410101, high=95410101, parent=region
        )
        put({"code": "83777A", "name_fr": "École", "commune_code": "95410101"})
        assert _school("83777A").place == directorate.place

    @pytest.mark.parametrize("first", ["83777A", "83778B"])
    def test_a_satellite_is_under_its_school_whichever_comes_first(self, put, first):
        """Pupils of a satellite are looked for at the school that keeps its registers."""
        rows = [{"code": "83777A", "name_fr": "Mère"}, {"code": "83778B", "name_fr": "S", "parent_code": "83777A"}]
        put(*sorted(rows, key=lambda row: row["code"] != first))
        assert _school("83778B").parent == _school("83777A")

    def test_a_school_is_never_its_own_satellite(self, put, directorate):
        """The ministry's file names a school as its own parent; up the chain one would never come to the academy."""
        put({"code": "83777A", "name_fr": "Mère", "parent_code": "83777A"})
        assert _school("83777A").parent == directorate


class TestBodiesMadeByOfficers:
    def test_a_new_centre_is_in_its_officer_s_territory(self, officer, directorate, association):
        """Without the number of its place it would be made and never seen again."""
        centre = create_body(
            by=officer,
            kind="CENTRE",
            code="C7",
            name_ar="مركز",
            name_fr="Centre",
            place=directorate.place,
            parent=association,
            capacity=40,
        )
        low, high = directorate.place.span
        found = Organisation.objects.get(kind="CENTRE", place_number__range=(low, high))
        assert (found, found.parent, found.capacity) == (centre, association, 40)

    def test_a_code_that_is_taken_makes_no_second_centre(self, officer, centre):
        """A form sent twice would make two centres, and its groups would be in one or the other."""
        names = {"name_ar": "مركز", "name_fr": "Centre"}
        with pytest.raises(IntegrityError), transaction.atomic():
            create_body(by=officer, kind="CENTRE", code=centre.code, place=centre.place, **names)
        assert list(Organisation.objects.filter(kind="CENTRE")) == [centre]
