"""Names in two languages: two real fields, one shown, neither ever filled from the other."""

from django.utils import translation


class Bilingual:
    """For models with `name_ar` and `name_fr`."""

    name_ar: str
    name_fr: str

    @property
    def name(self) -> str:
        """The name in the reader's language; when it is unknown, the other one rather than nothing."""
        first, second = self.name_ar, self.name_fr
        if translation.get_language() == "fr":
            first, second = second, first
        return first or second
