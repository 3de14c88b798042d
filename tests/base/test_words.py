"""A string that one language lacks shows English to an officer; a wrong placeholder breaks the page."""

import gettext
import textwrap

import pytest

from istidrak.base import catalogues
from istidrak.base.catalogues import Home, UnreadableCall, in_python, in_template

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: {}\\n"\n\n'


def _keys(found):
    return [key for _line, key in found]


def test_strings_are_found_under_whatever_name_a_file_gives_to_gettext():
    source = textwrap.dedent("""
        from django.utils import translation
        from django.utils.translation import gettext as _, gettext_lazy as later, ngettext, pgettext
        from elsewhere import gettext_noise
        a = _("One"); b = later("Two " "parts"); c = translation.gettext("Three")
        d = ngettext("%(n)s case", "%(n)s cases", n); e = pgettext("month", "May")
        f = gettext_noise("not ours"); g = _(variable); h = ordinary("not ours")
    """)
    assert _keys(in_python(source)) == [
        ("One", None),
        ("Two parts", None),
        ("Three", None),
        (("%(n)s case", "%(n)s cases"), None),
        ("May", "month"),
    ]


@pytest.mark.parametrize("call", ['_(f"Hello {name}")', '_("Hello " + name)', '_("Hello %s" % name)'])
def test_a_text_that_is_put_together_is_refused(call):
    """Its words can stand in no catalogue, and would stay English for ever."""
    with pytest.raises(UnreadableCall):
        list(in_python(f"from django.utils.translation import gettext as _\nx = {call}"))


