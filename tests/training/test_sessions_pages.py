import datetime as dt
import html
import io

import pytest
from python_calamine import CalamineWorkbook

from istidrak.accounts.roles import EVERYBODY, Educator
from istidrak.training import actions, queries
from istidrak.training.models import AbsenceFollowUp, Closure, Session, TimetableEntry

from .conftest import FIRST, sees, sees_person

NOT_TAKEN, CLOSURES, ABSENCES, SHEET, MONTHS, TIMETABLE = 7, 6, 6, 8, 8, 6
CLOSED = dt.date(2025, 12, 24)


def rows_of(answer):
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def marks_in(session):
    return list(session.attendances.order_by("enrolment_id").values_list("mark", flat=True))


@pytest.fixture
def opened(enrolled, make_session, educator):
    """An open roll-call of two learners and the form that an editor has of it."""
    learners = [enrolled(), enrolled()]
    session = make_session()
    actions.open_session(by=educator, session=session)

    def form(do="save", **marks):
        data = {"version": session.version, "do": do}
        for number, learner in enumerate(learners):
            data[f"seen-{learner.uuid}"] = "PRESENT"
            data[f"mark-{learner.uuid}"] = marks.get(f"m{number}", "PRESENT")
        return data

    return session, learners, form


def test_the_second_editor_is_told_and_overwrites_nothing(opened, educator, centre_director, client_of):
    """Two phones, one class: whoever saves last must not wipe what the first one saw."""
    session, learners, form = opened
    address = f"/sessions/{session.uuid}/"
    assert client_of(educator).post(address, form(m0="ABSENT")).status_code == 302
    answer = client_of(centre_director).post(address, form(m0="LATE", m1="EXCUSED"))
    assert answer.status_code == 200
    assert marks_in(session) == ["ABSENT", "PRESENT"]
    (change,) = answer.context["changes"]
    assert change[0] == learners[0].person
    page = answer.content.decode()
    assert f'id="mark-{learners[1].uuid}-EXCUSED" value="EXCUSED" checked' in page  # what was typed is not lost
    assert f'id="mark-{learners[0].uuid}-LATE" value="LATE" checked' in page
    assert 'name="version" value="2"' in page
    again = {**form(m0="LATE", m1="EXCUSED"), "version": 2, f"seen-{learners[0].uuid}": "ABSENT"}
    assert client_of(centre_director).post(address, again).status_code == 302
    assert marks_in(session) == ["LATE", "EXCUSED"]


def test_one_who_changed_nothing_of_it_is_told_too(opened, educator, centre_director, client_of):
    session, learners, form = opened
    address = f"/sessions/{session.uuid}/"
    client_of(educator).post(address, form(m0="ABSENT"))
    answer = client_of(centre_director).post(address, form(do="close", m1="LATE"))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert f'id="mark-{learners[0].uuid}-ABSENT" value="ABSENT" checked' in page  # theirs, not the stale present
    assert f'id="mark-{learners[1].uuid}-LATE" value="LATE" checked' in page
    session.refresh_from_db()
    assert session.state == "OPENED"


@pytest.mark.parametrize("do", ["save", "close"])
def test_the_same_form_sent_again_after_a_lost_answer_is_done(opened, educator, client_of, do):
    """The train enters a tunnel after the server wrote: the phone sends again, and is told that it is done."""
    session, _, form = opened
    client, address = client_of(educator), f"/sessions/{session.uuid}/"
    assert client.post(address, form(do=do, m0="ABSENT")).status_code == 302
    assert client.post(address, form(do=do, m0="ABSENT")).status_code == 302
    assert marks_in(session) == ["ABSENT", "PRESENT"]
    session.refresh_from_db()
    assert session.version == 2


def test_big_buttons_and_the_name_first(opened, educator, client_of):
    session, *_ = opened
    page = client_of(educator).get(f"/sessions/{session.uuid}/").content.decode()
    row = page[page.index("roll-call-row") :]
    assert row.index("roll-call-name") < row.index('type="radio"')
    assert 'name="submission"' in page  # so that the browser tries again by itself


