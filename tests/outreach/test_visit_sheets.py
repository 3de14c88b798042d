"""Visit sheets: printed with what a visitor needs, filled in by hand, and read back without a guess."""

import datetime as dt
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from istidrak.base.exchange.reading import Table, read_tables
from istidrak.outreach import actions, sheets
from istidrak.outreach.models import Case, Contact
from istidrak.people.models import Person, SourceRecord

from ..conftest import TODAY

pytestmark = pytest.mark.django_db
AT = {code: index for index, (code, *_rest) in enumerate(sheets.COLUMNS)}
SHEETS_QUERIES = 11


@pytest.fixture
def team(officer, season, directorate, field_agent):
    campaign = actions.create_campaign(
        by=officer,
        season=season,
        directorate=directorate,
        name_ar="القافلة",
        start_date=dt.date(2025, 9, 16),
        end_date=dt.date(2025, 12, 20),
    )
    return actions.create_team(by=officer, campaign=campaign, name="1", members=[field_agent])


@pytest.fixture
def handed(officer, season, directorate, make_person, team):
    def make(quarter="حي الوحدة", **facts):
        person = make_person(**facts)
        case = actions.open_case(by=officer, person=person, season=season, directorate=directorate, quarter=quarter)
        actions.hand_over(by=officer, cases=[case], team=team)
        return case

    return make


@pytest.fixture
def table_of(client_of, field_agent):
    """The workbook as a team downloads it, and as it comes back with some cells filled in."""

    def make(language="ar", **query):
        client = client_of(field_agent)
        client.cookies["django_language"] = language
        answer = client.post("/visits/sheets/", query_params={"format": "xlsx", **query})
        (table,) = read_tables(answer.content, "visits.xlsx")
        return table, answer.content

    return make


def filled(table, row=2, **cells):
    """The table with a row filled in; row 2 is the first person."""
    line = [*table.rows[row], *[""] * (len(sheets.COLUMNS) - len(table.rows[row]))]
    for code, value in cells.items():
        line[AT[code]] = value
    rows = [*table.rows]
    rows[row] = line
    return Table(table.sheet, rows)


def sent_back(client, table):
    """Send a table as a workbook to the page."""
    import xlsxwriter

    output = io.BytesIO()
    with xlsxwriter.Workbook(output) as book:
        sheet = book.add_worksheet("1")
        for number, row in enumerate(table.rows):
            for at, value in enumerate(row):
                sheet.write(number, at, value)
    upload = SimpleUploadedFile("visits.xlsx", output.getvalue())
    return client.post("/visits/sheets/back/", {"sheet": upload})


VISIT = {"date": "18/11/2025", "result": "تمت مقابلة المعني(ة) بالأمر"}


def test_a_sheet_has_what_a_visitor_needs(handed, table_of, officer, season):
    case = handed(full_name_ar="سعاد المنصوري", full_name_fr="Souad Mansouri", phone="0612345678")
    SourceRecord.unscoped.filter(person=case.person).update(
        facts={"age": 14, "contact_date": "2025-09-20", "level": "السادس ابتدائي", "school_name": "مدرسة النخيل"}
    )
    table, _content = table_of()
    row = dict(zip(AT, table.rows[2], strict=False))
    assert row["file_number"] == case.person.file_number
    assert row["case"] == str(case.uuid)
    assert (row["name_ar"], row["name_fr"], row["phone"]) == ("سعاد المنصوري", "Souad Mansouri", "0612345678")
    assert (row["level"], row["school"]) == ("السادس ابتدائي", "مدرسة النخيل")
    assert "14" in row["born"]
    assert "20 شتنبر 2025" in row["born"]
    assert row.get("date", "") == row.get("result", "") == ""


def test_the_case_column_is_hidden_and_results_are_chosen_from_a_list(handed, table_of):
    handed()
    _table, content = table_of("fr")
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert '<col min="2" max="2"' in xml
    assert 'hidden="1"' in xml.split('<col min="2"')[1].split("/>")[0]
    with translation.override("fr"):
        assert str(Contact.Result.MET.label) in xml
    assert 'type="list"' in xml


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_of_visits_in_a_known_number_of_queries(
    client_of, field_agent, handed, rows, django_assert_num_queries
):
    for _ in range(rows):
        handed()
    client = client_of(field_agent)
    with django_assert_num_queries(SHEETS_QUERIES):
        response = client.get("/visits/sheets/")
    assert len(response.context["rows"]) == rows


