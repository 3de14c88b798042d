import datetime as dt
import io
import uuid

import pytest
from python_calamine import CalamineWorkbook

from istidrak.accounts.roles import SocialWorker
from istidrak.base.models import AuditRecord
from istidrak.base.templatetags.ui import day_words
from istidrak.psychosocial.models import Accompaniment, Note

from .conftest import CANARY

MEETINGS, WITHOUT, ONE, OPENINGS, BY_USER = 7, 6, 10, 8, 7


def rows_of(answer):
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def typed(**more):
    return {"kind": "INTERVIEW", "date": "2025-11-10", "text": CANARY, "submission": str(uuid.uuid4()), **more}


def test_the_first_note_is_written_from_the_learner(learner, social_worker, client_of):
    client = client_of(social_worker)
    assert 'name="text"' in client.get(f"/people/{learner.uuid}/psychosocial/").content.decode()
    answer = client.post(f"/people/{learner.uuid}/psychosocial/", typed(next_date="2025-11-27"))
    accompaniment = Accompaniment.unscoped.get()
    assert answer["Location"] == f"/psychosocial/{accompaniment.uuid}/"
    page = client.get(answer["Location"]).content.decode()
    assert CANARY not in page
    assert "27" in page


def test_mistakes_keep_what_was_typed(learner, social_worker, client_of):
    answer = client_of(social_worker).post(f"/people/{learner.uuid}/psychosocial/", typed(date="2025-11-21"))
    assert answer.status_code == 200
    assert answer.context["form"].errors["date"]
    assert CANARY in answer.content.decode()  # one's own words, in the form that came back
    assert "no-store" in answer["Cache-Control"]
    assert not Note.unscoped.exists()


def test_the_note_to_correct_is_chosen_by_its_day_in_words(write, learner, social_worker, client_of):
    """03/11 is March for one reader and November for another: the wrong note would be corrected."""
    note = write(learner)
    page = client_of(social_worker).get(f"/psychosocial/{note.accompaniment.uuid}/").content.decode()
    assert f">{day_words(note.date)} · " in page and f"{note.date:%d/%m/%Y}" not in page


def test_the_browser_keeps_nothing_of_a_note(learner, social_worker, client_of):
    """A draft in the browser of a shared computer would be the whole secret in a drawer."""
    page = client_of(social_worker).get(f"/people/{learner.uuid}/psychosocial/").content.decode()
    form = page[page.index('name="text"') - 6000 : page.index('name="text"')]
    assert "data-draft" not in form[form.rindex("<form") :]


def test_others_see_that_it_exists_and_when(
    write,
    learner,
    centre_director,
    educator,
    vocational_trainer,
    officer,
    other_officer,
    system_administrator,
    client_of,
):
    write(learner, next_date=dt.date(2025, 11, 27))
    path = f"/people/{learner.uuid}/psychosocial/"
    for user in (centre_director, educator, vocational_trainer, officer):
        client = client_of(user)
        client.cookies["django_language"] = "fr"
        page = client.get(path).content.decode()
        assert "27 novembre 2025" in page
        assert 'name="text"' not in page
        assert CANARY not in page
        assert client.post(path, typed()).status_code in {403, 404}
    assert client_of(other_officer).get(path).status_code == 404
    assert client_of(system_administrator).get(path).status_code == 403
    assert Note.unscoped.count() == 1


def test_opening_by_post_with_a_reason_and_never_by_get(write, learner, psychologist, client_of):
    accompaniment = write(learner).accompaniment
    path, client = f"/psychosocial/{accompaniment.uuid}/open/", client_of(psychologist)
    assert client.get(path).status_code == 405
    refused = client.post(path, {"reason": " "})
    assert refused.context["opening_form"].errors["reason"]
    assert CANARY not in refused.content.decode()
    assert not AuditRecord.objects.filter(verb="open_notes").exists()
    assert CANARY in client.post(path, {"reason": "حديث-الأسرة"}).content.decode()
    assert AuditRecord.objects.get(verb="open_notes").by == psychologist
    assert "حديث-الأسرة" in client.get(f"/psychosocial/{accompaniment.uuid}/openings/").content.decode()


def test_the_two_roles_of_another_centre_find_nothing(write, learner, neighbour, make_user, share_with, client_of):
    accompaniment = write(learner).accompaniment
    share_with(learner, neighbour)
    client = client_of(make_user(SocialWorker, neighbour))
    for path in ("", "open/", "openings/"):
        assert client.get(f"/psychosocial/{accompaniment.uuid}/{path}").status_code in {404, 405}
        assert client.post(f"/psychosocial/{accompaniment.uuid}/{path}", {"reason": "x"}).status_code in {404, 405}
    page = client.get(f"/people/{learner.uuid}/psychosocial/")
    assert page.status_code == 200
    assert page.context["standing"] == []
    assert page.context["form"] is None


def test_who_may_read_who_opened(
    write, learner, national_officer, officer, centre_director, social_worker, client_of
):
    accompaniment = write(learner).accompaniment
    client_of(social_worker).post(f"/psychosocial/{accompaniment.uuid}/open/", {"reason": "حديث-الأسرة"})
    path = f"/psychosocial/{accompaniment.uuid}/openings/"
    assert "حديث-الأسرة" in client_of(national_officer).get(path).content.decode()
    for user in (officer, centre_director):
        assert client_of(user).get(path).status_code == 403
    counted = client_of(officer).get("/psychosocial/openings/").content.decode()
    assert "حديث-الأسرة" not in counted
    assert str(learner.file_number) not in counted
    assert [row[2:4] for row in rows_of(client_of(officer).get("/psychosocial/openings/?format=xlsx"))[1:]] == [
        [1, 1]
    ]


def test_workbooks_hold_no_text(write, learner, social_worker, client_of):
    write(learner, next_date=dt.date(2025, 11, 27))
    (line,) = rows_of(client_of(social_worker).post("/psychosocial/?format=xlsx"))[1:]
    assert line[0] == learner.file_number
    assert dt.date(2025, 11, 27) in line
    assert not any(CANARY in str(cell) for cell in line)


@pytest.mark.parametrize("number", [1, 3])
def test_queries(number, write, make_learner, social_worker, officer, client_of, django_assert_num_queries):
    for _ in range(number):
        write(make_learner().person, next_date=dt.date(2025, 11, 27))
        make_learner()
    accompaniment = Accompaniment.unscoped.first()
    for _ in range(number - 1):
        write(accompaniment.person, text="…")
    client = client_of(social_worker)
    for _ in range(number):
        client.post(f"/psychosocial/{accompaniment.uuid}/open/", {"reason": "حديث-الأسرة"})
    with django_assert_num_queries(MEETINGS):
        assert len(client.get("/psychosocial/").context["lines"]) == number
    with django_assert_num_queries(WITHOUT):
        assert len(client.get("/psychosocial/?show=without").context["page"].rows) == number
    with django_assert_num_queries(ONE):
        assert len(client.get(f"/psychosocial/{accompaniment.uuid}/").context["lines"]) == number
    with django_assert_num_queries(OPENINGS):
        assert len(client.get(f"/psychosocial/{accompaniment.uuid}/openings/").context["page"].rows) == number
    reader = client_of(officer)
    with django_assert_num_queries(BY_USER):
        assert len(reader.get("/psychosocial/openings/").context["lines"]) == 1