def test_a_session_is_cancelled_with_a_reason_and_takes_no_roll_call(enrolled, make_session, educator, client_of):
    enrolled()
    session = make_session()
    client, address = client_of(educator), f"/sessions/{session.uuid}/"
    assert client.post(address, {"do": "cancel", "reason": " "}).context["reason_form"].errors
    client.post(address, {"do": "cancel", "reason": "غياب المنشط"})
    client.post(f"{address}open/")
    client.post(address, {"do": "save", "version": "1"})
    session.refresh_from_db()
    assert session.state == "CANCELLED"
    assert marks_in(session) == []
    assert "غياب المنشط" in client.get(address).content.decode()
    client.post(address, {"do": "restore"})
    session.refresh_from_db()
    assert session.state == "PLANNED"


def test_forged_marks_of_another_group_and_another_centre(
    opened, enrolled, make_group, educator, other_centre_director, client_of
):
    session, _, form = opened
    stranger = enrolled(of=make_group(name="other"))
    forged = {**form(), f"mark-{stranger.uuid}": "ABSENT", f"seen-{stranger.uuid}": "PRESENT"}
    client_of(educator).post(f"/sessions/{session.uuid}/", forged)
    assert not stranger.attendances.exists()
    client = client_of(other_centre_director)
    for path in (f"/sessions/{session.uuid}/", f"/groups/{session.group.uuid}/timetable/"):
        assert client.get(path).status_code == 404
        assert client.post(path, form(m0="ABSENT")).status_code == 404
    assert marks_in(session) == ["PRESENT", "PRESENT"]


def test_a_vocational_trainer_teaches_like_an_educator(
    group, enrolled, vocational_trainer, educator, centre_director, make_session, client_of
):
    assert vocational_trainer in queries.educators_of(group.centre)
    assert not sees(vocational_trainer, group)
    learner = enrolled()
    actions.set_educators(by=centre_director, group=group, educators=[educator, vocational_trainer])
    assert sees(vocational_trainer, group)
    assert sees_person(vocational_trainer, learner.person)
    session = make_session()
    client = client_of(vocational_trainer)
    client.post(f"/sessions/{session.uuid}/open/")
    client.post(f"/sessions/{session.uuid}/", {f"mark-{learner.uuid}": "ABSENT", "do": "close"})
    assert marks_in(session) == ["ABSENT"]


def test_the_timetable_by_its_page(group, centre_director, officer, client_of):
    client, address = client_of(centre_director), f"/groups/{group.uuid}/timetable/"
    typed = {"do": "add", "weekday": "2", "kind": "LESSON", "title": "العربية", "starts_at": "09:00"}
    typed |= {"ends_at": "11:00", "first_date": "2025-11-10", "last_date": "2025-11-30"}
    assert client.post(address, {**typed, "ends_at": "08:00"}).context["entry_form"].errors["ends_at"]
    assert client.post(address, {**typed, "kind": "ACCOMPANIMENT"}).context["entry_form"].errors["host"]
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed).status_code == 200  # already there
    assert client.post(address, {"do": "plan", "until": "2027-11-30"}).context["plan_form"].errors["until"]
    told = client.post(address, {"do": "plan", "until": "2025-11-30"}, follow=True).content.decode()
    assert "عيد الاستقلال" in told
    assert [s.date.day for s in Session.unscoped.order_by("date")] == [11, 25]
    assert rows_of(client.get(f"{address}?format=xlsx"))[1][3:5] == ["09:00", "11:00"]
    assert client_of(officer).post(address, typed).status_code == 403
    entry = TimetableEntry.unscoped.get()
    end = {"last_date": "2025-11-20", "reason": "نهاية"}
    assert client.post(f"/timetable/{entry.uuid}/", {**end, "last_date": "2025-12-20"}).status_code == 200
    client.post(f"/timetable/{entry.uuid}/", end)
    assert Session.unscoped.get(date=dt.date(2025, 11, 25)).state == "CANCELLED"


