"""The words of each module in two languages: found in the source, compared with the catalogues, compiled.

Strings are found by Python's own syntax tree and by Django's own reading of templates, so no GNU gettext is
needed on any machine (decision: words).
"""

import ast
import io
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
# Packages inside a module that own their words.
NESTED = (PACKAGE / "desk" / "imports",)
# Libraries whose sentences users read; `base` and `accounts` may say them better, and nobody else.
OTHERS = ("django.conf", "django.contrib.auth", "allauth")
MAY_REWORD = {"base", "accounts"}
LANGUAGES = ("ar", "fr")
PLURALS = {
    "ar": (
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
        "n%100>=11 && n%100<=99 ? 4 : 5;"
    ),
    "fr": "nplurals=2; plural=(n > 1);",
}
FORMS = {"ar": 6, "fr": 2}
# Function of gettext: (position of the context, positions of the texts).
CALLS = {
    "gettext": (None, (0,)),
    "ngettext": (None, (0, 1)),
    "pgettext": (0, (1,)),
    "npgettext": (0, (1, 2)),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
_LITERAL = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_IN_TEMPLATE = re.compile(rf"\b(n?p?gettext|_)\(\s*((?:{_LITERAL})(?:\s*,\s*{_LITERAL})*)")

Text = str | tuple[str, str]
Key = tuple[Text, str | None]  # message (or its two forms) and context


class UnreadableCall(ValueError):
    """A call of gettext whose text is computed: no catalogue can hold it."""


@dataclass
class Home:
    """A folder that owns words: a module, or a package inside one."""

    path: Path
    messages: dict[Key, str] = field(default_factory=dict)  # message: a place where it stands
    unreadable: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The folder's name inside the package."""
        return str(self.path.relative_to(PACKAGE))

    def po(self, language: str) -> Path:
        """Its catalogue in a language."""
        return self.path / "locale" / language / "LC_MESSAGES" / "django.po"


def _plain_name(name: str) -> str:
    return name.removesuffix("_lazy").removesuffix("_noop")


def _aliases(tree: ast.AST) -> dict[str, str]:
    """Names that a file gives to the functions of gettext: `_` above all."""
    return {
        name.asname or name.name: _plain_name(name.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if _plain_name(name.name) in CALLS
    }


def in_python(source: str) -> Iterator[tuple[int, Key]]:
    """(line, message) of each call of gettext. Raises UnreadableCall for a text that is put together."""
    tree = ast.parse(source)
    aliases = _aliases(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            called = aliases.get(node.func.id, "")
        else:  # translation.gettext(...)
            called = _plain_name(getattr(node.func, "attr", ""))
        if called not in CALLS:
            continue
        if any(isinstance(a, ast.JoinedStr | ast.BinOp) for a in node.args[:2]):
            raise UnreadableCall(f"line {node.lineno}")
        texts = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
        key = _key(called, texts)
        if key:
            yield node.lineno, key


def _key(called: str, texts: list[str | None]) -> Key | None:
    at_context, at_texts = CALLS[called]
    if max(at_texts) >= len(texts) or any(not isinstance(texts[at], str) for at in at_texts):
        return None  # a variable: its text is marked where it is written
    found = tuple(str(texts[at]) for at in at_texts)
    context = None if at_context is None else texts[at_context]
    return (found if len(found) == 2 else found[0]), context


def in_template(source: str) -> Iterator[tuple[int, Key]]:
    """(line, message) of each translated text: Django writes them as calls of gettext among signs of no meaning."""
    code = templatize(source)
    for call in _IN_TEMPLATE.finditer(code):
        texts: list[str | None] = [ast.literal_eval(t) for t in re.findall(_LITERAL, call.group(2))]
        key = _key("gettext" if call.group(1) == "_" else call.group(1), texts)
        if key:
            yield code.count("\n", 0, call.start()) + 1, key


def homes(names: tuple[str, ...] = ()) -> list[Home]:
    """Every folder with words (or those named), with the messages found in it."""
    folders = [p for p in sorted(PACKAGE.iterdir()) if p.is_dir() and not p.name.startswith("_")]
    found = [Home(p) for p in [*folders, *NESTED]]
    if unknown := set(names) - {home.name for home in found}:
        raise ValueError(f"no such module: {sorted(unknown)}")
    found = [home for home in found if not names or home.name in names]
    for home in found:
        _read(home)
    return [home for home in found if home.messages or home.unreadable or home.po("ar").exists()]


def _read(home: Home) -> None:
    for path in sorted(p for kind in ("py", "html", "txt") for p in home.path.rglob(f"*.{kind}")):
        if "vendor" in path.parts or any(nested in path.parents for nested in NESTED if nested != home.path):
            continue
        place = str(path.relative_to(PACKAGE))
        read = in_python if path.suffix == ".py" else in_template
        try:
            for line, key in read(path.read_text(encoding="utf-8")):
                if key[0]:
                    home.messages.setdefault(key, f"{place}:{line}")
        except UnreadableCall as error:
            home.unreadable.append(f"{place} {error}")


def catalogue_of(home: Home, language: str) -> Catalog:
    """The catalogue of a module; an empty one when it has none yet."""
    path = home.po(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def _strings(entry: Message) -> tuple[str, ...]:
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)


def problems(names: tuple[str, ...] = ()) -> list[str]:
    """What is missing or wrong, one line each: what, module, language, message. All modules unless named."""
    wrong: list[str] = []
    chosen: dict[tuple[str, Key], tuple[str, str]] = {}
    for home in homes():
        mine = [f"computed {home.name}: {place}" for place in home.unreadable]
        for language in LANGUAGES:
            catalogue = catalogue_of(home, language)
            mine += _header_faults(home, language, catalogue)
            for key, place in home.messages.items():
                where = f"{home.name} {language}: {_shown(key)} ({place})"
                entry = catalogue.get(key[0], key[1])
                mine += [f"{what:8} {where}" for what in _faults(key[0], entry, language)]
                if entry is None or not all(_strings(entry)):
                    continue
                said, elsewhere = chosen.setdefault((language, key), (str(entry.string), home.name))
                if said != str(entry.string):
                    mine.append(f"differs  {where}: {entry.string!r}, but in {elsewhere}: {said!r}")
            mine += _unused(home, language, catalogue)
        if not names or home.name in names:
            wrong += mine
    return wrong


def _shown(key: Key) -> str:
    return f"{key[0]!r}" + (f" as {key[1]!r}" if key[1] else "")


def _faults(text: Text, entry: Message | None, language: str) -> Iterator[str]:
    if entry is None:
        yield "missing"
        return
    strings = _strings(entry)
    if not all(strings):
        yield "empty"
        return
    if entry.fuzzy:
        yield "fuzzy"
    is_plural = isinstance(text, tuple)
    if is_plural and len(strings) != FORMS[language]:
        yield f"{len(strings)} forms"
    wanted = _placeholders(" ".join(text) if isinstance(text, tuple) else text)
    for string in strings:
        given = _placeholders(string)
        # "one case", "two cases" are said without the number: a form may leave a placeholder out, never add one.
        if given - wanted or (wanted - given and not is_plural):
            yield "holders"
            return


def _placeholders(text: str) -> set[str]:
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def _header_faults(home: Home, language: str, catalogue: Catalog) -> list[str]:
    if not home.po(language).exists() or _squeezed(catalogue.plural_forms) == _squeezed(PLURALS[language]):
        return []
    return [f"plurals  {home.name} {language}: {catalogue.plural_forms}"]


def _squeezed(text: str) -> str:
    return re.sub(r"[\s;()]", "", text)


def _unused(home: Home, language: str, catalogue: Catalog) -> list[str]:
    return [
        f"unused   {home.name} {language}: {entry.id!r}"
        for entry in catalogue
        if entry.id
        and (entry.id, entry.context) not in home.messages
        and not (home.name in MAY_REWORD and _is_of_another(entry))
    ]


def _is_of_another(entry: Message) -> bool:
    others = (catalogue for language in LANGUAGES for catalogue in _catalogues_of_others(language))
    return any(catalogue.get(entry.id, entry.context) for catalogue in others)


@cache
def _catalogues_of_others(language: str) -> list[Catalog]:
    found = []
    for name in OTHERS:
        spec = find_spec(name)
        path = Path(spec.origin).parent / "locale" / language / "LC_MESSAGES" / "django.mo" if spec else None
        if path and path.exists():
            with path.open("rb") as stream:
                found.append(read_mo(stream))
    return found


def fill(names: tuple[str, ...] = ()) -> int:
    """Add the missing messages to the catalogues, to be translated; returns how many. Sorted, so that two people's
    additions meet in few places. A catalogue that lacks nothing is not touched."""
    added = 0
    for home in homes(names):
        for language in LANGUAGES:
            catalogue = catalogue_of(home, language)
            new = [key for key in home.messages if catalogue.get(*key) is None]
            for text, context in new:
                catalogue.add(text, context=context, string=("",) * FORMS[language] if _is_plural(text) else "")
            if new:
                _write(home.po(language), _as_po(catalogue, language))
                added += len(new)
    return added


def _is_plural(text: Text) -> bool:
    return isinstance(text, tuple)


def _as_po(catalogue: Catalog, language: str) -> bytes:
    header = "".join(
        f'"{line}\\n"\n'
        for line in (
            f"Language: {language}",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=UTF-8",
            "Content-Transfer-Encoding: 8bit",
            f"Plural-Forms: {PLURALS[language]}",
        )
    )
    body = io.BytesIO()
    write_po(body, catalogue, sort_output=True, no_location=True, omit_header=True, width=0)
    return f'msgid ""\nmsgstr ""\n{header}\n{body.getvalue().decode().strip()}\n'.encode()


def compile_all() -> int:
    """Compile every catalogue beside its source when it is older; returns how many were compiled."""
    compiled = 0
    for path in PACKAGE.rglob("locale/*/LC_MESSAGES/django.po"):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=path.parent.parent.name)
        with tempfile.TemporaryFile() as stream:
            write_mo(stream, catalogue)
            stream.seek(0)
            _write(target, stream.read())
        compiled += 1
    return compiled


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: several test processes may compile at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as stream:
        stream.write(content)
    os.chmod(stream.name, 0o644)
    os.replace(stream.name, path)
