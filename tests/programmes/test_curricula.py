import pytest

from istidrak.base.workflow import ReasonMissing
from istidrak.programmes import actions, queries
from istidrak.programmes.models import CurriculumVersion, Module, Pole, Programme


@pytest.fixture
def loaded(programme):
    actions.load_programmes()
    actions.load_curricula()
    return programme


def codes(version):
    return [pole.code for pole in version.in_force]


def test_three_pillars_and_four_poles_are_data_and_hours_stay_unknown(loaded):
    new, old = queries.curricula()
    assert codes(new) == ["EDUCATIONAL", "VOCATIONAL", "PERSONAL", "OPENING"]
    assert codes(old) == ["PERSONAL", "VOCATIONAL", "EDUCATIONAL"]
    assert (new.is_sample, old.is_sample) == (False, True)
    assert {pole.hours for pole in Pole.objects.all()} == {None}
    assert not Module.objects.exists()  # no list of modules is published: none is invented


def test_loading_again_changes_nothing_that_is_there(loaded, national_officer):
    pole = Pole.objects.get(version__code="2025", code="OPENING")
    actions.supersede(by=national_officer, row=pole, name_ar="التفتح", name_fr="Ouverture", hours=60)
    actions.load_curricula()
    assert Pole.objects.get(version__code="2025", code="OPENING", is_superseded=False).hours == 60
    assert CurriculumVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("year", "code"), [(2019, None), (2020, "2020"), (2024, "2020"), (2025, "2025"), (2030, "2025")]
)
def test_the_version_of_a_season_is_the_latest_begun_by_then(loaded, year, code):
    version = queries.version_for(loaded, year)
    assert (version and version.code) == code
    assert queries.version_for(Programme.objects.get(code="BASIC"), year) is None


def test_superseding_keeps_the_old_row_and_its_modules_go_on(loaded, national_officer):
    pole = Pole.objects.get(version__code="2025", code="VOCATIONAL")
    module = actions.add_module(by=national_officer, pole=pole, name_ar="الحلاقة", name_fr="Coiffure", hours=None)
    fresh = actions.supersede(by=national_officer, row=pole, name_ar="مهني", name_fr="Pro", hours=300)
    pole.refresh_from_db()
    module.refresh_from_db()
    assert (pole.name_ar, pole.is_superseded, module.is_superseded) == ("التأهيل المهني", True, True)
    assert [m.name_ar for m in fresh.modules.filter(is_superseded=False)] == ["الحلاقة"]
    with pytest.raises(actions.AlreadySuperseded):
        actions.supersede(by=national_officer, row=pole, name_ar="x", name_fr="")
    with pytest.raises(actions.AlreadySuperseded):
        actions.add_module(by=national_officer, pole=pole, name_ar="x", name_fr="")


def test_one_code_and_one_first_season_per_programme(loaded, national_officer):
    columns = {"programme": loaded, "name_ar": "", "name_fr": "Autre", "source": "x"}
    for wrong in ({"code": "2025", "since_year": 2031}, {"code": "2031", "since_year": 2025}):
        with pytest.raises(actions.CurriculumTaken):
            actions.add_version(by=national_officer, **columns, **wrong)
    version = actions.add_version(by=national_officer, **columns, code="2031", since_year=2031)
    actions.add_pole(by=national_officer, version=version, code="A", name_ar="أ", name_fr="")
    with pytest.raises(actions.CurriculumTaken):
        actions.add_pole(by=national_officer, version=version, code="A", name_ar="ب", name_fr="")


def test_set_aside_needs_a_reason_and_happens_once(loaded, national_officer):
    pole = Pole.objects.get(version__code="2025", code="OPENING")
    with pytest.raises(ReasonMissing):
        actions.set_aside(by=national_officer, row=pole, reason=" ")
    actions.set_aside(by=national_officer, row=pole, reason="x")
    with pytest.raises(actions.AlreadySuperseded):
        actions.set_aside(by=national_officer, row=pole, reason="x")


def test_the_national_unit_writes_modules_on_its_page(loaded, national_officer, academy_officer, client_of):
    client, version = client_of(national_officer), CurriculumVersion.objects.get(code="2025")
    address = f"/curricula/{version.uuid}/"
    typed = {"do": "module", "pole": "PERSONAL", "name_ar": "المهارات الحياتية", "hours": "40"}
    assert client_of(academy_officer).post(address, typed).status_code == 403
    assert client.post(address, {**typed, "name_ar": ""}).status_code == 200
    assert client.post(address, {**typed, "pole": "NONE"}).status_code == 404
    assert client.post(address, typed).status_code == 302
    module = Module.objects.get()
    assert (module.name_ar, module.hours, module.pole.code) == ("المهارات الحياتية", 40, "PERSONAL")
    edit = f"/curricula/modules/{module.uuid}/"
    client.post(edit, {"do": "supersede", "name_ar": "الكفايات الأساس", "hours": ""})
    assert client.post(edit, {"do": "supersede", "name_ar": "x"}).status_code == 302  # stale: told
    assert [m.name_ar for m in Module.objects.filter(is_superseded=False)] == ["الكفايات الأساس"]
    assert "الكفايات الأساس" in client_of(academy_officer).get("/curricula/").content.decode()
    new = {"programme": "BASIC", "code": "2026", "name_fr": "Base", "since_year": "2026", "source": "Note"}
    assert client.post("/curricula/", {**new, "since_year": "12"}).status_code == 200
    assert client.post("/curricula/", new).status_code == 302
    assert client_of(academy_officer).post("/curricula/", new).status_code == 403
    pole = {"do": "pole", "code": "a b", "name_fr": "x"}
    assert client.post(address, pole).context["pole_form"].errors["code"]
    assert client.post(address, {**pole, "code": "OPENING"}).context["pole_form"].errors["code"]
