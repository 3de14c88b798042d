"""One sentence per code, in both languages, with what it speaks of."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation import override

import istidrak.desk.imports
from istidrak.base.exchange.reading import UnreadableFile
from istidrak.desk.imports.messages import FILE_MESSAGES, ROW_MESSAGES, file_message, message
from istidrak.desk.imports.problems import Problem, Reason

LOCALE = Path(istidrak.desk.imports.__file__).parent / "locale"
_PARAMS = re.compile(r"%\((\w+)\)s")


def test_every_code_has_a_sentence():
    assert set(ROW_MESSAGES) == set(Reason)
    raised = set(re.findall(r'(?:UnreadableFile|"refused",) ?\(?"([A-Z_]+)"', _sources_of_reading()))
    assert raised
    assert raised <= set(FILE_MESSAGES)


def _sources_of_reading() -> str:
    exchange = Path(istidrak.desk.imports.__file__).parents[2] / "base" / "exchange"
    return "".join((exchange / name).read_text(encoding="utf-8") for name in ("reading.py", "reading_apart.py"))


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_sentence_is_translated_with_its_parameters(language):
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalog = read_po(file)
    with override(None):
        sources = [str(text) for text in (*ROW_MESSAGES.values(), *FILE_MESSAGES.values())]
    for source in sources:
        translated = catalog.get(source)
        assert translated is not None and translated.string, source
        assert set(_PARAMS.findall(translated.string)) == set(_PARAMS.findall(source))


def test_a_sentence_shows_what_it_speaks_of():
    with override(None):
        said = message(Problem(7, "Date", Reason.DATE_IMPOSSIBLE, {"text": "31/02/2010"}))
        assert said == "The day \u206831/02/2010\u2069 does not exist."
        assert "300" in file_message(UnreadableFile("TOO_MANY_COLUMNS", limit=300))


@pytest.mark.parametrize("reason", list(Reason))
def test_every_sentence_can_be_filled(reason):
    params = dict.fromkeys(("text", "year", "date", "youngest", "oldest", "expected", "kept", "first", "sheet"), "1")
    for language in ("ar", "fr", None):
        with override(language):
            assert "%(" not in message(Problem(1, "", reason, params))
