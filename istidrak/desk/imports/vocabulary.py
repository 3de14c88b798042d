"""How officers head their lists: the words of `headings.yaml`, ready to be compared."""

from functools import partial
from pathlib import Path

import yaml

from istidrak.base.exchange.headings import Vocabulary

_WORDS = yaml.safe_load(Path(__file__).with_name("headings.yaml").read_text(encoding="utf-8"))

# One thing in two languages: a heading such as `النسب / Nom` is one column, and each cell's own script decides.
_KIN = {
    f"{name}_{script}": name
    for name in ("last_name", "first_name", "full_name", "name", "commune", "province_name")
    for script in ("ar", "fr")
}
_vocabulary = partial(Vocabulary, forbidden_words=_WORDS["secret_words"], kin=_KIN, qualifiers=_WORDS["qualifiers"])

PERSONS = _vocabulary(_WORDS["persons"])
ESTABLISHMENTS = _vocabulary(_WORDS["establishments"])
PREFACE_LABELS: dict[str, list[str]] = _WORDS["preface"]
TOTAL_WORDS: tuple[str, ...] = tuple(_WORDS["totals"])
CLOSING_WORDS: tuple[str, ...] = tuple(_WORDS["closings"])
