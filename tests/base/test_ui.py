"""What a page would show wrong without these: a colour nobody defined, a Levantine month, a lost mistake."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.utils import translation

from istidrak.base.paging import Page
from istidrak.base.rules.outcomes import Finding, Outcome
from istidrak.base.templatetags import ui
from istidrak.base.templatetags.ui import UnknownTone


def drawn(source, language="fr", **context):
    with translation.override(language):
        return Template(source).render(Context(context))


@pytest.mark.parametrize(
    "tag",
    [
        '{% heading "T" subtitle="x" %}{% endheading %}',
        '{% card "T" colour="red" %}{% endcard %}',
        '{% word "T" color="red" %}',
        '{% word "T" "red" %}',
        "{% state row tone='red' %}",
        '{% submit "T" kind="primary" %}',
        '{% button "T" "/" target="_blank" %}',
        '{% empty "T" "U" link="/" %}',
        '{% stat "T" 1 href="/" %}',
        '{% code "T" lang="fr" %}',
        "{% day d format='Y' %}",
        "{% all_fields form class='x' %}",
    ],
)
def test_an_unknown_attribute_is_refused_when_the_page_is_read(tag):
    """A misspelt attribute that is silently dropped shows a page without its button."""
    with pytest.raises(TemplateSyntaxError):
        Template(tag)


@pytest.mark.parametrize(
    "tag",
    ['{% word "T" tone="pink" %}', '{% card "T" tone="primary" %}{% endcard %}', '{% button "T" "/" tone="red" %}'],
)
def test_a_colour_outside_the_palette_is_refused(tag):
    with pytest.raises(UnknownTone):
        drawn(tag)


def test_every_component_is_on_the_gallery_page():
    """Whoever writes a page looks there for what exists."""
    from django.template.loader import get_template

    source = get_template("web/gallery.html").template.source
    missing = [name for name in ui.register.tags if not re.search(rf"{{%\s*{name}\b", source)]
    assert missing == []


@pytest.mark.parametrize(
    ("language", "day", "words"),
    [
        ("ar", dt.date(2025, 9, 16), "16 شتنبر 2025"),
        ("ar", dt.date(2025, 5, 1), "1 ماي 2025"),
        ("ar", dt.date(2025, 7, 31), "31 يوليوز 2025"),
        ("ar", dt.date(2025, 8, 20), "20 غشت 2025"),
        ("ar", dt.date(2025, 11, 6), "6 نونبر 2025"),
        ("ar", dt.date(2025, 12, 2), "2 دجنبر 2025"),
        ("fr", dt.date(2025, 9, 1), "1er septembre 2025"),
        ("fr", dt.date(2025, 8, 11), "11 août 2025"),
        ("fr", None, "Non connu"),
        ("ar", None, "غير معروف"),
    ],
)
def test_days_are_said_with_moroccan_months_and_an_unknown_day_is_said(language, day, words):
    assert drawn("{% day d %}", language, d=day) == words


def test_an_instant_is_shown_in_moroccan_time():
    """23:30 in UTC is already the next day in Casablanca."""
    instant = dt.datetime(2025, 9, 15, 23, 30, tzinfo=dt.UTC)
    assert drawn("{% day d %}", d=instant) == "16 septembre 2025"
    assert drawn("{% moment d %}", d=instant) == "16 septembre 2025 <bdi>00:30</bdi>"


def test_text_is_escaped_in_every_component():
    """A name typed at a door must not become a script in the office."""
    bad = "<script>x</script>"
    for source in (
        "{% heading bad sub=bad %}{% endheading %}",
        "{% card bad %}{% endcard %}",
        "{% word bad %}",
        "{% code bad %}",
        "{% stat bad bad hint=bad %}",
        "{% empty bad bad %}",
        "{% button bad bad %}",
        "{% submit bad confirm=bad %}",
    ):
        assert "<script>" not in drawn(source, bad=bad)


def test_a_state_is_a_word_and_its_colour_comes_from_the_model():
    row = SimpleNamespace(state="DONE", TONES={"DONE": "green"}, get_state_display=lambda: "Fait")
    assert drawn("{% state row %}", row=row) == '<span class="badge badge-green">Fait</span>'


def test_the_next_rows_keep_the_question_and_the_way_back(rf):
    request = rf.get("/", {"q": "سعاد", "after": "90"})
    html = Template("{% next_page page %}").render(RequestContext(request, {"page": Page([], "40")}))
    assert re.findall(r'href="\?([^"]*)"', html) == [
        "q=%D8%B3%D8%B9%D8%A7%D8%AF",
        "q=%D8%B3%D8%B9%D8%A7%D8%AF&amp;after=40",
    ]
    assert Template("{% next_page page %}").render(RequestContext(rf.get("/"), {"page": Page([], "")})) == ""


def test_a_download_holds_the_whole_answer_not_one_page(rf):
    html = Template("{% download %}").render(RequestContext(rf.get("/", {"kind": "SCHOOL", "after": "90"})))
    assert 'href="?kind=SCHOOL&amp;format=xlsx"' in html


def test_a_list_of_names_is_asked_for_by_a_form(rf):
    """A link leaves no trace of who took the names out."""
    html = Template("{% download_names %}").render(RequestContext(rf.get("/", {"kind": "SCHOOL", "after": "90"})))
    assert 'method="post" action="?kind=SCHOOL&amp;format=xlsx"' in html and "csrfmiddlewaretoken" in html


def test_words_of_a_source_say_their_language():
    """A French newspaper read aloud with an Arabic voice, or its full stop on the wrong side."""
    assert drawn("{% as_typed t %}", t="Le Matin, 16/09") == '<bdi lang="fr" dir="ltr">Le Matin, 16/09</bdi>'
    assert drawn("{% as_typed t %}", t="تصريح المدير") == '<bdi lang="ar" dir="rtl">تصريح المدير</bdi>'


def test_findings_are_shown_as_decided_or_as_kept():
    """A decision shown a year later must read as on its day."""
    finding = Finding("age", "Âge", Outcome.UNKNOWN, "Note 1/2025", {})
    fresh = drawn("{% finding_list f %}", f=[finding])
    assert fresh == drawn("{% finding_list f %}", f=[finding.as_json()])
    assert "À compléter" in fresh
    assert "Note 1/2025" in fresh
    assert "badge-orange" in fresh


class SampleForm(forms.Form):
    name = forms.CharField(label="Nom", help_text="Comme sur la liste")
    born = forms.DateField(label="Né le", required=False)
    phone = forms.CharField(label="Tél.", required=False)
    answer = forms.ChoiceField(label="Réponse", widget=forms.RadioSelect, choices=[("Y", "Oui"), ("N", "Non")])
    secret = forms.CharField(widget=forms.HiddenInput)


def _tag(html, name):
    return re.search(rf'<(?:input|select|textarea)[^>]*name="{name}"[^>]*>', html).group(0)


def test_a_mistake_stands_at_the_top_and_beside_its_field_tied_to_it():
    html = drawn("{% all_fields form %}", form=SampleForm({"name": ""}))
    assert '<a href="#id_name">Nom: Ce champ est obligatoire.</a>' in html
    assert '<a href="#id_answer_0">' in html
    name = _tag(html, "name")
    assert 'aria-invalid="true"' in name
    described = re.search(r'aria-describedby="([^"]*)"', name).group(1).split()
    assert described == ["id_name-help", "id_name-error"]
    assert all(f'id="{part}"' in html for part in described)
    assert re.search(r'<fieldset[^>]*role="radiogroup"[^>]*aria-invalid="true"', html)


def test_a_mistake_in_a_hidden_field_is_not_swallowed():
    """Otherwise the page comes back unchanged and nobody knows why."""
    form = SampleForm({"name": "x", "answer": "Y"})
    html = drawn("{% all_fields form %}", form=form)
    assert html.count("Ce champ est obligatoire.") == 1


def test_what_is_required_is_said_in_words_and_the_browser_does_not_interrupt():
    html = drawn("{% all_fields form %}", form=SampleForm())
    assert html.count("(obligatoire)") == 2
    assert not re.search(r"\srequired[\s>]", html)
    assert 'aria-required="true"' in _tag(html, "name")


def test_the_word_required_is_left_out_where_every_field_is():
    class TwoFields(forms.Form):
        a = forms.CharField()
        b = forms.CharField()

    assert "obligatoire" not in drawn("{% all_fields form %}", form=TwoFields())


@pytest.mark.parametrize(
    ("typed", "kind"), [("2010-09-16", "date"), ("", "date"), ("31/02/2010", "text"), ("2010", "text")]
)
def test_a_day_that_is_no_day_stays_as_it_was_typed(typed, kind):
    """A date picker shows an empty field for 31/02/2010: what was typed would be lost."""
    tag = _tag(drawn("{% all_fields form %}", "ar", form=SampleForm({"born": typed})), "born")
    assert f'type="{kind}"' in tag
    assert not typed or f'value="{typed}"' in tag


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_days_typed_by_hand_are_read_day_first(language):
    """Django's own Arabic reads 03/04/2010 as the 4th of March."""
    with translation.override(language):
        form = SampleForm({"name": "x", "answer": "Y", "secret": "s", "born": "03/04/2010"})
        assert form.is_valid()
        assert form.cleaned_data["born"] == dt.date(2010, 4, 3)


