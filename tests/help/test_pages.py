import re
import uuid

import pytest
from django.urls import reverse

from istidrak.help import actions
from istidrak.help.models import Answer, Note, Question

XSS = "<script>alert('x')</script><img src=x onerror=alert(1)>"


def test_asking_beside_the_page_and_nothing_typed_is_lost(client_of, educator):
    """A refused question comes back whole, with the reason in words."""
    client, url = client_of(educator), reverse("help:ask")
    data = {
        "body": "لم أجد G123456789 في الفوج",
        "page": "training:groups",
        "path": "/groups/",
        "submission": uuid.uuid4(),
    }
    refused = client.post(url, data, headers={"hx-request": "true"})
    html = refused.content.decode()
    assert refused.status_code == 200 and "<html" not in html
    assert "لم أجد G123456789 في الفوج" in html and not Question.unscoped.exists()
    assert client.post(url, data).status_code == 422
    sent = client.post(url, {**data, "body": "لم أجده في الفوج"}, headers={"hx-request": "true"})
    question = Question.unscoped.get()
    assert str(question.uuid) in sent.content.decode() and question.path == "/groups/"


def test_double_submit_is_once(client_of, educator):
    """Two clicks, one question, and the same page after each."""
    client = client_of(educator)
    data = {"body": "سؤال", "page": "home", "path": "/", "submission": uuid.uuid4()}
    first, second = (client.post(reverse("help:ask"), data) for _ in range(2))
    assert first["Location"] == second["Location"] and Question.unscoped.count() == 1


def test_other_territory_sees_nothing(
    client_of, ask, educator, officer, other_officer, other_centre_director, centre_director
):
    """Neither a coordinator of elsewhere nor a colleague of the asker reads a question by its address."""
    question = ask(educator)
    actions.answer(by=officer, question=question, text="جواب", seen_level=2)
    note = actions.make_help(by=officer, question=question, title_ar="س", text_ar="ج")
    for user in (other_officer, other_centre_director, centre_director):
        client = client_of(user)
        assert client.get(reverse("help:question", args=[question.uuid])).status_code == 404
        assert client.post(reverse("help:solved", args=[question.uuid])).status_code == 404
        assert client.post(reverse("help:not_solved", args=[question.uuid]), {"reason": "x"}).status_code == 404
        assert question.body not in client.get(reverse("help:questions") + "?show=all").content.decode()
    client = client_of(other_officer)
    for name in ("answer", "pass_up", "make_help"):
        assert (
            client.post(reverse(f"help:{name}", args=[question.uuid]), {"text": "x", "level": 2}).status_code == 404
        )
    assert client.get(reverse("help:note", args=[note.uuid])).status_code == 404
    assert client.post(reverse("help:note_move", args=[note.uuid]), {"reason": "x"}).status_code == 404


def test_directors_of_the_same_territory_do_not_read_questions(client_of, ask, educator, provincial_director):
    """A question to the coordinator is not a report to the director."""
    question = ask(educator)
    assert client_of(provincial_director).get(reverse("help:question", args=[question.uuid])).status_code == 404


def test_what_people_write_never_runs(client_of, ask, educator, officer):
    """A question, an answer and a help text with HTML are shown as text, on every page that shows them."""
    question = ask(educator, body=XSS)
    actions.answer(by=officer, question=question, text=XSS, seen_level=2)
    note = actions.make_help(by=officer, question=question, title_ar=XSS, text_ar=XSS, title_fr=XSS, text_fr=XSS)
    pages = [
        reverse("help:questions") + "?show=all",
        reverse("help:question", args=[question.uuid]),
        reverse("help:notes"),
        reverse("help:note", args=[note.uuid]),
        reverse("help:index") + "?q=alert",
    ]
    for page in pages:
        html = client_of(officer).get(page).content.decode()
        assert "<script>alert" not in html and "<img src=x" not in html, page
    beside = client_of(educator).get(reverse("help:task", args=["training:groups"]), headers={"hx-request": "true"})
    html = beside.content.decode()
    assert "&lt;script&gt;" in html and "<script>alert" not in html


@pytest.mark.parametrize("path", ["//evil.example/", "javascript:alert(1)", "/groups/?next=//evil", '"><b>'])
def test_a_foreign_path_is_no_link(client_of, educator, path):
    """The way back from the help of a page is an address of the program or none."""
    html = client_of(educator).get(reverse("help:task", args=["training:groups"]), {"path": path}).content.decode()
    assert not re.search(r'(href|hx-get|action)="[^"]*(evil|javascript:)', html) and '"><b>' not in html