def test_a_session_on_a_holiday_asks_first(group, educator, client_of):
    client, address = client_of(educator), f"/groups/{group.uuid}/sessions/"
    answer = client.post(address, {"date": "2025-11-18", "title": "مراجعة"})
    assert "عيد الاستقلال" in str(answer.context["session_form"].errors["date"])
    assert "مراجعة" in answer.content.decode()
    client.post(address, {"date": "2025-11-18", "title": "مراجعة", "is_despite_closed_day": "on"})
    assert Session.unscoped.get().date == dt.date(2025, 11, 18)


def test_closed_days_by_their_page(
    make_session, centre, centre_director, officer, educator, other_officer, client_of
):
    session = make_session(dt.date(2025, 11, 24))
    client = client_of(centre_director)
    typed = {"body": str(centre.pk), "kind": "OTHER", "start_date": "2025-11-24", "name_ar": "فيضان"}
    assert client.post("/closed-days/", {**typed, "name_ar": ""}).context["form"].errors["name_ar"]
    assert client.post("/closed-days/", {**typed, "end_date": "2025-11-01"}).context["form"].errors["end_date"]
    assert client_of(educator).post("/closed-days/", typed).status_code == 403
    assert client_of(officer).post("/closed-days/", typed).status_code == 200  # not a body of theirs
    assert not Closure.unscoped.exists()
    address = client.post("/closed-days/", typed)["Location"]
    session.refresh_from_db()
    assert session.state == "CANCELLED"
    assert len(rows_of(client.get("/closed-days/?format=xlsx"))) == 2
    assert client_of(educator).get(address).status_code == 200
    assert client_of(officer).post(address, {"reason": "x"}).status_code == 403
    assert client_of(other_officer).get(address).status_code == 404
    client.post(address, {"reason": "خطأ"})
    session.refresh_from_db()
    assert session.state == "PLANNED"


def test_a_session_never_opened_is_not_taken_everywhere(enrolled, make_session, group, educator, officer, client_of):
    """Nobody opened it: no page, sheet, rate or workbook may say that anybody was there."""
    learner = enrolled()
    make_session(dt.date(2025, 11, 17))
    client = client_of(officer)
    page = client.get(f"/groups/{group.uuid}/").content.decode()
    assert html.escape(str(Session.State.PLANNED.label)) in page
    (line,) = client.get("/roll-calls/not-taken/").context["lines"]
    assert (line["not_taken"], line["late"]) == (1, 3)
    assert client.get("/roll-calls/not-taken/").context["educators"] == [(educator, 1)]
    assert rows_of(client.get("/roll-calls/not-taken/?format=xlsx"))[1][3:5] == [1, 0]
    months = client.get(f"/enrolments/{learner.uuid}/attendance/").context["months"]
    assert [(m["taken"], m["not_taken"], m["rate"]) for m in months] == [(0, 1, None)]
    ((_, cells),) = client.get(f"/groups/{group.uuid}/sheet/?month=2025-11").context["rows"]
    assert cells == ["–"]


def test_the_sheet_of_a_month_and_its_twin(opened, group, make_session, educator, client_of):
    session, learners, form = opened
    client = client_of(educator)
    client.post(f"/sessions/{session.uuid}/", form(m0="ABSENT", m1="LATE"))
    actions.cancel_session(by=educator, session=make_session(dt.date(2025, 10, 7)), reason="x")
    page = client.get(f"/groups/{group.uuid}/sheet/?month=2025-10")
    assert [cells for _, cells in page.context["rows"]] == [["غ", "×"], ["ت", "×"]]
    blank = client.get(f"/groups/{group.uuid}/sheet/?month=2025-10&blank=1")
    assert [cells for _, cells in blank.context["rows"]] == [["", "×"], ["", "×"]]
    twin = rows_of(client.post(f"/groups/{group.uuid}/sheet/?month=2025-10&format=xlsx"))
    line = next(row for row in twin if row[1] == learners[0].person.file_number)
    assert line[3:5] == ["غ", "×"]
    nothing = client.get(f"/groups/{group.uuid}/sheet/?month=2025-12&blank=1")
    assert len(nothing.context["columns"]) == 27  # days of December without Sundays: nothing is planned yet
    assert client.get(f"/groups/{group.uuid}/sheet/?month=nonsense").status_code == 200


