"""Receiving and writing lists: once, twice, interrupted, hostile, with secrets, with unknown headings."""

import io
import json
import random
import stat
import zipfile
from collections import Counter

import pytest
from django.utils import translation

from istidrak.base import history, workflow
from istidrak.base.exchange.headings import FORBIDDEN, IGNORE
from istidrak.base.exchange.reading import read_tables
from istidrak.desk.imports import actions, corrections, keeping, preview, writing
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Case, ExpectedList
from istidrak.people.models import HeadingMapping, Person, SourceFile, SourceRecord, Tie
from istidrak.schooling.models import Stay
from istidrak.territory.models import Place
from tests.imports import make_lists
from tests.imports.make_drop import MadeSchool, bare_text, registry_workbook

pytestmark = pytest.mark.django_db
State = SourceFile.State


@pytest.fixture
def receive(kept_files, officer, season, directorate):
    def receive(data, filename="list.xlsx", **more):
        where = {"by": officer, "season": season, "directorate": directorate}
        return actions.receive(data=data, filename=filename, **(where | more))

    return receive


@pytest.fixture
def made_school(school):
    return MadeSchool(school.code, school.name_ar, school.name_fr)


@pytest.fixture
def school_list(made_school):
    return registry_workbook(made_school, make_lists.youths(random.Random(4), 11))


def written():
    """Everything about people that a list writes, without keys and instants."""
    records = SourceRecord.unscoped.order_by("file__name", "row")
    cases = Case.unscoped.order_by("person__massar_code").values_list("person__massar_code", "state", "school__code")
    return {
        "records": [(r.file.name, r.row, r.raw, r.facts, r.problems, r.is_complete) for r in records],
        "persons": Person.unscoped.count(),
        "cases": list(cases),
        "stays": list(Stay.unscoped.order_by("person__massar_code").values_list("person__massar_code", "level_code")),
        "ties": Tie.objects.count(),
    }


class TestReceiving:
    def test_nothing_about_a_person_is_written_before_confirmation(self, receive, school_list, school):
        """An officer who drops the wrong file must be able to walk away from it."""
        (file,) = receive(school_list[1], school_list[0])
        assert (file.state, file.layout, file.organisation) == (State.PREVIEWED, "SCHOOL_LIST", school)
        assert (file.rows, file.accepted, file.incomplete, file.refused) == (11, 11, 0, 0)
        assert not any((Person.unscoped.exists(), SourceRecord.unscoped.exists(), Case.unscoped.exists()))

    def test_the_same_bytes_again_are_the_same_file(self, receive, school_list):
        """Two officers drop the same attachment under two names."""
        (first,) = receive(school_list[1], school_list[0])
        (again,) = receive(school_list[1], "copy of it.xlsx")
        assert first.pk == again.pk and SourceFile.objects.count() == 1

    def test_the_tables_are_readable_by_their_owner_only(self, receive, school_list, kept_files):
        (file,) = receive(school_list[1], school_list[0])
        (path,) = (kept_files / "lists").iterdir()
        assert path.name.startswith(file.digest) and stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_each_sheet_of_a_workbook_is_a_file_of_its_own(self, receive):
        """Row numbers are those of a sheet: two classes may both have a row 16."""
        made = make_lists.class_lists_xls(random.Random(1))
        files = receive(made.data, made.filename)
        assert [file.sheet for file in files] == ["2APIC-1", "2APIC-2"]
        assert [file.rows for file in files] == [6, 6]

    def test_what_is_kept_reads_as_what_was_sent(self, receive, season):
        """A list confirmed next week is the list that was looked at today."""
        for maker in make_lists.MAKERS.values():
            made = maker(random.Random(2))
            files = receive(made.data, made.filename, layout=made.layout)
            tables = read_tables(made.data, made.filename)
            read = preview.read_list(tables, season=season.year, only=made.layout)
            for file in files:
                shown = preview.preview_of(file)
                sent = [row for row in read.rows if row.sheet == shown.sheet]
                assert [(r.row, r.raw) for r in shown.rows] == [(r.row, r.raw) for r in sent], made.filename
                if made.layout != "ESTABLISHMENTS":
                    assert [r.facts for r in shown.rows] == [r.facts for r in sent]