def test_a_day_from_the_database_is_shown_to_the_picker_in_its_format():
    tag = _tag(drawn("{% all_fields form %}", "ar", form=SampleForm(initial={"born": dt.date(2010, 9, 16)})), "born")
    assert 'value="2010-09-16"' in tag
    assert 'lang="ar"' in tag


def test_a_telephone_number_is_written_from_left_to_right_in_arabic_too():
    tag = _tag(drawn("{% all_fields form %}", "ar", form=SampleForm()), "phone")
    assert 'dir="ltr"' in tag
    assert 'type="tel"' in tag


def test_an_empty_choice_says_choose_and_not_a_row_of_hyphens():
    """A screen reader spells nine hyphens to an officer, and a tired one takes them for a broken list."""

    class Form(forms.Form):
        kind = forms.TypedChoiceField(choices=[("", "---------"), ("A", "A")])

    with translation.override("ar"):
        html = Template("{% field form.kind %}").render(Context({"form": Form()}))
    assert "---------" not in html and "اختاروا" in html


def test_a_closed_part_still_says_what_it_holds():
    """On a phone the parts of a long page are closed: without its words beside, a reader opens all to find one."""
    shown = drawn('{% part "Path" ident="path" beside="Named: 3" is_open=False %}<p>inside</p>{% endpart %}')
    summary = shown[: shown.index("</summary>")]
    assert "Path" in summary and "Named: 3" in summary and 'id="path"' in summary
    assert " open" not in summary and "<p>inside</p>" in shown
