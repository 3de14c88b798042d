"""What a condition may read: facts by column, parameters by name. Nothing else reaches a rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import narwhals as nw

from istidrak.base.rules.parameters import NoParameter, Parameters, ParameterValue

Kind = type[dt.date] | type[int] | type[str] | type[bool]

# Four kinds that every engine treats alike. No decimals: amounts are centimes, marks are hundredths; and the
# "not a number" of decimals would compare as larger than any bound instead of being unknown.
DTYPES: dict[Kind, nw.dtypes.DType] = {dt.date: nw.Date(), int: nw.Int64(), str: nw.String(), bool: nw.Boolean()}


@dataclass(frozen=True)
class Column:
    """A fact that rules read: its name in a frame and the kind of its values (date, int, str or bool).

    `label` (lazily translated) is the word shown when the fact is to be completed.
    """

    name: str
    kind: Kind
    label: Any = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.kind not in DTYPES:
            raise TypeError(f"column {self.name}: a fact is a date, an int, a str or a bool")

    def unknown(self) -> nw.Expr:
        """The fact that is not known, for every row."""
        return nw.lit(None, DTYPES[self.kind])

    def accepts(self, value: Any) -> bool:
        """Is this Python value of the column's kind? None, not known, always is."""
        if isinstance(value, bool | dt.datetime):  # Python calls them an int and a date; they are not meant
            return self.kind is bool and isinstance(value, bool)
        return value is None or isinstance(value, self.kind)

    def accepts_dtype(self, dtype: nw.dtypes.DType) -> bool:
        """Can a frame's column of this type be read as the column's kind?"""
        return dtype.is_integer() if self.kind is int else dtype == DTYPES[self.kind]


PLACE_NUMBER = Column("place_number", int)


@dataclass(frozen=True)
class ParameterUse:
    """That a condition read a parameter: which values it may take, and the facts that choose between them.

    `keys` are fixed words, or columns whose value chooses. `choices` come in the order of preference.
    """

    name: str
    keys: Mapping[str, str | Column]
    choices: tuple[ParameterValue, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The facts that choose: the place if a value holds for an area only, and keys read from columns."""
        place = (PLACE_NUMBER,) if any(choice.place for choice in self.choices) else ()
        return (*place, *(key for key in self.keys.values() if isinstance(key, Column)))

    def for_case(self, facts: Mapping[str, Any]) -> list[ParameterValue]:
        """The choices that one case's facts, by column name, leave open. The first applies if all known."""
        place = facts.get(PLACE_NUMBER.name)
        return [
            choice
            for choice in self.choices
            if (place is None or choice.covers(place))
            and all(
                facts.get(key.name) in (None, choice.keys[name])
                for name, key in self.keys.items()
                if isinstance(key, Column)
            )
        ]


class Columns:
    """The facts and parameters one condition may read, as expressions over the rows of a frame.

    `present` are the columns of the frame. `case`, the facts of the only row if there is one, spares branches
    for other places and keys; what is left is the same expression.
    """

    def __init__(
        self,
        needs: Iterable[Column],
        parameters: Parameters,
        present: Collection[str],
        case: Mapping[str, Any] | None = None,
    ) -> None:
        self._needs = {PLACE_NUMBER, *needs}
        self._parameters = parameters
        self._present = present
        self._case = case
        self.uses: list[ParameterUse] = []

    @property
    def as_of(self) -> dt.date:
        """The day on which the rule is read; rules have no other clock."""
        return self._parameters.as_of

    def __getitem__(self, column: Column) -> nw.Expr:
        """The fact of each row; null where it is not known. KeyError if the condition did not declare it."""
        if column not in self._needs:
            raise KeyError(f"{column.name} is read but not declared in the condition's needs")
        return nw.col(column.name) if column.name in self._present else column.unknown()

    def parameter(self, name: str, read: Callable[[Any], nw.Expr] = nw.lit, **keys: str | Column) -> nw.Expr:
        """What `read` makes of the parameter's value at each row's place; by default the value itself.

        Null where the place or a key is not known although values differ by it, or where no text sets one.
        Raises NoParameter when no text in force sets it anywhere.
        """
        fixed = {key: word for key, word in keys.items() if isinstance(word, str)}
        choices = [c for c in self._parameters.choices(name, keys) if fixed.items() <= c.keys.items()]
        if not choices:
            raise NoParameter(name, self.as_of, keys=fixed)
        use = ParameterUse(name, keys, tuple(choices))
        self.uses.append(use)
        if not use.columns:
            return read(choices[0].value)
        if self._case is not None:
            choices = use.for_case(self._case) or choices[-1:]  # one branch at least: it gives null its type
        branch: Any = nw  # nw.when(...).then(...).when(...).then(...): the first that holds is taken
        for choice in choices:
            branch = branch.when(*self._holds(choice, use)).then(read(choice.value))
        return cast(nw.Expr, branch)

    def _holds(self, choice: ParameterValue, use: ParameterUse) -> Iterator[nw.Expr]:
        if PLACE_NUMBER in use.columns:
            place = self[PLACE_NUMBER]
            # An unknown place is not "elsewhere": the country's value must not be taken for it.
            yield place.is_between(*choice.place) if choice.place else ~place.is_null()
        for name, key in use.keys.items():
            if isinstance(key, Column):
                yield self[key] == choice.keys[name]