def test_the_second_officer_is_told_and_keeps_the_text(client_of, ask, educator, officer):
    """Ten lines typed for nothing is how people stop answering."""
    question = ask(educator)
    actions.answer(by=officer, question=question, text="جواب أول", seen_level=2)
    response = client_of(officer).post(
        reverse("help:answer", args=[question.uuid]), {"text": "جواب ثان طويل", "level": 2}
    )
    assert response.status_code == 409
    assert "جواب ثان طويل" in response.content.decode() and "جواب أول" in response.content.decode()
    assert Answer.unscoped.filter(question=question).count() == 1


def test_answer_then_help_then_reworded(client_of, ask, educator, officer):
    """The whole way of an answer, by its pages."""
    question, client = ask(educator), client_of(officer)
    page = client.get(reverse("help:question", args=[question.uuid])).content.decode()
    assert 'href="/groups/"' in page
    client.post(reverse("help:answer", args=[question.uuid]), {"text": "من صفحة الحصة", "level": 2})
    make = reverse("help:make_help", args=[question.uuid])
    assert "من صفحة الحصة" in client.get(make).content.decode()
    half = client.post(make, {"title_ar": "س", "text_ar": "ج", "title_fr": "Q"})
    assert half.status_code == 422
    client.post(make, {"title_ar": "كيف؟", "text_ar": "هكذا"})
    note = Note.unscoped.get()
    url = reverse("help:note", args=[note.uuid])
    client.post(
        url, {"title_ar": "كيف؟", "text_ar": "هكذا", "title_fr": "Comment ?", "text_fr": "Ainsi", "version": 1}
    )
    note.refresh_from_db()
    assert note.is_in_both_languages
    stale = client.post(url, {"title_ar": "كيف؟", "text_ar": "غير ذلك", "version": 1})
    assert stale.status_code == 409 and "غير ذلك" in stale.content.decode() and "Ainsi" in stale.content.decode()
    assert client.post(reverse("help:note_move", args=[note.uuid]), {"verb": "withdraw"}).status_code == 422
    client.post(reverse("help:note_move", args=[note.uuid]), {"verb": "withdraw", "reason": "خطأ"})
    note.refresh_from_db()
    assert note.state == "WITHDRAWN"


def test_the_asker_by_the_pages(client_of, ask, educator, officer):
    """Not solved goes back with what is missing; solved closes."""
    question, client = ask(educator), client_of(educator)
    actions.answer(by=officer, question=question, text="جواب", seen_level=2)
    back = reverse("help:not_solved", args=[question.uuid])
    assert client.post(back, {"reason": ""}).status_code == 422
    client.post(back, {"reason": "لم أجد الزر"})
    question.refresh_from_db()
    assert question.state == "NOT_SOLVED"
    client.post(reverse("help:solved", args=[question.uuid]), {"verb": "withdraw"})
    question.refresh_from_db()
    assert question.state == "CLOSED"


def test_pass_up_by_the_page(client_of, ask, educator, officer):
    """With a reason only."""
    question, client = ask(educator), client_of(officer)
    url = reverse("help:pass_up", args=[question.uuid])
    assert client.post(url, {"reason": "", "level": 2}).status_code == 422
    client.post(url, {"reason": "تحتاج إلى قرار", "level": 2})
    question.refresh_from_db()
    assert question.level == 3
    again = client.post(url, {"reason": "مرة أخرى", "level": 2})
    assert again.status_code == 409 and "مرة أخرى" in again.content.decode()


def test_workbooks(client_of, ask, educator, officer):
    """The lists leave as workbooks too."""
    question = ask(educator)
    actions.answer(by=officer, question=question, text="جواب", seen_level=2)
    actions.make_help(by=officer, question=question, title_ar="س", text_ar="ج")
    for name in ("questions", "notes"):
        response = client_of(officer).get(reverse(f"help:{name}") + "?format=xlsx&show=all")
        assert response["Content-Type"].startswith("application/vnd.openxml") and len(response.content) > 3000


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_the_inbox(client_of, ask, educator, officer, season, number, django_assert_num_queries):
    """The inbox of a busy coordinator costs as much as an empty one."""
    for _ in range(number):
        ask(educator)
    client = client_of(officer)
    client.get(reverse("help:questions"))
    with django_assert_num_queries(5):
        html = client.get(reverse("help:questions")).content.decode()
    assert html.count("<tr>") == number + 1


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_the_notes(client_of, ask, educator, officer, season, number, django_assert_num_queries):
    """So does the list of answers that became help."""
    for _ in range(number):
        question = ask(educator)
        actions.answer(by=officer, question=question, text="جواب", seen_level=2)
        actions.make_help(by=officer, question=question, title_ar="س", text_ar="ج")
    client = client_of(officer)
    client.get(reverse("help:notes"))
    with django_assert_num_queries(5):
        client.get(reverse("help:notes"))
