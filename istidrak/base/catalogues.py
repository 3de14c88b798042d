"""The words of each module in two languages: found in the source, compared with the catalogues, compiled.

Strings are found by Python's own syntax tree and by Django's own reading of templates, so no GNU gettext is
needed on any machine (decision: words).
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
LANGUAGES = ("ar", "fr")
PLURALS = {"ar": 6, "fr": 2}
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
Message = str | tuple[str, str]


@dataclass
class Home:
    """A folder that owns words: a module, or the package of imports inside desk."""

    path: Path
    messages: dict[Message, str] = field(default_factory=dict)  # message: a place where it stands

    @property
    def name(self) -> str:
        """The folder's name inside the package."""
        return str(self.path.relative_to(PACKAGE))

    def po(self, language: str) -> Path:
        """Its catalogue in a language."""
        return self.path / "locale" / language / "LC_MESSAGES" / "django.po"


def _in_python(source: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if name in SINGULAR and texts and node.args[0] is not None and isinstance(node.args[0], ast.Constant):
            yield texts[0]
        elif name in PLURAL and len(texts) >= 2:
            yield texts[0], texts[1]


def _in_template(source: str) -> Iterator[Message]:
    # templatize writes the strings of a template as calls of gettext among spaces.
    for line in re.finditer(
        r"(ngettext|gettext)\(\s*u?((?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))\s*(?:,\s*u?((?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")))?",
        templatize(source),
    ):
        first = ast.literal_eval(line.group(2))
        if line.group(1) == "ngettext" and line.group(3):
            yield first, ast.literal_eval(line.group(3))
        else:
            yield first


def homes() -> list[Home]:
    """Every folder with words, with the messages found in it."""
    folders = [p for p in sorted(PACKAGE.iterdir()) if p.is_dir() and not p.name.startswith("_")]
    nested = PACKAGE / "desk" / "imports"
    found = [Home(p) for p in [*folders, nested]]
    for home in found:
        for path in sorted([*home.path.rglob("*.py"), *home.path.rglob("*.html"), *home.path.rglob("*.txt")]):
            if "vendor" in path.parts or (home.path != nested and nested in path.parents):
                continue
            text = path.read_text(encoding="utf-8")
            read = _in_python(text) if path.suffix == ".py" else _in_template(text)
            for message in read:
                if message:
                    home.messages.setdefault(message, str(path.relative_to(PACKAGE)))
    return [home for home in found if home.messages or home.po("ar").exists()]


def _catalogue(home: Home, language: str) -> Catalog:
    path = home.po(language)
    if not path.exists():
        return Catalog(locale=language, project="istidrak", charset="utf-8", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def _strings(translation: str | tuple[str, ...]) -> tuple[str, ...]:
    return (translation,) if isinstance(translation, str) else tuple(translation)


def problems() -> list[str]:
    """What is missing or wrong, one line each: where, language, what."""
    wrong: list[str] = []
    chosen: dict[tuple[str, Message], tuple[str, str]] = {}
    for home in homes():
        for language in LANGUAGES:
            catalogue = _catalogue(home, language)
            for message, place in home.messages.items():
                where = f"{home.name} {language}: {message!r} ({place})"
                entry = catalogue.get(message)
                if entry is None or not all(_strings(entry.string)):
                    wrong.append(f"missing  {where}")
                    continue
                wrong += [
                    f"{what}  {where}" for what in _faults(message, _strings(entry.string), language, entry.fuzzy)
                ]
                before = chosen.setdefault((language, message), (str(entry.string), home.name))
                if before[0] != str(entry.string):
                    wrong.append(f"differs  {where}: {entry.string!r}, but in {before[1]}: {before[0]!r}")
            wrong += [
                f"unused   {home.name} {language}: {entry.id!r}"
                for entry in catalogue
                if entry.id and entry.id not in home.messages and entry.string and not _is_of_django(home, entry.id)
            ]
    return wrong


def _is_of_django(home: Home, message: object) -> bool:
    """`base` may say better what Django says in Arabic or French: its own words are then not in our source."""
    return home.name == "base" and message is not None


def _faults(message: Message, strings: tuple[str, ...], language: str, is_fuzzy: bool) -> Iterator[str]:
    if is_fuzzy:
        yield "fuzzy   "
    if isinstance(message, tuple) and len(strings) != PLURALS[language]:
        yield f"{len(strings)} forms"
    wanted = {a or b for a, b in PLACEHOLDER.findall(" ".join(message) if isinstance(message, tuple) else message)}
    for text in strings:
        given = {a or b for a, b in PLACEHOLDER.findall(text)}
        if given - wanted or (wanted - given and not isinstance(message, tuple)):
            yield "holders "
            return


def fill() -> int:
    """Add the missing messages to the catalogues, to be translated; returns how many."""
    added = 0
    for home in homes():
        for language in LANGUAGES:
            catalogue = _catalogue(home, language)
            new = [message for message in home.messages if catalogue.get(message) is None]
            for message in new:
                catalogue.add(message)
            if new:
                path = home.po(language)
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as stream:
                    write_po(stream, catalogue, sort_output=True, no_location=True, omit_header=False, width=110)
                added += len(new)
    return added


def compile_all() -> int:
    """Compile every catalogue beside its source when it is older; returns how many were compiled."""
    compiled = 0
    for path in PACKAGE.rglob("locale/*/LC_MESSAGES/django.po"):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=path.parent.parent.name)
        with target.open("wb") as stream:
            write_mo(stream, catalogue)
        compiled += 1
    return compiled
