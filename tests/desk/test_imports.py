"""The pages of lists: drop, look, explain, confirm; who may; how many queries."""

import datetime as dt
import io

import pytest
from django.urls import reverse

from istidrak.base.exchange.reading import read_tables
from istidrak.desk.imports.keeping import digest_of
from istidrak.desk.imports.messages import ROW_MESSAGES
from istidrak.desk.imports.problems import Reason
from istidrak.outreach.actions import expect_lists
from istidrak.outreach.models import Case, ExpectedList
from istidrak.people.models import HeadingMapping, Person, SourceFile
from tests.imports.make_drop import forty_files, made_schools
from tests.imports.make_lists import workbook

pytestmark = pytest.mark.django_db
State = SourceFile.State
UNKNOWN = [
    ["الاسم الكامل", "الجنس", "تاريخ الازدياد", "مكان السكنى الحالي للأسرة"],
    ["سعيد العلوي", "ذكر", "01/02/2010", "الدشيرة"],
    ["", "أنثى", "03/04/2011", "الوحدة"],
    ["هند بوعلام", "أنثى", "2009", "الوحدة"],
]


@pytest.fixture
def officers_drop(drop, officer, directorate):
    def by_officer(*files, **more):
        return drop(officer, files, directorate=directorate.pk, layout="", centre="", **more)

    return by_officer


class TestDropping:
    def test_one_file_leads_to_its_preview(self, officers_drop, client_of, officer, school, made_list):
        answer = officers_drop(made_list(school))
        file = SourceFile.objects.get()
        assert answer["Location"] == reverse("desk:import_file", args=[file.uuid])
        page = client_of(officer).get(answer["Location"]).content.decode()
        assert school.name_ar in page and reverse("desk:import_confirm", args=[file.uuid]) in page
        assert not Person.unscoped.exists()

    def test_a_bad_file_does_not_stop_the_others(self, officers_drop, client_of, officer, school, made_list):
        good = made_list(school)
        answer = officers_drop(("photo.xls", b"\x89PNG\r\n\x1a\n" + bytes(99)), good, ("../../x.csv", b""))
        assert SourceFile.objects.count() == 1
        client = client_of(officer)
        assert answer["Location"].startswith(reverse("desk:import_drop"))
        # The reasons are in the session of the user who dropped: another browser of theirs shows the lists only.
        assert client.get(answer["Location"]).status_code == 200

    def test_the_reasons_are_shown_after_the_drop(self, kept_files, client_of, officer, directorate, season):
        from django.core.files.uploadedfile import SimpleUploadedFile

        client = client_of(officer)
        form = {
            "files": [SimpleUploadedFile("photo.xls", b"\x89PNG\r\n\x1a\n" + bytes(99))],
            "season": season.pk,
            "received_on": "2025-11-20",
            "directorate": directorate.pk,
            "layout": "",
            "centre": "",
        }
        page = client.post(reverse("desk:import_new"), form, follow=True).content.decode()
        assert "photo.xls" in page and not SourceFile.objects.exists()

    def test_what_is_missing_is_said_beside_the_field(self, client_of, officer, season):
        answer = client_of(officer).post(
            reverse("desk:import_new"), {"season": season.pk, "received_on": "2026-01-01"}
        )
        assert answer.status_code == 200
        assert {"files", "received_on", "directorate"} <= answer.context["form"].errors.keys()

    def test_a_list_of_another_directorate_cannot_be_dropped(
        self, drop, officer, other_directorate, school, made_list
    ):
        answer = drop(officer, [made_list(school)], directorate=other_directorate.pk)
        assert "directorate" in answer.context["form"].errors and not SourceFile.objects.exists()


