"""What the source itself must keep, read as text."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "istidrak"
PAGES = [
    path
    for path in PACKAGE.rglob("*.py")
    if path.stem in {"views", "forms"} or path.parent.name in {"views", "forms", "templatetags"}
]
STYLES = [p for p in [*PACKAGE.rglob("*.css"), *PACKAGE.rglob("*.html")] if "vendor" not in p.parts]
# Names of physical sides in properties and in Bootstrap's old classes; "left" as a word of a page is fine.
PHYSICAL = re.compile(
    r"(margin|padding|border)-(left|right)\b|\b(float|clear|text-align)\s*:\s*(left|right)\b|[{;\s](left|right)\s*:"
    r"|class=\"[^\"]*\b(ml|mr|pl|pr)-\d|class=\"[^\"]*\btext-(left|right)\b|class=\"[^\"]*\bfloat-(left|right)\b"
)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_pages_read_nothing_without_a_scope(path):
    """One unscoped read in a page and a count, a list or a name search leaks another province."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    doors = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"unscoped", "_base_manager", "_default_manager"}
    ]
    assert not doors, f"{path.relative_to(ROOT)} lines {doors}"


def test_no_physical_side_in_styles():
    """A margin on the left is on the wrong side of every Arabic page."""
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)!r}"
        for path in STYLES
        for match in PHYSICAL.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_every_word_is_in_both_languages():
    """A string without its translation shows English to an officer who reads Arabic."""
    run = subprocess.run(
        [sys.executable, "-m", "django", "words", "--check"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        env={**__import__("os").environ, "DJANGO_SETTINGS_MODULE": "istidrak.web.settings"},
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-2000:]


# What is no text of a page: Django's own signs and what they hold, comments, styles and scripts.
NO_TEXT = re.compile(
    r"{%\s*blocktrans.*?{%\s*endblocktrans\w*\s*%}|{%\s*comment.*?endcomment\s*%}|{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->"
    r"|<(script|style)\b.*?</\1>|&\w+;",
    re.DOTALL,
)
SAID_ALOUD = re.compile(r'\s(?:aria-label|title|placeholder|alt)="([^"]*)"')
# Words of a layout that a payer's file holds, a language in its own language, an invented person.
SAME_IN_BOTH = {"ISTIDRAK", "RETURN", "PAID", "REJECTED", "Français", "Souad", "El", "Mansouri"}


def test_no_word_of_a_page_stands_outside_the_words_of_both_languages():
    """A sentence typed into a page as it is shows English to everybody, and no catalogue misses it."""
    bare = {}
    for path in sorted(p for p in PACKAGE.rglob("*.html") if "vendor" not in p.parts):
        text = NO_TEXT.sub(" ", path.read_text(encoding="utf-8"))
        said = " ".join([re.sub(r"<[^>]*>", " ", text), *SAID_ALOUD.findall(text)])
        if words := set(re.findall(r"[A-Za-zÀ-ÿ]{2,}", said)) - SAME_IN_BOTH:
            bare[str(path.relative_to(PACKAGE))] = words
    assert not bare


def test_only_actions_and_commands_write():
    """A write in a page or in a query happens without author, history or transaction."""
    writers = {
        "create",
        "bulk_create",
        "update",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "save",
        "delete",
    }
    for path in PAGES + [p for p in PACKAGE.rglob("*.py") if p.stem == "queries" or p.parent.name == "queries"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in writers:
                on = ast.unparse(node.func.value)
                is_table = re.search(r"objects|unscoped|visible_to|_set$", on) or node.func.attr in {
                    "bulk_create",
                    "get_or_create",
                }
                assert not is_table, f"{path.relative_to(ROOT)}:{node.lineno} {on}.{node.func.attr}"


def _modules():
    """Each application under istidrak/, and the imports of the desk, which are as large as one."""
    return sorted({path.parent.name for path in PACKAGE.glob("*/apps.py")} | {"imports"})


@pytest.mark.parametrize("name", _modules())
def test_each_module_has_its_folder_of_tests(name):
    """A rule of a module without tests is kept by luck; nobody sees that the folder is missing or empty."""
    tests = [
        node.name
        for path in (ROOT / "tests" / name).rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert tests


def test_the_modules_keep_their_order():
    """A lower module that knows a higher one cannot be read, tested or replaced alone."""
    run = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert run.returncode == 0, run.stdout[-3000:]