def test_a_sheet_is_of_a_team_or_of_a_quarter(client_of, officer, handed, team, to_visit_without_team):
    case, other = handed("حي الوحدة"), to_visit_without_team("المرسى")
    client = client_of(officer)

    def shown(**query):
        return {row.case.pk for row in client.get("/visits/sheets/", query).context["rows"]}

    assert shown() == {case.pk, other.pk}
    assert shown(team=team.uuid) == {case.pk}
    assert shown(quarter="q:المرسى") == {other.pk}
    assert shown(quarter="q:nowhere") == {case.pk, other.pk}  # not among the choices: nothing is asked


@pytest.fixture
def to_visit_without_team(officer, season, directorate, make_person):
    def make(quarter):
        return actions.open_case(
            by=officer, person=make_person(), season=season, directorate=directorate, quarter=quarter
        )

    return make


def test_a_name_the_school_has_not_marked_is_visited_only_when_it_was_handed(
    client_of, officer, school, season, directorate, make_person, team
):
    case = actions.open_case(by=officer, person=make_person(), season=season, directorate=directorate, school=school)
    client = client_of(officer)
    assert client.get("/visits/sheets/").context["rows"] == []
    actions.hand_over(by=officer, cases=[case], team=team)
    assert [row.case.pk for row in client.get(f"/visits/sheets/?team={team.uuid}").context["rows"]] == [case.pk]


def test_an_agent_prints_only_the_people_of_the_own_team(client_of, field_agent, handed, to_visit_without_team):
    case = handed()
    to_visit_without_team("المرسى")
    rows = client_of(field_agent).get("/visits/sheets/").context["rows"]
    assert [row.case.pk for row in rows] == [case.pk]


def test_a_filled_sheet_is_looked_at_then_written_and_twice_changes_nothing(client_of, field_agent, handed, table_of):
    case = handed()
    handed("المرسى")
    table, _content = table_of()
    first = next(i for i, row in enumerate(table.rows) if str(case.uuid) in row)
    label = str(label_of("ar", "MET"))
    back = filled(
        table,
        first,
        date=VISIT["date"],
        result=label,
        next_step="زيارة المركز",
        next_step_date="25/11/2025",
        note="  الأم حاضرة ",
    )
    client = client_of(field_agent)
    page = sent_back(client, back)
    checked = page.context["checked"]
    assert (len(checked.to_write), checked.known, checked.blank, checked.problems) == (1, 0, 1, [])
    assert not Contact.unscoped.exists()
    client.post("/visits/sheets/write/", {"sealed": page.context["sealed"]})
    contact = Contact.unscoped.get()
    assert (contact.case, contact.kind, contact.result) == (case, "VISIT", "MET")
    assert (contact.date, contact.next_step, contact.note) == (dt.date(2025, 11, 18), "زيارة المركز", "الأم حاضرة")
    assert contact.next_step_date == dt.date(2025, 11, 25)
    assert contact.made_by == field_agent
    client.post("/visits/sheets/write/", {"sealed": page.context["sealed"]})
    again = sent_back(client, back).context["checked"]
    assert (len(again.to_write), again.known) == (0, 1)
    assert Contact.unscoped.count() == 1


def label_of(language, result):
    with translation.override(language):
        return str(Contact.Result(result).label)


def test_a_sheet_printed_in_one_language_is_read_in_the_other(handed, table_of):
    handed()
    table, _content = table_of("fr")
    with translation.override("ar"):
        (visit,) = sheets.read(
            [filled(table, date=dt.date(2025, 11, 18), result=label_of("fr", "ABSENT"))], TODAY
        ).visits
    assert (visit.result, visit.kind, visit.date) == ("ABSENT", "VISIT", dt.date(2025, 11, 18))