class TestOwnLists:
    def test_a_head_sends_the_list_of_the_school(self, drop, client_of, school_head, school, made_list):
        answer = drop(school_head, [made_list(school)], organisation=school.pk)
        file = SourceFile.objects.get()
        assert (file.organisation, file.received_by) == (school, school_head)
        page = client_of(school_head).get(answer["Location"])
        assert page.status_code == 200 and page.context["file"] == file
        client_of(school_head).post(reverse("desk:import_confirm", args=[file.uuid]))
        assert Case.unscoped.filter(school=school).count() == 5

    def test_a_head_cannot_send_another_school_s_list(self, drop, school_head, school, put_schools, made_list):
        (other,) = put_schools(made_schools(1))
        drop(school_head, [made_list(other)], organisation=school.pk)
        assert not SourceFile.objects.exists()

    def test_a_name_written_otherwise_is_shown_and_not_refused(self, drop, client_of, school_head, school):
        """The head types the name of the school as everybody says it, not as the registry has it."""
        rows = [["المؤسسة :", "إعدادية الساقية بالعيون"], [], ["الاسم الكامل", "الجنس", "تاريخ الازدياد"]]
        data = workbook({"Data": [*rows, ["سعيد العلوي", "ذكر", "01/02/2010"]]})
        answer = drop(school_head, [("f.xlsx", data)], organisation=school.pk)
        page = client_of(school_head).get(answer["Location"])
        assert [note.reason for note in page.context["preview"].disagreements] == ["OTHER_SCHOOL"]

    def test_a_head_cannot_choose_another_school(self, drop, school_head, put_schools, made_list):
        (other,) = put_schools(made_schools(1))
        answer = drop(school_head, [made_list(other)], organisation=other.pk)
        assert "organisation" in answer.context["form"].errors and not SourceFile.objects.exists()

    def test_a_head_sees_no_list_of_another_school(
        self, officers_drop, client_of, school_head, put_schools, made_list
    ):
        (other,) = put_schools(made_schools(1))
        officers_drop(made_list(other))
        file = SourceFile.objects.get()
        client = client_of(school_head)
        assert client.get(reverse("desk:import_mine") + f"?file={file.uuid}").status_code == 404
        assert client.get(reverse("desk:import_mine") + "?file=x").status_code == 404
        assert client.post(reverse("desk:import_confirm", args=[file.uuid])).status_code == 404
        assert not client.get(reverse("desk:imports")).context["rows"]
        assert client.get(reverse("desk:import_file", args=[file.uuid])).status_code == 403

    def test_a_centre_sends_its_learners(self, drop, client_of, centre_director, centre):
        rows = [["الاسم الكامل", "الجنس", "تاريخ الازدياد"], ["سعيد العلوي", "ذكر", "01/02/2010"]]
        drop(centre_director, [("learners.xlsx", workbook({"Feuil1": rows}))], organisation=centre.pk)
        file = SourceFile.objects.get()
        assert (file.layout, file.organisation) == ("CENTRE_LIST", centre)
        client_of(centre_director).post(reverse("desk:import_confirm", args=[file.uuid]))
        assert Person.unscoped.get().ties.filter(organisation=centre).exists()


class TestWhoMay:
    def test_another_directorate_s_officer_finds_nothing(
        self, officers_drop, client_of, other_officer, school, made_list
    ):
        officers_drop(made_list(school))
        file = SourceFile.objects.get()
        client = client_of(other_officer)
        assert client.get(reverse("desk:import_file", args=[file.uuid])).status_code == 404
        for name in ("import_confirm", "import_set_aside", "import_headings", "import_body"):
            assert client.post(reverse(f"desk:{name}", args=[file.uuid])).status_code == 404
        where = {"season": 2025, "directorate": str(file.directorate.uuid)}
        assert client.post(reverse("desk:import_confirm_clean"), where).status_code == 404
        assert client.get(reverse("desk:import_drop"), where).status_code == 404
        file.refresh_from_db()
        assert file.state == State.PREVIEWED

    def test_the_academy_reads_and_writes_nothing(self, officers_drop, client_of, academy_officer, school, made_list):
        officers_drop(made_list(school))
        file = SourceFile.objects.get()
        client = client_of(academy_officer)
        page = client.get(reverse("desk:import_file", args=[file.uuid]))
        assert page.status_code == 200 and "import_confirm" not in page.content.decode()
        assert client.post(reverse("desk:import_confirm", args=[file.uuid])).status_code == 403


class TestOneList:
    def test_problems_have_their_row_and_column(self, officers_drop, client_of, officer):
        officers_drop(("f.xlsx", workbook({"Data": UNKNOWN})))
        page = client_of(officer).get(reverse("desk:import_file", args=[SourceFile.objects.get().uuid]))
        said = {(tuple(rows), column): message for rows, _more, column, message in page.context["problems"]}
        assert said[(3,), "الاسم الكامل"] == str(ROW_MESSAGES[Reason.NO_NAME])
        assert (4,) in {rows for rows, column in said if column == "تاريخ الازدياد"}
        assert all(message in page.content.decode() for message in said.values())

    def test_a_heading_is_explained_on_the_page(self, officers_drop, client_of, officer):
        officers_drop(("f.xlsx", workbook({"Data": UNKNOWN})))
        address = [SourceFile.objects.get().uuid]
        client = client_of(officer)
        page = client.get(reverse("desk:import_file", args=address))
        (name,) = page.context["form"].fields
        assert "الدشيرة" in str(page.context["form"][name].help_text)
        empty = client.post(reverse("desk:import_headings", args=address), {name: ""})
        assert empty.status_code == 422 and not HeadingMapping.objects.exists()
        client.post(reverse("desk:import_headings", args=address), {name: "quarter"})
        after = client.get(reverse("desk:import_file", args=address))
        assert after.context["form"] is None
        assert after.context["preview"].rows[0].facts["quarter"] == "الدشيرة"

    def test_rows_to_correct_are_downloaded(self, officers_drop, client_of, officer):
        officers_drop(("f.xlsx", workbook({"Data": UNKNOWN})))
        address = reverse("desk:import_file", args=[SourceFile.objects.get().uuid])
        (sheet,) = read_tables(client_of(officer).post(address + "?format=xlsx").content, "d.xlsx")
        assert [row[1] for row in sheet.rows[1:]] == [3, 4]
        assert "هند بوعلام" in sheet.rows[2]

    def test_confirming_writes_once(self, officers_drop, client_of, officer, school, made_list):
        officers_drop(made_list(school))
        address = reverse("desk:import_confirm", args=[SourceFile.objects.get().uuid])
        client = client_of(officer)
        for _ in range(2):
            assert client.post(address).status_code == 302
        assert Person.unscoped.count() == 5 and SourceFile.objects.get().state == State.APPLIED

    def test_a_list_set_aside_says_so(self, officers_drop, client_of, officer, school, made_list):
        officers_drop(made_list(school))
        file = SourceFile.objects.get()
        client = client_of(officer)
        client.post(reverse("desk:import_set_aside", args=[file.uuid]))
        assert client.get(reverse("desk:import_file", args=[file.uuid])).context["preview"] is None
        answer = client.post(reverse("desk:import_confirm", args=[file.uuid]))
        assert answer.status_code == 302 and not Person.unscoped.exists()