def test_attendance_by_month(opened, educator, client_of):
    session, learners, form = opened
    client = client_of(educator)
    client.post(f"/sessions/{session.uuid}/", form(do="close", m0="ABSENT"))
    (month,) = client.get(f"/enrolments/{learners[0].uuid}/attendance/").context["months"]
    assert (month["month"], month["absent"], month["rate"]) == (dt.date(2025, 10, 1), 1, 0)
    assert rows_of(client.post(f"/enrolments/{learners[0].uuid}/attendance/?format=xlsx"))[1][0] == "10/2025"


@pytest.fixture
def away(enrolled, group):
    """Somebody who stays away, known to the list."""

    def make():
        learner = enrolled()
        return AbsenceFollowUp.unscoped.create(
            person=learner.person,
            enrolment=learner,
            since_date=FIRST,
            last_date=FIRST,
            count=3,
            due_date=dt.date(2025, 11, 18),
        )

    return make


def test_following_an_absence_by_its_page(away, social_worker, educator, officer, other_centre_director, client_of):
    follow_up = away()
    client, address = client_of(social_worker), f"/absences/{follow_up.uuid}/"
    typed = {"said": "مريضة", "due_date": "2025-11-24"}
    assert client.post(address, {**typed, "due_date": "2025-11-19"}).context["form"].errors["due_date"]
    assert client.post(address, typed).status_code == 302
    follow_up.refresh_from_db()
    assert follow_up.state == "CONTACTED"
    assert "مريضة" in client.get(address).content.decode()
    assert client_of(educator).get(address).status_code == 200
    for user in (educator, officer):
        assert client_of(user).post(address, typed).status_code == 403
    assert client_of(other_centre_director).get(address).status_code == 404
    assert len(rows_of(client.post("/absences/?format=xlsx"))) == 2
    assert len(client_of(other_centre_director).get("/absences/").context["page"].rows) == 0


def test_an_educator_of_another_group_sees_no_absence(away, make_user, centre, client_of):
    follow_up = away()
    client = client_of(make_user(Educator, centre))
    assert client.get(f"/absences/{follow_up.uuid}/").status_code == 404
    assert client.get("/absences/").context["page"].rows == []


@pytest.mark.parametrize("number", [1, 3])
def test_queries(
    number, away, make_group, make_session, group, centre, officer, educator, client_of, django_assert_num_queries
):
    for count in range(number):
        follow_up = away()
        make_session(dt.date(2025, 11, 10 + count))
        if count:
            make_session(of=make_group(name=f"g{count}", educators=[educator]))
        actions.put_in_timetable(
            by=educator, group=group, weekday=2, kind="LESSON", title=str(count), first_date=FIRST, last_date=FIRST
        )
        actions.close_days(
            by=officer, organisation=centre, kind="OTHER", start_date=CLOSED, end_date=CLOSED, name_fr=str(count)
        )
    client = client_of(officer)
    client.get("/groups/")  # what is read once a session is read
    with django_assert_num_queries(NOT_TAKEN):
        client.get("/roll-calls/not-taken/")
    with django_assert_num_queries(CLOSURES):
        assert len(client.get("/closed-days/").context["page"].rows) == number
    with django_assert_num_queries(ABSENCES):
        assert len(client.get("/absences/").context["page"].rows) == number
    with django_assert_num_queries(SHEET):
        assert len(client.get(f"/groups/{group.uuid}/sheet/?month=2025-11").context["rows"]) == number
    with django_assert_num_queries(MONTHS):
        client.get(f"/enrolments/{follow_up.enrolment.uuid}/attendance/")
    with django_assert_num_queries(TIMETABLE):
        assert len(client.get(f"/groups/{group.uuid}/timetable/").context["entries"]) == number


def test_counts_for_the_to_do_list(away, make_session, officer):
    away()
    make_session(dt.date(2025, 11, 17))
    scope = officer.scope_as(*EVERYBODY)
    assert queries.count_absences_due(scope, dt.date(2025, 11, 20)) == 1
    assert queries.roll_calls_waiting(scope).filter(state="PLANNED").count() == 1