def test_columns_may_be_moved_or_taken_out(handed, table_of):
    """Teams delete the columns they do not need, and put the telephone first."""
    handed()
    table, _content = table_of()
    table = filled(table, date="18/11/2025", result="MET")
    order = [AT[code] for code in ("phone", "result", "date", "kind", "case", "file_number")]
    moved = Table("1", [[row[at] if at < len(row) else "" for at in order] for row in table.rows])
    assert len(sheets.read([moved], TODAY).visits) == 1


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"date": "", "result": "MET"}, "date"),
        ({"date": "31/02/2025", "result": "MET"}, "date"),
        ({"date": "21/11/2025", "result": "MET"}, "date"),
        ({"date": "18/11/2025", "result": ""}, "result"),
        ({"date": "18/11/2025", "result": "peut-être"}, "result"),
        ({"date": "18/11/2025", "result": "MET", "kind": "lettre"}, "kind"),
        ({"date": "18/11/2025", "result": "MET", "next_step": "x", "next_step_date": "demain"}, "next_step_date"),
        ({"date": "18/11/2025", "result": "MET", "next_step": "x", "next_step_date": "1/11/2025"}, "next_step_date"),
        ({"date": "18/11/2025", "result": "MET", "next_step": "x"}, "next_step_date"),
        ({"date": "18/11/2025", "result": "MET", "next_step_date": "25/11/2025"}, "next_step"),
        ({"date": "18/11/2025", "result": "MET", "case": "x"}, "file_number"),
        ({"note": "personne"}, "date"),
    ],
)
def test_a_refused_row_says_its_row_its_column_and_why(handed, table_of, cells, column):
    handed()
    table, _content = table_of()
    outcome = sheets.read([filled(table, **cells)], TODAY)
    assert outcome.visits == []
    problem = next(p for p in outcome.problems if p.column == sheets.HEADINGS[column])
    assert problem.row == 3
    assert str(problem.reason)


def test_one_person_twice_on_a_day_is_one_visit(handed, table_of):
    handed()
    table, _content = table_of()
    once = filled(table, date="18/11/2025", result="MET")
    twice = Table("1", [*once.rows, once.rows[2]])
    outcome = sheets.read([twice], TODAY)
    assert len(outcome.visits) == 1
    assert [problem.row for problem in outcome.problems] == [4]


def test_a_sheet_sorted_in_parts_writes_no_visit_on_another_child(client_of, field_agent, handed, table_of):
    """Only the names were sorted, not the hidden column: each visit would land in the wrong file."""
    handed(), handed()
    table, _content = table_of()
    one, two = [*table.rows[2]], [*table.rows[3]]
    one[AT["case"]], two[AT["case"]] = two[AT["case"]], one[AT["case"]]
    table = Table("1", [*table.rows[:2], one, two])
    mixed = filled(filled(table, 2, date="18/11/2025", result="MET"), 3, date="18/11/2025", result="MET")
    checked = sent_back(client_of(field_agent), mixed).context["checked"]
    assert checked.to_write == []
    assert [problem.row for problem in checked.problems] == [3, 4]


def test_a_file_held_to_be_the_same_since_the_printing_is_found(client_of, field_agent, handed, table_of):
    case = handed()
    table, _content = table_of()
    survivor = Person.unscoped.create(full_name_ar="سعاد المنصوري")
    Person.unscoped.filter(pk=case.person_id).update(merged_into=survivor)
    Case.unscoped.filter(pk=case.pk).update(person=survivor)
    case.person.ties.update(person=survivor)
    checked = sent_back(client_of(field_agent), filled(table, date="18/11/2025", result="MET")).context["checked"]
    assert len(checked.to_write) == 1


def test_a_row_of_somebody_else_is_refused(client_of, officer, other_officer, handed, table_of):
    handed()
    table, _content = table_of()
    back = filled(table, date="18/11/2025", result="MET")
    checked = sent_back(client_of(other_officer), back).context["checked"]
    assert (checked.to_write, len(checked.problems)) == ([], 1)


def test_a_seal_is_of_the_one_who_looked(client_of, field_agent, officer, handed, table_of):
    handed()
    table, _content = table_of()
    page = sent_back(client_of(field_agent), filled(table, date="18/11/2025", result="MET"))
    client = client_of(officer)
    client.post("/visits/sheets/write/", {"sealed": page.context["sealed"]})
    client.post("/visits/sheets/write/", {"sealed": page.context["sealed"] + "x"})
    client.post("/visits/sheets/write/")
    assert not Contact.unscoped.exists()


@pytest.mark.parametrize(("name", "content"), [("a.xlsx", b"not a workbook"), ("a.csv", b"a;b\n1;2\n")])
def test_another_file_is_said_to_be_one(client_of, field_agent, season, name, content):
    upload = SimpleUploadedFile(name, content)
    response = client_of(field_agent).post("/visits/sheets/back/", {"sheet": upload})
    assert response.context["form"].errors["sheet"]
