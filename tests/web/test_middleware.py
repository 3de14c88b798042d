"""What would be lost: a page that changes what it shows, or one left behind on a shared computer."""

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from istidrak.programmes.models import Season
from istidrak.web.middleware import READING, GetNeverWrites, WriteOnGet

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
