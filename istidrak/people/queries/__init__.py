"""What pages read of people, each in a known number of queries."""

from istidrak.people.queries.duplicates import (
    Side,
    directorates_of,
    next_pair,
    pair_of,
    pairs_of_person,
    pairs_page,
    possible_duplicates,
    undecided_counts,
)
from istidrak.people.queries.facts import ShownFact, facts_with_sources, label_of, text_of
from istidrak.people.queries.persons import (
    Totals,
    has_situation,
    may_change,
    merged_ids,
    refuse_if_shared,
    search,
    survivor_of,
    totals,
    words_found,
)

__all__ = [
    "ShownFact",
    "Side",
    "Totals",
    "directorates_of",
    "facts_with_sources",
    "has_situation",
    "label_of",
    "may_change",
    "merged_ids",
    "next_pair",
    "pair_of",
    "pairs_of_person",
    "pairs_page",
    "possible_duplicates",
    "refuse_if_shared",
    "search",
    "survivor_of",
    "text_of",
    "totals",
    "undecided_counts",
    "words_found",
]