def test_strings_are_found_in_templates():
    source = (
        "{% translate \"It's here\" %} {% translate 'May' context 'month' %}\n"
        '{% heading _("Title") %}{% endheading %}'
        "{% blocktranslate trimmed count n=n %}{{ n }} case{% plural %}{{ n }} cases{% endblocktranslate %}"
        "{% blocktranslate with x=y %}Of {{ x }}{% endblocktranslate %}"
        '{% word "not translated" %}'
    )
    assert _keys(in_template(source)) == [
        ("It's here", None),
        ("May", "month"),
        ("Title", None),
        (("%(n)s case", "%(n)s cases"), None),
        ("Of %(x)s", None),
    ]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of two modules, `high` and `low`, without a word in any catalogue."""
    for module in ("high", "low"):
        (tmp_path / module).mkdir()
        (tmp_path / module / "views.py").write_text(
            'from django.utils.translation import gettext as _, ngettext\nx = _("File %(number)s")\n'
        )
    monkeypatch.setattr(catalogues, "PACKAGE", tmp_path)
    monkeypatch.setattr(catalogues, "NESTED", ())
    return tmp_path


def _write(package, module, language, body, plural=None):
    path = package / module / "locale" / language / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER.format(plural or catalogues.PLURALS[language]) + body, encoding="utf-8")
    return path


def _translate(package, **more):
    for module in ("high", "low"):
        for language, text in (("ar", "الملف %(number)s"), ("fr", "Dossier %(number)s")):
            said = more.get(f"{module}_{language}", text)
            _write(package, module, language, f'msgid "File %(number)s"\nmsgstr "{said}"\n')


def test_a_translated_package_has_nothing_to_mend(package):
    _translate(package)
    assert catalogues.problems() == []


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"high_ar": ""}, "empty    high ar"),
        ({"high_fr": "Dossier"}, "holders  high fr"),
        ({"high_fr": "Dossier %(nombre)s"}, "holders  high fr"),
        ({"low_ar": "الإضبارة %(number)s"}, "differs  low ar"),
    ],
)
def test_what_is_wrong_is_named(package, more, what):
    _translate(package, **more)
    found = catalogues.problems()
    assert [line for line in found if line.startswith(what)], found


def test_missing_unused_and_fuzzy_entries_are_named(package):
    _translate(package)
    _write(package, "high", "ar", 'msgid "Gone"\nmsgstr "ذهب"\n')
    _write(package, "low", "fr", '#, fuzzy\nmsgid "File %(number)s"\nmsgstr "Dossier %(number)s"\n')
    found = catalogues.problems()
    assert sorted(line.split(":")[0] for line in found) == ["fuzzy    low fr", "missing  high ar", "unused   high ar"]
    assert catalogues.problems(("low",)) == [line for line in found if " low " in line]


def test_arabic_plurals_have_six_forms(package):
    _translate(package)
    (package / "low" / "views.py").write_text(
        'from django.utils.translation import ngettext\nx = ngettext("%(n)s case", "%(n)s cases", 2)\n'
    )
    two = 'msgid "%(n)s case"\nmsgid_plural "%(n)s cases"\nmsgstr[0] "%(n)s cas"\nmsgstr[1] "%(n)s cas"\n'
    _write(package, "low", "fr", two)
    _write(package, "low", "ar", two, plural="nplurals=2; plural=(n != 1);")
    found = [line for line in catalogues.problems() if " low " in line]
    assert [line.split(" low")[0].strip() for line in found] == ["plurals", "2 forms"]


def test_a_text_that_cannot_be_found_is_named(package):
    _translate(package)
    (package / "low" / "forms.py").write_text('from django.utils.translation import gettext as _\nx = _(f"a {b}")\n')
    assert [line for line in catalogues.problems() if line.startswith("computed low: low/forms.py line 2")]


def test_filling_adds_what_is_missing_once_and_keeps_what_is_there(package):
    _translate(package)
    views = package / "low" / "views.py"
    views.write_text(views.read_text() + 'y = _("Back")\nz = ngettext("%(n)s case", "%(n)s cases", 2)\n')
    assert catalogues.fill() == 4
    path = package / "low" / "locale" / "ar" / "LC_MESSAGES" / "django.po"
    text = path.read_text(encoding="utf-8")
    assert text.count("msgstr[") == 6
    assert "الملف %(number)s" in text
    assert text.index('msgid "%(n)s case"') < text.index('msgid "Back"') < text.index('msgid "File')
    assert catalogues.fill() == 0
    assert path.read_text(encoding="utf-8") == text
    assert {line.split()[0] for line in catalogues.problems()} == {"empty"}


def test_only_the_modules_named_are_filled(package):
    assert catalogues.fill(("low",)) == 2
    assert not (package / "high" / "locale").exists()
    with pytest.raises(ValueError, match="lowest"):
        catalogues.fill(("lowest",))


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, "zero"), (1, "one"), (2, "two"), (3, "few"), (10, "few"), (11, "many"), (99, "many"), (100, "other")],
)
def test_compiled_words_choose_the_arabic_plural(package, number, form):
    """Eleven cases and a hundred cases are said with different words."""
    (package / "low" / "views.py").write_text(
        'from django.utils.translation import ngettext\nx = ngettext("%(n)s case", "%(n)s cases", 2)\n'
    )
    forms = "\n".join(
        f'msgstr[{i}] "{name}"' for i, name in enumerate(("zero", "one", "two", "few", "many", "other"))
    )
    path = _write(package, "low", "ar", f'msgid "%(n)s case"\nmsgid_plural "%(n)s cases"\n{forms}\n')
    assert catalogues.compile_all() == 1
    assert catalogues.compile_all() == 0  # nothing is newer
    with path.with_suffix(".mo").open("rb") as stream:
        assert gettext.GNUTranslations(stream).ngettext("%(n)s case", "%(n)s cases", number) == form


def test_a_module_says_djangos_sentences_only_in_base_and_accounts():
    """Elsewhere an entry that no source holds is a leftover."""
    entry = catalogues.Catalog(locale="ar")
    entry.add("Enter a valid date.", "…")
    base, desk = Home(catalogues.PACKAGE / "base"), Home(catalogues.PACKAGE / "desk")
    assert catalogues._unused(base, "ar", entry) == []
    assert catalogues._unused(desk, "ar", entry) == ["unused   desk ar: 'Enter a valid date.'"]
