"""One invented province and one user per role, inside and outside it."""

import datetime as dt
import os
import random
import re
import uuid

import hypothesis
import pytest
from django.db import connection
from django.test import Client
from django.test.signals import language_changed

from istidrak.accounts import roles
from istidrak.accounts.models import Assignment, User
from istidrak.base import catalogues, days
from istidrak.organisations.models import Organisation
from istidrak.people.models import Person, SourceRecord, Tie
from istidrak.programmes.models import Programme, Season
from istidrak.territory.models import Place
from tests.running import template
from tests.running.clock import Clock
from tests.running.examples import LONG, USUAL
from tests.running.seconds import Seconds
from tests.running.shuffled import Shuffled
from tests.running.undefined import Undefined

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread of the tests
BLOCKER = pytest.StashKey()  # what keeps tests without a mark from the database
TODAY = dt.date(2025, 11, 20)
# BEGINS=00:20 tries the half hour in which the day of Morocco is not yet that of the world.
BEGINS = dt.time.fromisoformat(os.environ.get("BEGINS", "10:00:01"))


def pytest_addoption(parser):
    help_ = "the seed by which rows without an order are shuffled (printed by each run)"
    parser.addoption("--order-seed", type=int, default=None, help=help_)


def pytest_configure(config):
    """The words of both languages, as after `make setup`; one seed for all processes of a run."""
    catalogues.compile_all()
    language_changed(setting="LOCALE_PATHS")  # models have read the words before they were compiled
    # Shared machines are noisy: a timing is never an assertion.
    hypothesis.settings.register_profile("shared", deadline=None, max_examples=USUAL)
    hypothesis.settings.register_profile("long", deadline=None, max_examples=LONG)
    hypothesis.settings.load_profile("long" if _asks_for_long(config) else "shared")
    if config.option.order_seed is None:
        config.option.order_seed = random.SystemRandom().randrange(10**6)
    config.pluginmanager.register(Shuffled(config.option.order_seed))
    config.pluginmanager.register(Seconds())
    config.pluginmanager.register(Undefined())


def _asks_for_long(config):
    return re.match(r"\s*long\b", config.option.markexpr) is not None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """What is long runs when it is asked for (`-m long`), and every property is then tried on many more examples.

    On PostgreSQL only what asks a database runs: the rest would say again what it said on SQLite.
    """
    if _asks_for_long(config):
        for item in items:
            if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
                item.add_marker("long")
    else:
        _keep(config, items, lambda item: item.get_closest_marker("long") is None)
    if connection.vendor == "postgresql":
        _keep(config, items, _asks_a_database)


def _keep(config, items, is_kept):
    left_out = [item for item in items if not is_kept(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if is_kept(item)]


def _asks_a_database(item):
    names = set(item.fixturenames)
    return any(item.iter_markers("django_db")) or any(item.iter_markers("database")) or "db" in names


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """A copy of the migrated database, with the reference data and the values that rules read."""
    request.config.stash[BLOCKER] = django_db_blocker
    with django_db_blocker.unblock(), template.copied(connection):
        yield


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item, nextitem):
    """A test whose transactions are real leaves every table empty: the next one begins with a copy all the same."""
    result = yield
    if nextitem is not None and _is_emptying(item):
        with item.config.stash[BLOCKER].unblock():
            template.copy_again(connection)
    return result


def _is_emptying(item):
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or "transactional_db" in item.fixturenames


@pytest.fixture(autouse=True)
def clock(request, settings, monkeypatch):
    """The day is pinned, and its time stands still: see tests/running/clock.py."""
    settings.PINNED_TODAY = TODAY
    clock = Clock(dt.datetime.combine(TODAY, BEGINS, tzinfo=days.CASABLANCA))
    if request.node.get_closest_marker("browser") is None:
        clock.is_read_by_all(monkeypatch)
    return clock


def _place(kind, code, ar, fr, low, high, parent=None):
    return Place.objects.get_or_create(
        kind=kind,
        code=code,
        defaults={"name_ar": ar, "name_fr": fr, "low": low, "high": high, "parent": parent},
    )[0]


def _organisation(kind, code, ar, fr, place=None, parent=None, **more):
    return Organisation.objects.get_or_create(
        kind=kind,
        code=code,
        defaults={
            "name_ar": ar,
            "name_fr": fr,
            "place": place,
            "parent": parent,
            "place_number": place.low if place else None,
            **more,
        },
    )[0]


@pytest.fixture
def ministry(db):
    return _organisation("MINISTRY", "MIN", "الوحدة الوطنية", "Unité nationale")


@pytest.fixture
def region(db):
    return _place("REGION", "11", "العيون - الساقية الحمراء", "Laâyoune-Sakia El Hamra", 110000000, 119999999)


@pytest.fixture
def academy(region):
    return _organisation("ACADEMY", "A11", "أكاديمية العيون", "AREF Laâyoune", region)


