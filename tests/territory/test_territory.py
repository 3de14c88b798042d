"""What would be lost: a directorate that sees its neighbour, or a commune that belongs to nobody."""

import itertools

import pytest

from istidrak.territory.actions import directorate_rows, load_communes, load_places
from istidrak.territory.models import Place
from istidrak.territory.rules import commune_number, directorate_span, region_span


def test_the_82_spans_never_overlap_and_lie_inside_their_regions():
    rows = directorate_rows()
    assert len(rows) == 82
    spans = sorted(directorate_span(row["region_code"], row["directorate_code"]) for row in rows)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(spans))
    for row in rows:
        low, high = directorate_span(row["region_code"], row["directorate_code"])
        region = region_span(row["region_code"])
        assert region[0] <= low <= high <= region[1]


@pytest.mark.parametrize(
    ("directorate", "commune"),
    [("141.01.0", "61410101"), ("141.01.3", "061410131"), ("141.01.7", "61410181"), ("355", "63550101")],
)
def test_casablancas_communes_lie_in_the_right_prefecture(directorate, commune):
    low, high = directorate_span("06", directorate)
    assert low <= commune_number(commune) <= high


@pytest.mark.parametrize("text", ["", "6141010", "abc", "٦١٤١٠١٠١", "1234567890", "6.0"])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        commune_number(text)


@pytest.mark.django_db
def test_communes_are_loaded_under_their_directorate_and_the_rest_is_reported(tmp_path):
    load_places()
    path = tmp_path / "communes.csv"
    path.write_text(
        "geo_code,geo_name,name_ar\n113210103,Laâyoune,العيون\n6141010,Casablanca,\n999990101,Nowhere,\n"
        "113210305,Foum El Oued,فـم الواد\n",
        encoding="utf-8",
    )
    outcome = load_communes(path)
    assert outcome.written == 2
    assert outcome.left_out == [(3, "6141010", "code"), (4, "999990101", "directorate")]
    place = Place.objects.get(kind="COMMUNE", code="113210305")
    assert place.parent.code == "321"
    assert place.name_ar == "فم الواد"


@pytest.mark.django_db
def test_a_file_without_the_columns_is_refused_in_words(tmp_path):
    path = tmp_path / "communes.csv"
    path.write_text("code;nom\n1;x\n", encoding="utf-8")
    with pytest.raises(ValueError, match="geo_code"):
        load_communes(path)


@pytest.mark.django_db
def test_loading_twice_changes_nothing():
    load_places()
    before = list(Place.objects.order_by("pk").values_list("pk", "code", "low", "high"))
    load_places()
    assert list(Place.objects.order_by("pk").values_list("pk", "code", "low", "high")) == before