class TestFortyFiles:
    @pytest.fixture
    def afternoon(self, officers_drop, put_schools, officer, season, directorate):
        """Forty-six schools owe a list by the day before; forty send one, in five shapes, with a photo among them."""
        made = made_schools(46)
        put_schools(made)
        expect_lists(by=officer, season=season, directorate=directorate, due_date=dt.date(2025, 11, 19))
        files = forty_files(made[:40])
        officers_drop(
            *[(file.filename, file.data) for file in files], ("IMG_1.xls", b"\x89PNG\r\n\x1a\n" + bytes(99))
        )
        return files

    def test_every_list_is_received_and_its_school_recognised(self, afternoon):
        received = {file.digest: file for file in SourceFile.objects.select_related("organisation")}
        assert len(received) == 40
        for sent in afternoon:
            file = received[digest_of(sent.data)]
            assert file.rows == sent.rows, sent.shape
            found = file.organisation.code if file.organisation else None
            assert found == (sent.school.code if sent.names_school else None), sent.shape

    def test_the_clean_ones_are_confirmed_and_the_rest_named(
        self, afternoon, client_of, officer, season, directorate
    ):
        client = client_of(officer)
        where = {"season": season.year, "directorate": str(directorate.uuid)}
        page = client.get(reverse("desk:import_drop"), where)
        assert page.context["clean"] == 32  # eight do not say whose they are
        client.post(reverse("desk:import_confirm_clean"), where)
        assert SourceFile.objects.filter(state=State.APPLIED).count() == 32
        schools = {school.code: school for school in page.context["bodies"]["SCHOOL"]}
        code_of = {digest_of(sent.data): sent.school.code for sent in afternoon}
        for file in SourceFile.objects.filter(state=State.PREVIEWED):
            chosen = {"organisation": schools[code_of[file.digest]].pk, "back": "drop"}
            client.post(reverse("desk:import_body", args=[file.uuid]), chosen)
        client.post(reverse("desk:import_confirm_clean"), where)
        assert not SourceFile.objects.exclude(state=State.APPLIED).exists()
        assert Person.unscoped.count() == sum(file.rows for file in afternoon)
        table = client.get(reverse("desk:import_drop"), where).context["schools"]
        assert (table.received, table.nothing, table.awaited, table.late) == (40, 0, 0, 6)
        assert [row.is_late for row in table.rows[:7]] == [True] * 6 + [False]
        assert ExpectedList.unscoped.filter(state="RECEIVED").count() == 40


class TestCost:
    """A page of three lists asks the database as often as a page of one."""

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_drop(
        self, count, officers_drop, client_of, officer, put_schools, made_list, django_assert_num_queries
    ):
        for at, school in enumerate(put_schools(made_schools(count))):
            officers_drop(made_list(school, seed=at))
        client = client_of(officer)
        with django_assert_num_queries(10):
            assert len(client.get(reverse("desk:import_drop")).context["rows"]) == count

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_lists(
        self, count, officers_drop, client_of, officer, put_schools, made_list, django_assert_num_queries
    ):
        for at, school in enumerate(put_schools(made_schools(count))):
            officers_drop(made_list(school, seed=at))
        client = client_of(officer)
        with django_assert_num_queries(5):
            assert len(client.get(reverse("desk:imports")).context["rows"]) == count

    @pytest.mark.parametrize("rows", [1, 30])
    def test_one_list(self, rows, officers_drop, client_of, officer, school, made_list, django_assert_num_queries):
        officers_drop(made_list(school, rows=rows))
        client = client_of(officer)
        address = reverse("desk:import_file", args=[SourceFile.objects.get().uuid])
        with django_assert_num_queries(7):
            client.get(address)


def test_the_lists_as_a_workbook(officers_drop, client_of, officer, school, made_list):
    officers_drop(made_list(school))
    answer = client_of(officer).get(reverse("desk:imports") + "?format=xlsx")
    (sheet,) = read_tables(answer.content, "lists.xlsx")
    assert sheet.rows[1][0] == f"export_{school.code}.xlsx" and sheet.rows[1][5] == 5
    assert io.BytesIO(answer.content).read(2) == b"PK"