@pytest.fixture
def directorate(region, academy):
    place = _place("PROVINCE", "321", "العيون", "Laâyoune", 113210000, 113219999, region)
    return _organisation(
        "DIRECTORATE", "321", "المديرية الإقليمية العيون", "Direction provinciale Laâyoune", place, academy
    )


@pytest.fixture
def other_directorate(db):
    region = _place("REGION", "09", "سوس - ماسة", "Souss-Massa", 90000000, 99999999)
    place = _place("PROVINCE", "541", "تارودانت", "Taroudannt", 95410000, 95419999, region)
    academy = _organisation("ACADEMY", "A09", "أكاديمية سوس ماسة", "AREF Souss-Massa", region)
    return _organisation(
        "DIRECTORATE",
        "541",
        "المديرية الإقليمية تارودانت",
        "Direction provinciale Taroudannt",
        place,
        academy,
    )


@pytest.fixture
def school(directorate):
    return _organisation(
        "SCHOOL",
        "83109K",
        "الثانوية الإعدادية الساقية",
        "Collège Saquia",
        directorate.place,
        directorate,
        cycle="LOWER_SECONDARY",
    )


@pytest.fixture
def other_school(other_directorate):
    return _organisation(
        "SCHOOL", "55976T", "إعدادية الأطلس", "Collège Atlas", other_directorate.place, other_directorate
    )


@pytest.fixture
def association(directorate):
    return _organisation("ASSOCIATION", "AS1", "جمعية الأمل", "Association Al Amal", directorate.place)


@pytest.fixture
def centre(directorate, association):
    return _organisation(
        "CENTRE", "C1", "مركز حي الوحدة", "Centre Hay Al Wahda", directorate.place, association, capacity=60
    )


@pytest.fixture
def other_centre(other_directorate):
    return _organisation("CENTRE", "C2", "مركز حي القصبة", "Centre Hay El Kasba", other_directorate.place)


@pytest.fixture
def season(db):
    return Season.objects.get_or_create(year=2025, defaults={"state": "OPEN"})[0]


@pytest.fixture
def programme(db):
    return Programme.objects.get_or_create(
        code="NEW_GENERATION",
        defaults={
            "name_ar": "الفرصة الثانية – الجيل الجديد",
            "name_fr": "École de la deuxième chance – nouvelle génération",
        },
    )[0]


@pytest.fixture
def make_user(db):
    def make(role, organisation, username=None):
        user = User.objects.create_user(
            username or f"{role.code.lower()}-{uuid.uuid4().hex[:6]}",
            name_ar="فاعل تجريبي",
            name_fr="Compte d'essai",
        )
        Assignment.objects.create(user=user, role=role.code, organisation=organisation, since=dt.date(2020, 9, 1))
        return user

    return make


def _user(role, of):
    @pytest.fixture
    def user(request, make_user):
        return make_user(role, request.getfixturevalue(of))

    return user


national_officer = _user(roles.NationalOfficer, "ministry")
academy_officer = _user(roles.AcademyOfficer, "academy")
officer = _user(roles.DirectorateOfficer, "directorate")
other_officer = _user(roles.DirectorateOfficer, "other_directorate")
provincial_director = _user(roles.ProvincialDirector, "directorate")
school_head = _user(roles.SchoolHead, "school")
other_school_head = _user(roles.SchoolHead, "other_school")
field_agent = _user(roles.FieldAgent, "directorate")
association_manager = _user(roles.AssociationManager, "association")
centre_director = _user(roles.CentreDirector, "centre")
other_centre_director = _user(roles.CentreDirector, "other_centre")
educator = _user(roles.Educator, "centre")
vocational_trainer = _user(roles.VocationalTrainer, "centre")
social_worker = _user(roles.SocialWorker, "centre")
psychologist = _user(roles.Psychologist, "centre")
insertion_officer = _user(roles.InsertionOfficer, "centre")
guidance_counsellor = _user(roles.GuidanceCounsellor, "directorate")
planning_officer = _user(roles.PlanningOfficer, "directorate")
legal_officer = _user(roles.LegalOfficer, "directorate")
reader = _user(roles.Reader, "academy")
system_administrator = _user(roles.SystemAdministrator, "ministry")


@pytest.fixture
def make_person(db, season, directorate, officer):
    """A person with one hand record, tied to a directorate's territory (Laâyoune unless told otherwise)."""

    def make(of=None, **facts):
        of = of or directorate
        facts = facts or {"first_name_ar": "سعاد", "last_name_ar": "المنصوري", "sex": "F", "birth_year": 2009}
        person = Person.unscoped.create(**facts)
        kept = {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in facts.items()}
        SourceRecord.unscoped.create(
            person=person,
            origin="HAND",
            facts=kept,
            season=season,
            recorded_by=officer,
            recorded_at=dt.datetime(2025, 9, 20, 10, tzinfo=dt.UTC),
        )
        Tie.objects.create(person=person, place_number=of.place.low, reason="NAMED", since=dt.date(2025, 9, 10))
        return person

    return make


@pytest.fixture
def client_of():
    def make(user):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make
