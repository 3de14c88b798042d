"""What would be lost: an officer's directorate, under the wrong academy or replaced by another of the same name."""

import pytest
from django.db.models import ProtectedError

from istidrak.organisations.actions import load_administration
from istidrak.organisations.models import Organisation
from istidrak.territory.actions import directorate_rows
from istidrak.territory.models import Place

pytestmark = pytest.mark.django_db
SHIPPED = ("MINISTRY", "ACADEMY", "DIRECTORATE")


def _rows():
    names = [field.attname for field in Organisation._meta.concrete_fields]
    return list(Organisation.objects.order_by("pk").values_list(*names))


def test_each_of_the_82_directorates_is_under_the_academy_of_its_region():
    """Under another academy, its officer's figures are added to a region that has nothing to do with them."""
    found = {
        (body.code, body.parent.code, body.parent.place.name_fr, body.place.name_ar)
        for body in Organisation.objects.filter(kind="DIRECTORATE").select_related("place", "parent__place")
    }
    assert found == {
        (row["directorate_code"], f"A{row['region_code']}", row["region_fr"], row["directorate_ar"])
        for row in directorate_rows()
    }
    assert len(found) == 82


def test_each_body_stands_over_one_above_it_of_the_right_kind():
    """Where the chain is broken, a level counts fewer pupils than the sum of those below it."""
    above = set(Organisation.objects.values_list("kind", "parent__kind"))
    assert above == {("MINISTRY", None), ("ACADEMY", "MINISTRY"), ("DIRECTORATE", "ACADEMY")}
    assert Organisation.objects.filter(kind="MINISTRY").count() == 1
    assert Organisation.objects.filter(kind="ACADEMY").count() == 12


def test_each_territory_is_the_one_of_its_place():
    """The number kept beside the place decides what an officer sees: a stale one shows the neighbour's children."""
    for body in Organisation.objects.filter(kind__in=SHIPPED).select_related("place", "parent__place"):
        assert body.place_number == (body.place.low if body.place else None)
        if body.kind == "DIRECTORATE":
            low, high = body.parent.place.span
            assert low <= body.place.low <= body.place.high <= high


def test_each_body_has_both_names():
    """An Arabic page with one French directorate in its list; names shown fall back, so that nobody would notice."""
    assert not Organisation.objects.filter(name_ar="").exists()
    assert not Organisation.objects.filter(name_fr="").exists()


def test_an_upgrade_changes_nothing(school, centre, association):
    """`istidrak migrate` loads again at each upgrade: accounts, schools and centres hang on these very rows."""
    before = _rows()
    assert load_administration() == 95
    assert _rows() == before


def test_an_upgrade_corrects_a_name_and_keeps_the_row(officer, directorate):
    """A place renamed in the shipped list is renamed everywhere, and its officer still works there."""
    Place.objects.filter(pk=directorate.place_id).update(name_fr="Laâyoune-Plage")
    load_administration()
    directorate.refresh_from_db()
    assert directorate.name_fr == "Direction provinciale Laâyoune-Plage"
    assert [a.organisation for a in officer.assignments.all()] == [directorate]


def test_a_body_with_others_below_it_is_never_deleted(school, directorate, academy):
    """A directorate deleted with its schools would take the schools of every pupil with it."""
    for body in (directorate, academy, academy.place):
        with pytest.raises(ProtectedError):
            body.delete()
    assert Organisation.objects.filter(pk=school.pk).exists()
