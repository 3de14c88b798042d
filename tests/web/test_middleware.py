"""What would be lost: a page that changes what it shows, or one left behind on a shared computer."""

import uuid
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from istidrak.programmes.models import Season
from istidrak.web import middleware
from istidrak.web.middleware import READING, GetNeverWrites, SameFormInTurn, WriteOnGet

pytestmark = pytest.mark.django_db


def test_a_get_that_writes_fails_and_writes_nothing(rf):
    def writes(request):
        Season.objects.create(year=2031)
        return HttpResponse()

    with pytest.raises(WriteOnGet), transaction.atomic():
        GetNeverWrites(writes)(rf.get("/"))
    assert not Season.objects.filter(year=2031).exists()


def test_a_post_may_write(rf):
    def writes(request):
        Season.objects.create(year=2031)
        return HttpResponse()

    assert GetNeverWrites(writes)(rf.post("/")).status_code == 200


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t VALUES (1)",
        "update t set a=1",
        "DELETE FROM t",
        "WITH x AS (SELECT 1) DELETE FROM t",
        "with x as (insert into t values (1) returning a) select * from x",
        "DROP TABLE t",
        "TRUNCATE t",
        "  COPY t FROM x",
    ],
)
def test_every_kind_of_write_is_known_as_one(sql):
    assert not READING.match(sql)


@pytest.mark.parametrize(
    "sql", ["SELECT 1", " (SELECT 1) UNION (SELECT 2)", "SAVEPOINT s", "PRAGMA x", "WITH x AS (SELECT 1) SELECT 1"]
)
def test_reading_stays_possible(sql):
    assert READING.match(sql)


def test_pages_of_a_user_are_kept_by_no_cache(client_of, officer):
    response = client_of(officer).get(reverse("desk:seasons"))
    assert response["Cache-Control"] == "no-store, private"


def test_the_language_is_never_the_browsers_guess(client, settings):
    response = client.get(reverse("account_login"), headers={"accept-language": "en-US,en"})
    assert 'lang="ar"' in response.content.decode()
    assert 'dir="rtl"' in response.content.decode()


def test_a_browsers_cookie_cannot_ask_for_a_language_that_is_not_there(client):
    client.cookies["django_language"] = "../../etc"
    assert client.get(reverse("account_login"))["Content-Language"] == "ar"


class TestSameFormInTurn:
    """A double click on a slow line must not answer with an error over work that was saved."""

    @pytest.fixture
    def said(self, monkeypatch):
        said = []
        cursor = SimpleNamespace(execute=lambda sql, key: said.append((sql.split("(")[0].split("_")[-1], *key)))
        server = SimpleNamespace(
            vendor="postgresql", connection=object(), is_usable=lambda: True, cursor=lambda: nullcontext(cursor)
        )
        monkeypatch.setattr(middleware, "connection", server)
        return said

    def test_the_second_waits_until_the_first_is_answered(self, rf, said):
        number = uuid.uuid4()
        answer = SameFormInTurn(lambda request: said.append("answered") or HttpResponse())
        answer(rf.post("/", {"submission": str(number)}))
        key = number.int >> 65
        assert said == [("lock", key), "answered", ("unlock", key)]
        assert 0 <= key < 2**63

    def test_a_form_that_ends_in_an_error_does_not_stop_the_next(self, rf, said):
        def fails(request):
            raise ValueError

        with pytest.raises(ValueError):
            SameFormInTurn(fails)(rf.post("/", {"submission": str(uuid.uuid4())}))
        assert [word for word, _key in said] == ["lock", "unlock"]

    @pytest.mark.parametrize("given", [{}, {"submission": ""}, {"submission": "²"}])
    def test_a_form_without_a_number_waits_for_nobody(self, rf, said, given):
        SameFormInTurn(lambda request: HttpResponse())(rf.post("/", given))
        SameFormInTurn(lambda request: HttpResponse())(rf.get("/", {"submission": str(uuid.uuid4())}))
        assert said == []
