"""Finds the header row of a list and what each column is, by the meaning of its heading in Arabic or French.

A vocabulary names the fields and how people write them; this module knows how people vary: hamza, tatweel, marks,
doubled spaces, accents, punctuation, articles, brackets, two languages in one cell, a slip of the pen.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz, process

from istidrak.base.exchange.reading import Cell, as_text

# What a remembered mapping says of a column that an officer does not want.
IGNORE = "IGNORE"
# The field of columns that are never read, whatever an officer or a mapping says (secrets).
FORBIDDEN = "FORBIDDEN"

ROWS_SEARCHED = 40
LABEL_END = ":"  # `Class :` is a label of a title block, its value beside it; a heading has its values below
LONGEST_HEADING = 120
# Of a longer text only the start is compared: one cell may hold millions of signs, and a page waits meanwhile.
SIGNS_COMPARED = 2 * LONGEST_HEADING
# Slips: one letter in eight, the next meaning clearly further away; short words differ by one letter too often.
LIKENESS_NEEDED = 88
LIKENESS_AHEAD = 6
SHORTEST_FOR_LIKENESS = 6
SHORTEST_START = 3

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c\u0640]")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_A_WORD = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_ARABIC_LETTERS = re.compile(r"[\u0600-\u06ff]")
_LATIN_LETTERS = re.compile(r"[A-Za-z\u00c0-\u024f]")
_ARABIC_PART = re.compile(r"[\u0600-\u06ff][\u0600-\u06ff\s]*")
_LATIN_PART = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f\s'’.°]*")
_ALTERNATIVES = re.compile(r"[/|\n\-–—:]+")
_SAME_LETTERS = str.maketrans({"ة": "ه", "ى": "ي", "ء": None, "ٱ": "ا", "ک": "ك", "ی": "ي"})
_FRENCH_SMALL_WORDS = frozenset(
    ["de", "du", "des", "d", "la", "le", "les", "l", "et", "en", "a", "au", "n", "no", "num"]
)
_ARTICLE = re.compile(r"^(?:ال|وال)(?=\w{3})")
_FRENCH_ENDINGS = re.compile(r"(?<=\w{3})s$")


def normalised(text: str) -> str:
    """A heading without what people vary: case, accents, hamza, tatweel, marks, spaces, punctuation, brackets."""
    text = _HUMP.sub(" ", _INVISIBLE.sub("", text))
    apart = unicodedata.normalize("NFKD", text)
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    western = "".join(str(unicodedata.digit(sign, sign)) if sign.isdigit() else sign for sign in letters)
    return _NOT_A_WORD.sub(" ", western.casefold().translate(_SAME_LETTERS)).strip()


def essence(text: str) -> str:
    """`normalised` without articles, small words and plural s: `Date de la naissance` is `date naissance`."""
    words = [_ARTICLE.sub("", word) for word in normalised(text).split() if word not in _FRENCH_SMALL_WORDS]
    return " ".join(_FRENCH_ENDINGS.sub("", word) for word in words)


class Vocabulary:
    """The fields of a list and how people write their headings; answers which field a heading means."""

    def __init__(
        self,
        synonyms: Mapping[str, Iterable[str]],
        forbidden_words: Iterable[str] = (),
        kin: Mapping[str, str] | None = None,
        qualifiers: Iterable[str] = (),
    ):
        """`forbidden_words`: a heading with one of these words (or runs of words) is FORBIDDEN, whatever it says.

        `qualifiers`: words that may stand in any heading and change nothing (`... of the pupil`).
        `kin`: fields that are one thing in two languages, by a common name; a heading in both means the first said.
        Raises ValueError when one heading is given to two fields.
        """
        self._kin = dict(kin or {})
        self._qualifiers = frozenset(essence(word) for word in qualifiers)
        self._exact: dict[str, str] = {}
        for name, headings in synonyms.items():
            for heading in headings:
                if self._exact.setdefault(normalised(heading), name) != name:
                    raise ValueError(f"{heading!r} is given to {self._exact[normalised(heading)]} and to {name}")
        self._forbidden = [f" {normalised(words)} " for words in forbidden_words]
        self._known: dict[str, str | None] = {}
        self.fields = frozenset(synonyms)

    @cached_property
    def _by_essence(self) -> dict[str, str]:
        """Headings without articles; an essence that two fields share decides nothing and is left out."""
        found: dict[str, set[str]] = {}
        for heading, name in self._exact.items():
            found.setdefault(essence(heading), set()).add(name)
        return {text: names.pop() for text, names in found.items() if text and len(names) == 1}

    def is_forbidden(self, heading: str) -> bool:
        """True when the heading announces what must never be read."""
        spaced = f" {normalised(heading[:SIGNS_COMPARED])} "
        return any(words in spaced for words in self._forbidden)

    def field_of(self, heading: str) -> str | None:
        """The field that a heading means, FORBIDDEN, or None when it is not known for certain."""
        if heading not in self._known:
            self._known[heading] = self._find(heading)
        return self._known[heading]

    def _find(self, heading: str) -> str | None:
        if not heading.strip() or len(heading) > LONGEST_HEADING:
            return None
        if self.is_forbidden(heading):
            return FORBIDDEN
        without_brackets = _BRACKETS.sub(" ", heading)
        return (
            self._exactly(heading)
            or self._of_parts(heading)
            or self._exactly(without_brackets)
            or self._without_qualifiers(without_brackets)
            or self._abbreviated(heading)
            or self._alike(heading)
            or self._alike(without_brackets)
        )

    def _exactly(self, heading: str) -> str | None:
        return self._exact.get(normalised(heading)) or self._by_essence.get(essence(heading))

    def _without_qualifiers(self, heading: str) -> str | None:
        words = essence(heading).split()
        kept = [word for word in words if word not in self._qualifiers]
        return self._by_essence.get(" ".join(kept)) if kept and len(kept) < len(words) else None

    def _of_parts(self, heading: str) -> str | None:
        """Two languages, or two words for one thing, in one cell: all parts that are known must agree."""
        cuts = [_ALTERNATIVES.split(heading)]
        if _ARABIC_LETTERS.search(heading) and _LATIN_LETTERS.search(heading):
            cuts.append([" ".join(_ARABIC_PART.findall(heading)), " ".join(_LATIN_PART.findall(heading))])
        for parts in cuts:
            whole = [part for part in parts if part.strip()]
            meanings = [self._exactly(part) for part in whole]
            kinds = {self._kin.get(meaning, meaning) if meaning else None for meaning in meanings}
            if len(whole) > 1 and len(kinds) == 1 and None not in kinds:
                return meanings[0]
        return None

    def _abbreviated(self, heading: str) -> str | None:
        """`Niveau scol.`: words cut with a point, each the start of the word in its place; one field only."""
        words = essence(heading).split()
        if "." not in heading or not words or min(map(len, words)) < SHORTEST_START:
            return None
        meanings = {
            name
            for full, name in self._by_essence.items()
            if len(whole := full.split()) == len(words)
            and all(long.startswith(start) for long, start in zip(whole, words, strict=True))
        }
        return meanings.pop() if len(meanings) == 1 else None

    def _alike(self, heading: str) -> str | None:
        """A slip of the pen: very like one field's heading, clearly less like any other field's, same digits."""
        text = essence(heading)
        if len(text) < SHORTEST_FOR_LIKENESS:
            return None
        near = process.extract(
            text,
            self._by_essence.keys(),
            scorer=fuzz.ratio,
            score_cutoff=LIKENESS_NEEDED - LIKENESS_AHEAD,
            limit=None,
        )
        best: dict[str, float] = {}
        for candidate, score, _ in near:
            if len(candidate) >= SHORTEST_FOR_LIKENESS and _digits(candidate) == _digits(text):
                name = self._by_essence[candidate]
                best[name] = max(score, best.get(name, 0))
        ranked = sorted(best.items(), key=lambda pair: -pair[1])
        if not ranked or ranked[0][1] < LIKENESS_NEEDED:
            return None
        is_ahead = len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= LIKENESS_AHEAD
        return ranked[0][0] if is_ahead else None


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


@dataclass(frozen=True)
class HeaderMatch:
    """Where the header is and what its columns mean. Indexes start at 0 here; sheet rows and columns at 1.

    `columns`: field -> column. `headings`: column -> text as in the sheet, for every column that may be read.
    `unknown`: columns whose heading is not understood. `ignored`: columns that a remembered mapping leaves out.
    `forbidden`: columns that must not be read. `height`: rows that the header takes (headings under headings).
    """

    row_index: int
    columns: dict[str, int]
    unknown: list[tuple[int, str]]
    headings: dict[int, str] = field(default_factory=dict)
    ignored: tuple[int, ...] = ()
    forbidden: frozenset[int] = frozenset()
    height: int = 1


def find_header(
    rows: Sequence[Sequence[Cell]],
    vocabulary: Vocabulary,
    min_hits: int,
    remembered: Mapping[str, str] | None = None,
    one_of: frozenset[str] = frozenset(),
) -> HeaderMatch | None:
    """The row, among the first forty, that names the most fields; None when none names `min_hits`.

    `one_of`: fields of which the row must name at least one (a title block has labels too, but no names of people).
    `remembered` maps `normalised` headings to a field, IGNORE or FORBIDDEN, and wins over the vocabulary, except that
    it cannot open a forbidden column. A field named twice keeps its first column; the second is unknown. Each field
    is where its own heading is: a heading merged over two columns does not move its neighbours.
    """
    remembered = remembered or {}
    best: HeaderMatch | None = None
    best_hits = min_hits - 1
    for index in range(min(len(rows), ROWS_SEARCHED)):
        labels = {at: text for at, text in _labels(rows[index]).items() if not text.endswith(LABEL_END)}
        if not labels:
            continue
        match = _match(index, labels, vocabulary, remembered)
        hits = len(match.columns) + bool(match.forbidden)
        if hits > best_hits and (not one_of or one_of & match.columns.keys()):
            best, best_hits = match, hits
    if best is None:
        return None
    taller = _with_second_row(best, rows, vocabulary, remembered)
    return _with_row_above(taller, rows, vocabulary, remembered)


def _labels(row: Sequence[Cell]) -> dict[int, str]:
    """The texts of a row that could be headings, by column."""
    return {at: cell.strip() for at, cell in enumerate(row) if isinstance(cell, str) and cell.strip()}


def _match(
    index: int, labels: Mapping[int, str], vocabulary: Vocabulary, remembered: Mapping[str, str]
) -> HeaderMatch:
    columns: dict[str, int] = {}
    unknown: list[tuple[int, str]] = []
    ignored: list[int] = []
    chosen_by_hand = {at: remembered.get(normalised(text[:SIGNS_COMPARED])) for at, text in labels.items()}
    forbidden = {at for at, text in labels.items() if vocabulary.is_forbidden(text)}
    forbidden |= {at for at, chosen in chosen_by_hand.items() if chosen == FORBIDDEN}
    for at, text in labels.items():
        if at in forbidden:
            continue
        chosen = chosen_by_hand[at]
        meaning = chosen if chosen == IGNORE or chosen in vocabulary.fields else vocabulary.field_of(text)
        if meaning == IGNORE:
            ignored.append(at)
        elif meaning is None or meaning in columns:
            unknown.append((at, text))
        else:
            columns[meaning] = at
    headings = {at: text for at, text in labels.items() if at not in forbidden}
    return HeaderMatch(index, columns, unknown, headings, tuple(ignored), _spread(forbidden, labels))


def _spread(forbidden: set[int], labels: Mapping[int, str]) -> frozenset[int]:
    """A forbidden heading may be merged over the columns after it that have none: they are forbidden too.

    Without a heading after them there is no telling where the merge ends, so one column is taken.
    """
    spread = set(forbidden)
    for at in forbidden:
        following = [other for other in labels if other > at]
        spread.update(range(at + 1, min(following) if following else at + 2))
    return frozenset(spread)


def _with_second_row(
    match: HeaderMatch, rows: Sequence[Sequence[Cell]], vocabulary: Vocabulary, remembered: Mapping[str, str]
) -> HeaderMatch:
    """Headings under headings: the next row belongs to the header when it holds only texts, none of them under a
    column that is already understood, and either names a field or has two cells or more (marks: grade, absence)."""
    if match.row_index + 1 >= len(rows):
        return match
    row = rows[match.row_index + 1]
    below = _labels(row)
    filled = {at for at, cell in enumerate(row) if as_text(cell).strip()}
    if not below or filled != set(below) or filled & set(match.columns.values()):
        return match
    second = _match(match.row_index + 1, below, vocabulary, remembered)
    added = {name: at for name, at in second.columns.items() if name not in match.columns}
    if not added and not second.forbidden and len(below) == 1:
        return match
    headings = match.headings | {at: text for at, text in second.headings.items() if at not in match.forbidden}
    forbidden = match.forbidden | second.forbidden
    columns = {name: at for name, at in (match.columns | added).items() if at not in forbidden}
    known = set(columns.values()) | set(match.ignored) | set(second.ignored) | forbidden
    return HeaderMatch(
        row_index=match.row_index,
        columns=columns,
        unknown=[(at, text) for at, text in sorted(headings.items()) if at not in known],
        headings={at: text for at, text in headings.items() if at not in forbidden},
        ignored=match.ignored + second.ignored,
        forbidden=forbidden,
        height=2,
    )


def _with_row_above(
    match: HeaderMatch, rows: Sequence[Sequence[Cell]], vocabulary: Vocabulary, remembered: Mapping[str, str]
) -> HeaderMatch:
    """Headings merged downwards: the row above may hold the headings of columns that the header row leaves blank.

    It counts when it names a forbidden column there, or two fields and no `label :` of a title block.
    """
    if match.row_index == 0:
        return match
    labels = _labels(rows[match.row_index - 1])
    open_labels = {at: text for at, text in labels.items() if at not in match.headings and at not in match.forbidden}
    above = _match(match.row_index - 1, open_labels, vocabulary, remembered)
    added = {name: at for name, at in above.columns.items() if name not in match.columns}
    is_title_block = any(text.endswith(LABEL_END) for text in labels.values())
    if not above.forbidden and (len(added) < 2 or is_title_block):
        return match
    forbidden = match.forbidden | (above.forbidden - set(match.headings))
    return HeaderMatch(
        row_index=match.row_index - 1,
        columns={name: at for name, at in (match.columns | added).items() if at not in forbidden},
        unknown=[(at, text) for at, text in match.unknown + above.unknown if at not in forbidden],
        headings={at: text for at, text in (match.headings | above.headings).items() if at not in forbidden},
        ignored=match.ignored + above.ignored,
        forbidden=forbidden,
        height=match.height + 1,
    )
