"""How tests run is tested too: a net that catches nothing looks exactly like a program without faults."""

import os
import subprocess
import sys

import pytest

from istidrak.territory.models import Place
from tests.running.shuffled import Shuffled
from tests.running.template import ROOT

pytestmark = pytest.mark.django_db


def _plugin(request):
    return next(p for p in request.config.pluginmanager.get_plugins() if isinstance(p, Shuffled))


def test_rows_without_an_order_come_in_another_each_time_and_with_an_order_never(request):
    """A list that relies on how rows were written is another list after the first update on PostgreSQL."""
    places, chance = Place.objects.order_by(), _plugin(request).chance
    orders = {tuple(places.values_list("pk", flat=True).all()) for _ in range(4)}
    assert len(orders) == 4
    assert len({tuple(p.pk for p in places.iterator()) for _ in range(4)}) == 4
    assert len({tuple(p.pk for p in places.order_by("pk")) for _ in range(4)}) == 1
    assert [p.pk for p in places.all()[:2]] != [p.pk for p in places.order_by("pk")[:2]]
    chance.seed("one")
    first = [p.pk for p in places.all()]
    chance.seed("one")
    assert [p.pk for p in places.all()] == first  # what a seed gave, it gives again


def _run(tmp_path, text, *options):
    """Run a file of tests as a run of its own, with our options and plugins; what it printed."""
    path = tmp_path / "test_apart.py"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n", encoding="utf-8")
    ours = ["-c", "pyproject.toml", "--rootdir", str(ROOT), "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *ours, str(path), *options]
    # On PostgreSQL its database is another than that of the run around it.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TOX_PARALLEL_ENV": "apart"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True).stdout


def test_a_seed_is_printed_and_repeats_the_order(tmp_path):
    """A failure that comes with one order in ten must come again when it is looked for."""
    text = """
import pytest
from istidrak.territory.models import Place
@pytest.mark.django_db
def test_order():
    print("FIRST", next(iter(Place.objects.order_by())).code, [p.pk for p in Place.objects.order_by()])
"""
    said = [_run(tmp_path, text, "-s", "--no-header", f"--order-seed={seed}") for seed in (7, 7, 8)]
    assert all("--order-seed=7 repeats it" in out for out in said[:2])
    first, again, other = (next(line for line in out.splitlines() if "FIRST" in line) for out in said)
    assert first == again != other


def test_what_only_warned_fails(tmp_path):
    """A call that the next Django drops, a file left open, a name that no view gave: each is silent until it is not."""
    text = """
import warnings
import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.template import engines
pytestmark = pytest.mark.database  # none does, but a run on PostgreSQL leaves out what asks no database
class Row:
    def absent(self):
        raise ObjectDoesNotExist
    def of(self, other):
        return other
def show(page, **values):
    return engines["django"].from_string(page).render(values)
def test_a_deprecated_call():
    warnings.warn("it goes in the next version", DeprecationWarning)
def test_a_file_left_open():
    open(__file__)
def test_a_name_that_no_view_gave():
    show("{{ nobody }}")
def test_a_name_that_is_only_given_words_when_it_is_missing():
    show("{{ nobody|default:'–' }}")
def test_an_attribute_that_is_not_there():
    show("{{ row.nothing }}", row={})
def test_a_row_that_is_not_there():
    show("{{ row.absent }}", row=Row())
def test_a_call_without_its_arguments():
    show("{{ row.of }}", row=Row())
def test_what_is_asked_for_first():
    assert show("{% if nobody %}{{ nobody }}{% endif %}{% if row.absent %}there{% endif %}", row=Row()) == ""
"""
    said = _run(tmp_path, text, "--no-header")
    assert "7 failed, 1 passed" in said, said
    assert "it goes in the next version" in said
    assert "ResourceWarning" in said
    assert "Undefined template variable 'row.nothing'" in said
    assert "Undefined template variable 'row.absent'" in said


def test_after_a_test_with_real_transactions_the_next_finds_the_reference_data(tmp_path):
    """Else every test that comes after a race fails, or worse, passes without the values that rules read."""
    text = """
import pytest
from istidrak.base.models import Parameter
from istidrak.territory.models import Place
pytestmark = pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_all_are_there(time):
    assert Parameter.objects.exists()
    assert Place.objects.count() == 94
"""
    assert "2 passed" in _run(tmp_path, text, "--no-header")