class TestHostileFiles:
    @pytest.mark.parametrize(
        ("filename", "data"),
        [
            ("page.xls", "<html><table><tr><td>الاسم الكامل</td></tr></table></html>".encode()),
            ("photo.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(400)),
            ("empty.csv", b""),
            ("torn.xlsx", b"PK\x03\x04" + bytes(900)),
            ("letter.csv", b"Monsieur le Directeur, veuillez trouver ci-joint la liste."),
        ],
    )
    def test_what_is_no_list_leaves_nothing(self, receive, kept_files, filename, data):
        with translation.override("fr"), pytest.raises(actions.ListRefused) as refusal:
            receive(data, filename)
        assert len(str(refusal.value)) > 20
        assert not SourceFile.objects.exists()
        assert not list(kept_files.rglob("*.gz")) and not list(kept_files.rglob("*.part"))

    def test_a_zip_bomb_is_refused(self, receive):
        out = io.BytesIO()
        with (
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package,
            package.open("xl/worksheets/sheet1.xml", "w") as f,
        ):
            for _ in range(420):
                f.write(bytes(1_000_000))
        with pytest.raises(actions.ListRefused):
            receive(out.getvalue())

    def test_ten_thousand_columns_are_refused(self, receive):
        with pytest.raises(actions.ListRefused):
            receive(make_lists.workbook({"S": [["الاسم الكامل"] + [f"c{n}" for n in range(10_000)]]}))

    def test_a_path_in_a_name_stays_a_name(self, receive, school_list, kept_files):
        (file,) = receive(school_list[1], "../../../etc/cron.d/x\n.xlsx")
        assert file.name == "x.xlsx"
        assert all(path.is_relative_to(kept_files) for path in kept_files.rglob("*"))
        assert actions.safe_name("..\\..\\boot.ini") == "boot.ini"

    def test_a_formula_stays_a_text(self, receive, made_school, officer):
        """A cell that a spreadsheet would run when our own download is opened."""
        evil = "=cmd|' /C calc'!A0"
        rows = [
            ["الاسم الكامل", "الجنس", "تاريخ الازدياد", "رغبة"],
            [evil, "ذكر", "", ""],
            ["سعيد العلوي", "ذكر", "", evil],
        ]
        (file,) = receive(make_lists.workbook({"Data": rows}), "f.xlsx")
        shown = preview.preview_of(file)
        (sheet,) = _download(shown)
        assert any(evil in map(str, row) for row in sheet.rows)

    def test_a_wrong_ending_does_not_matter(self, receive, school_list):
        (file,) = receive(school_list[1], "list.csv")
        assert file.rows == 11


def _download(shown):
    from istidrak.base.exchange.writing import workbook_bytes

    columns = [
        (heading, width, {"day": "date"}.get(kind, kind)) for heading, width, kind in corrections.columns_of(shown)
    ]
    data = workbook_bytes(corrections.sheet_title(shown.layout), columns, corrections.rows_of(shown))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    return read_tables(data, "download.xlsx")


class TestApplying:
    def test_a_school_list_becomes_files_stays_cases(
        self, receive, school_list, officer, school, season, directorate
    ):
        (file,) = receive(school_list[1], school_list[0])
        ExpectedList.unscoped.create(season=season, school=school, due_date="2025-10-01")
        counts = actions.apply(by=officer, file=file).counts
        assert (counts["records"], counts["stays"], counts["cases"], counts["schools_received"]) == (11, 11, 11, 1)
        assert file.state == State.APPLIED
        assert ExpectedList.unscoped.get().state == "RECEIVED"
        assert set(Case.unscoped.values_list("school", "directorate")) == {(school.pk, directorate.pk)}
        record = SourceRecord.unscoped.order_by("row").first()
        assert record.person.is_provisional and record.row == 5 and record.recorded_by == officer
        assert [row.verb for row in history.of_threads([file])].count("apply") == 1

    def test_applying_twice_changes_nothing(self, receive, school_list, officer):
        (file,) = receive(school_list[1], school_list[0])
        actions.apply(by=officer, file=file)
        before = written()
        assert not any(actions.apply(by=officer, file=file).counts.values())
        (again,) = receive(school_list[1], "again.xlsx")
        assert not any(actions.apply(by=officer, file=again).counts.values())
        assert written() == before

    @pytest.mark.parametrize("step", ["record_rows", "record_stays_of", "open_cases", "find_candidates"])
    def test_stopped_in_the_middle_and_resumed_writes_the_same(
        self, receive, school_list, officer, monkeypatch, step
    ):
        """The lights go out at any step of any part; the officer presses the button again."""
        monkeypatch.setattr(writing, "ROWS_IN_A_PART", 4)
        (file,) = receive(school_list[1], school_list[0])
        module = {"record_stays_of": writing.schooling, "open_cases": writing.outreach}.get(step, writing.people)
        real, calls = getattr(module, step), []

        def stops(**given):
            calls.append(given)
            if len(calls) == (1 if step == "find_candidates" else 2):
                raise KeyboardInterrupt
            return real(**given)

        with monkeypatch.context() as patched:
            patched.setattr(module, step, stops)
            with pytest.raises(KeyboardInterrupt):
                actions.apply(by=officer, file=file)
        halfway = SourceRecord.unscoped.count()
        assert halfway == (11 if step == "find_candidates" else 4)
        assert SourceFile.objects.get().state == State.APPLYING
        assert Case.unscoped.count() == Stay.unscoped.count() == halfway
        counts = actions.apply(by=officer, file=SourceFile.objects.get()).counts
        assert counts["records"] == 11 - halfway
        assert SourceFile.objects.get().state == State.APPLIED
        persons = Person.unscoped.count()
        assert persons == Case.unscoped.count() == Stay.unscoped.count() == SourceRecord.unscoped.count() == 11
        assert Counter(Tie.objects.values_list("person", flat=True)) == dict.fromkeys(
            Person.unscoped.values_list("pk", flat=True), 2
        )

    @pytest.mark.parametrize("is_stopped", [False, True])
    def test_one_whom_the_code_links_to_an_earlier_list_has_one_open_case(
        self, receive, school_list, made_school, officer, monkeypatch, is_stopped
    ):
        """A school sends its list again with one more pupil: nobody is on the list of cases twice."""
        (first,) = receive(school_list[1], school_list[0])
        actions.apply(by=officer, file=first)
        name, data = registry_workbook(made_school, make_lists.youths(random.Random(4), 12))
        (second,) = receive(data, f"longer-{name}")
        if is_stopped:

            def stops(**_given):
                raise KeyboardInterrupt

            with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
                patched.setattr(writing.outreach, "join_cases_of", stops)
                actions.apply(by=officer, file=second)
        actions.apply(by=officer, file=SourceFile.objects.get(pk=second.pk))
        persons = Person.unscoped.filter(merged_into=None).count()
        linked = SourceRecord.unscoped.count() - persons
        assert linked >= 10
        open_cases = Case.unscoped.filter(state__in=Case.OPEN_STATES).values_list("person", flat=True)
        assert Counter(open_cases) == dict.fromkeys(
            Person.unscoped.filter(merged_into=None).values_list("pk", flat=True), 1
        )
        assert Case.unscoped.filter(state="CLOSED", joined_into__isnull=False).count() == linked

    def test_a_resumed_list_is_read_with_the_headings_it_began_with(self, receive, officer, monkeypatch):
        """A heading explained between the two halves would give the second half other facts than the first."""
        rows = [["الاسم الكامل", "الجنس", "تاريخ الازدياد", "عمود غامض"]]
        rows += [[f"سعيد العلوي {n}", "ذكر", "01/02/2010", "حي الوحدة"] for n in "ابجدهو"]
        (file,) = receive(make_lists.workbook({"القافلة": rows}), "f.xlsx", layout="CARAVAN_LIST")
        monkeypatch.setattr(writing, "ROWS_IN_A_PART", 3)
        real, calls = writing.outreach.open_cases, []

        def stops(**given):
            calls.append(1)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return real(**given)

        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(writing.outreach, "open_cases", stops)
            actions.apply(by=officer, file=file)
        actions.remember_headings(by=officer, file=file, mapping={"عمود غامض": "quarter"})
        actions.apply(by=officer, file=SourceFile.objects.get())
        assert [r.facts.get("quarter") for r in SourceRecord.unscoped.order_by("row")] == [None] * 6

    def test_refused_rows_are_not_written_and_stay_visible(self, receive, officer):
        rows = [
            ["الاسم الكامل", "الجنس", "تاريخ الازدياد"],
            ["سعيد العلوي", "ذكر", "01/02/2010"],
            ["", "ذكر", "03/04/2011"],
        ]
        (file,) = receive(make_lists.workbook({"Data": rows}), "f.xlsx")
        actions.apply(by=officer, file=file)
        shown = preview.preview_of(SourceFile.objects.get())
        assert (shown.accepted, shown.refused, SourceRecord.unscoped.count()) == (1, 1, 1)
        (line,) = [line for line in shown.problems() if line.reason == "NO_NAME"]
        assert line.row == 3

    def test_corrected_rows_come_back(self, receive, officer, school, made_school):
        """The officer fills in the name that was missing and drops the workbook that the program gave."""
        rows = [
            ["المؤسسة :", school.name_ar, "رمز المؤسسة :", school.code],
            ["الاسم الكامل", "الجنس", "تاريخ الازدياد"],
        ]
        rows += [["سعيد العلوي", "ذكر", "01/02/2010"], ["", "ذكر", "03/04/2011"], ["هند بوعلام", "أنثى", "2009"]]
        (file,) = receive(make_lists.workbook({"Data": rows}), "f.xlsx")
        (sheet,) = _download(preview.preview_of(file))
        assert len(sheet.rows) == 3  # the heading, one refused, one to complete
        at = sheet.rows[0].index("الاسم الكامل")
        sheet.rows[1][at] = "كريم الداودي"
        (again,) = receive(make_lists.workbook({sheet.sheet: sheet.rows}), "corrected.xlsx")
        shown = preview.preview_of(again)
        assert not shown.unknown and again.organisation == school and again.layout == "SCHOOL_LIST"
        assert [row.facts.get("full_name_ar") for row in shown.rows] == ["كريم الداودي", "هند بوعلام"]
        assert (shown.accepted, shown.incomplete) == (1, 1)

    def test_a_file_set_aside_is_forgotten_and_may_come_back(self, receive, school_list, officer, kept_files):
        (file,) = receive(school_list[1], school_list[0])
        actions.set_aside(by=officer, file=file)
        assert not list(kept_files.rglob("*.gz"))
        with pytest.raises(workflow.MoveRefused):
            actions.apply(by=officer, file=SourceFile.objects.get())
        (back,) = receive(school_list[1], school_list[0])
        assert back.pk == file.pk and back.state == State.PREVIEWED
        assert actions.apply(by=officer, file=back).counts["records"] == 11

    def test_two_seasons_share_the_tables_of_a_file(self, receive, school_list, officer, kept_files):
        """Setting one aside must not take the content of the other."""
        from istidrak.programmes.actions import season_of

        (one,) = receive(school_list[1], school_list[0])
        (other,) = receive(school_list[1], school_list[0], season=season_of(2026))
        actions.set_aside(by=officer, file=one)
        assert preview.preview_of(other).rows

    def test_a_list_whose_content_is_gone_is_not_half_written(self, receive, school_list, officer):
        (file,) = receive(school_list[1], school_list[0])
        keeping.drop(file.digest, file.layout)
        with pytest.raises(actions.ListRefused):
            actions.apply(by=officer, file=file)
        assert SourceFile.objects.get().state == State.PREVIEWED


class TestCentres:
    def test_a_centre_is_chosen_before_its_list_is_written(self, receive, officer):
        made = make_lists.centre_workbook(random.Random(3))
        (file,) = receive(made.data, made.filename)
        assert file.layout == "CENTRE_LIST"
        with pytest.raises(actions.ListRefused):
            actions.apply(by=officer, file=file)
        assert not Person.unscoped.exists() and SourceFile.objects.get().state == State.PREVIEWED

    def test_a_centre_sees_those_it_names(self, receive, officer, centre, directorate):
        made = make_lists.centre_workbook(random.Random(3))
        (file,) = receive(made.data, made.filename, organisation=centre, layout="CENTRE_LIST")
        actions.apply(by=officer, file=file)
        assert Tie.objects.filter(organisation=centre, reason="NAMED").count() == 11
        assert Tie.objects.filter(place_number=directorate.place.low).count() == 11


class TestSchools:
    def test_only_schools_of_the_directorate_are_put(self, receive, officer, directorate, kept_files):
        headings = ["CD_PROV", "CD_ETAB", "NOM_ETABL", "NOM_ETABA", "LL_CYCLE", "LL_MIL"]
        rows = [
            headings,
            ["321", make_lists.school_code(40001), "Ecole Al Wahda", "مدرسة الوحدة", "Primaire", "Urbain"],
            ["541", make_lists.school_code(40002), "Ecole d'ailleurs", "مدرسة أخرى", "Primaire", "Rural"],
            ["", make_lists.school_code(40003), "Ecole sans province", "مدرسة", "Collège", "Rural"],
        ]
        (file,) = receive(make_lists.workbook({"etab": rows}), "etab.xlsx")
        shown = preview.preview_of(file)
        reasons = [(line.row, line.reason) for line in shown.problems()]
        assert reasons == [(3, "OTHER_DIRECTORATE"), (4, "NO_PROVINCE")]
        assert actions.apply(by=officer, file=file).counts == {"schools_new": 1, "schools_corrected": 0}
        (school,) = Organisation.objects.filter(kind="SCHOOL")
        assert (school.parent, school.cycle, school.milieu) == (directorate, "PRIMARY", "URBAN")

    def test_a_commune_that_nobody_knows_is_said_and_a_school_keeps_its_own(self, receive, officer, directorate):
        """An officer who meant to correct it would read that every row was recorded as it came."""
        known = Place.objects.create(
            kind="COMMUNE", code="113210103", name_ar="الدشيرة", name_fr="Dcheira", low=113210103, high=113210103
        )
        code = make_lists.school_code(40001)
        headings = ["CD_PROV", "CD_ETAB", "NOM_ETABL", "CD_COM"]
        for commune in (known.code, "113210399"):
            rows = [headings, ["321", code, "Ecole Al Wahda", commune]]
            (file,) = receive(make_lists.workbook({"etab": rows}), f"{commune}.xlsx")
            said = [(lines, message) for lines, _more, _column, message in preview.preview_of(file).noted(5)]
            assert actions.apply(by=officer, file=file).counts["schools_corrected"] == 0
        assert [lines for lines, _message in said] == [[2]]
        assert "113210399" in said[0][1]
        assert Organisation.objects.get(code=code).place == known

    def test_prefectures_of_one_province_are_told_by_the_commune(self):
        """Casablanca's directorates share the province code 141: the commune says which one a school is of."""
        from istidrak.desk.imports.establishments import problem_of
        from istidrak.desk.imports.problems import RowStatus
        from istidrak.desk.imports.rows import ParsedRow
        from istidrak.territory.rules import directorate_span

        span = directorate_span("06", "141.01.3")
        inside = {"province_code": "141", "commune_code": f"{span[0]:09d}"}
        outside = {"province_code": "141", "commune_code": f"{span[1] + 1:09d}"}

        def row(facts):
            return ParsedRow("s", 2, [], facts, RowStatus.ACCEPTED, [])

        assert problem_of(row(inside), "141.01.3", span) is None
        assert str(problem_of(row(outside), "141.01.3", span).reason) == "OTHER_DIRECTORATE"
        assert str(problem_of(row({"province_code": "141"}), "141.01.3", span).reason) == "NO_PROVINCE"


class TestSecrets:
    def test_a_secret_column_is_nowhere(self, receive, officer, holds):
        made = make_lists.accounts_workbook(random.Random(5))
        (file,) = receive(made.data, made.filename)
        actions.apply(by=officer, file=file)
        assert SourceRecord.unscoped.count() == 9
        assert made.secrets and not [place for secret in made.secrets for place in holds(secret)]

    def test_a_secret_pushed_aside_by_a_stray_separator_is_nowhere(self, receive, officer, holds):
        """`Nom; prénom` typed in one cell of a .csv moves the secret under another heading."""
        rows = [["Nom et prénom", "Sexe", "Mot de passe", "Date de naissance", "Observations"]]
        rows.append(["ALAMI Said", "M", "Zq111111", "01/02/2010", ""])
        rows.append(["OUAHBI", "Hajar", "F", "Zq222222", "03/04/2011", "extra"])
        data = "\r\n".join(";".join(row) for row in rows).encode()
        (file,) = receive(data, "comptes.csv")
        assert (file.accepted + file.incomplete, file.refused) == (1, 1)
        actions.apply(by=officer, file=file)
        assert not holds("Zq111111") and not holds("Zq222222") and holds("ALAMI")
        assert preview.preview_of(SourceFile.objects.get()).refused == 1

    def test_a_column_said_to_be_secret_is_emptied_where_it_waits(self, receive, officer, holds):
        """The program did not know the heading; the officer does."""
        rows = [
            ["الاسم الكامل", "الجنس", "تاريخ الازدياد", "كود الدخول"],
            ["سعيد العلوي", "ذكر", "01/02/2010", "Zq333333"],
        ]
        (file,) = receive(make_lists.workbook({"Data": rows}), "f.xlsx")
        assert holds("Zq333333")
        actions.remember_headings(by=officer, file=file, mapping={"كود الدخول": FORBIDDEN})
        assert not holds("Zq333333")
        (later,) = receive(make_lists.workbook({"Data": [rows[0], ["علي", *rows[1][1:3], "Zq444444"]]}), "g.xlsx")
        actions.apply(by=officer, file=later)
        assert not holds("Zq444444")


class TestHeadings:
    ROWS = [
        ["الاسم الكامل", "الجنس", "تاريخ الازدياد", "مكان السكنى الحالي للأسرة", "ختم"],
        ["سعيد العلوي", "ذكر", "01/02/2010", "الدشيرة", "نعم"],
    ]

    def test_a_heading_is_explained_once(self, receive, officer):
        (file,) = receive(make_lists.workbook({"Data": self.ROWS}), "f.xlsx")
        unknown = [column.heading for column in preview.preview_of(file).unknown]
        assert unknown == self.ROWS[0][3:]
        actions.remember_headings(by=officer, file=file, mapping={unknown[0]: "quarter", unknown[1]: IGNORE})
        assert not preview.preview_of(file).unknown
        assert preview.preview_of(file).rows[0].facts["quarter"] == "الدشيرة"
        (later,) = receive(
            make_lists.workbook({"Data": [*self.ROWS, ["هند", "أنثى", "2010", "الوحدة", ""]]}), "g.xlsx"
        )
        assert preview.preview_of(later).rows[1].facts["quarter"] == "الوحدة"

    def test_a_field_that_does_not_exist_is_refused(self, receive, officer):
        (file,) = receive(make_lists.workbook({"Data": self.ROWS}), "f.xlsx")
        with pytest.raises(ValueError, match="password"):
            actions.remember_headings(by=officer, file=file, mapping={"ختم": "password"})
        assert not HeadingMapping.objects.exists()


class TestWhoseList:
    def test_a_head_cannot_send_another_school_s_list(self, receive, school_head, school, kept_files):
        other = MadeSchool(make_lists.school_code(30555), "إعدادية النخيل", "Collège Annakhil")
        name, data = registry_workbook(other, make_lists.youths(random.Random(8), 3))
        with pytest.raises(actions.ListRefused):
            receive(data, name, by=school_head, organisation=school, layout="SCHOOL_LIST", is_own=True)
        assert not SourceFile.objects.exists() and not list(kept_files.rglob("*.gz"))

    def test_a_list_that_names_no_school_is_the_sender_s(self, receive, school_head, school, made_school):
        name, data = bare_text(made_school, make_lists.youths(random.Random(8), 3))
        (file,) = receive(data, name, by=school_head, organisation=school, layout="SCHOOL_LIST", is_own=True)
        assert file.organisation == school
        actions.apply(by=school_head, file=file)
        assert set(Case.unscoped.values_list("school", flat=True)) == {school.pk}

    def test_a_list_received_for_another_school_is_not_taken_over(
        self, receive, school_head, school, directorate, made_school
    ):
        """The same bytes under another name must not hand one school's pupils to another."""
        name, data = bare_text(made_school, make_lists.youths(random.Random(8), 3))
        other = Organisation.objects.create(
            kind="SCHOOL", code="30001A", name_ar="أخرى", place=directorate.place, place_number=directorate.place.low
        )
        receive(data, name, organisation=other)
        with pytest.raises(actions.ListRefused):
            receive(data, name, by=school_head, organisation=school, layout="SCHOOL_LIST", is_own=True)
        assert SourceFile.objects.get().organisation == other

    def test_what_does_not_agree_is_said(self, receive, school):
        """Another season, another province, another school: each is said before anything is written."""
        made = make_lists.french_school_csv(random.Random(6))
        (file,) = receive(made.data, made.filename, organisation=school)
        reasons = {note.reason for note in preview.preview_of(file).disagreements}
        assert reasons == {"OTHER_SEASON", "OTHER_DIRECTORATE", "OTHER_SCHOOL"}

    def test_the_title_of_the_right_province_agrees(self, receive, directorate):
        rows = [["م.الإقليمية : العيون"], ["السنة الدراسية : 2025/2026"], ["الاسم الكامل", "الجنس", "تاريخ الازدياد"]]
        (file,) = receive(make_lists.workbook({"Data": [*rows, ["سعيد العلوي", "ذكر", "01/02/2010"]]}), "f.xlsx")
        assert not preview.preview_of(file).disagreements


def test_problems_are_said_in_the_language_of_the_reader(receive):
    rows = [["الاسم الكامل", "الجنس", "تاريخ الازدياد"], ["سعيد العلوي", "ذكر", "31/02/2010"]]
    (file,) = receive(make_lists.workbook({"Data": rows}), "f.xlsx")
    shown = preview.preview_of(file)
    with translation.override("ar"):
        arabic = shown.problems()[0].message
    with translation.override("fr"):
        french = shown.problems()[0].message
    assert arabic != french and "31/02/2010" in arabic and "31/02/2010" in french
    assert json.dumps(arabic)
