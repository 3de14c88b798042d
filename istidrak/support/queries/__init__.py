"""What pages of social support show."""

from django.utils.translation import gettext_lazy as _lazy

# Texts that the parameters come from, in words: a parameter file holds them in English alone.
SOURCES = (
    _lazy("Pilot of 2008 to 2010: primary only (evaluation registered as socialscienceregistry 1291)"),
    _lazy(
        "Extension to lower secondary (press, 2018: 60, 80, 100 and 140 dirhams unchanged); end of the programme, steering committee of 10 October 2023"  # noqa: E501 - as the parameter file has it
    ),
    _lazy("60 dirhams a month, first and second year of primary (press 2018 and 2020; pilot 2008)"),
    _lazy("80 dirhams a month, third and fourth year of primary (press 2018 and 2020; pilot 2008)"),
    _lazy("100 dirhams a month, fifth and sixth year of primary (press 2018 and 2020; pilot 2008)"),
    _lazy("140 dirhams a month, lower secondary (press 2018 and 2020)"),
    _lazy("Rural primary (pilot; 2010; kept in 2018)"),
    _lazy("Lower secondary of the rural communes covered, 2010 to 2018"),
    _lazy("Lower secondary, rural and urban, from 2018-19 (press, October 2018)"),
    _lazy("Targeting by commune: 132 communes and more in the pilot, 434 from 2010"),
    _lazy("Targeting by family from 2018-19 (press, October 2018)"),
    _lazy("No card was asked for while communes were targeted, until 2017-18"),
    _lazy(
        "Valid RAMED card, or the receipt of its request, from 2018-19; communes covered until 2017-18 are exempt (press, October 2018)"  # noqa: E501
    ),
    _lazy("AMO-Tadamon in place of RAMED from December 2022"),
    _lazy("Whether the pilot had a limit is written nowhere we know: three, as later, is a sample value"),
    _lazy("At most three pupils a household (press, 2018-19)"),
    _lazy("No text says which three pupils are paid: sample value"),
    _lazy(
        "Pilot: at most four absences in the month (one text reads 'not four'); unit, excused absences and the years after the pilot are sample values"  # noqa: E501
    ),
    _lazy("Six absences in the month for secondary; unit, excused absences and the years in force are sample values"),
    _lazy("Every two months, ten months a school year; the pairs of months are a sample value"),
    _lazy(
        "Three transfers planned for 2018-19: September to December, January to March, April to June (press, 2018)"
    ),
    _lazy("2021-22: the first transfer was for October to January; the months of the others are a sample value"),
    _lazy("No text says how many sign: one, and two from ten million dirhams, is a sample value"),
    _lazy("No text says how many schools are checked on the spot: five in a hundred is a sample value"),
    _lazy("No text sets how an overpayment is taken back: at most half of a payment is a sample value"),
    _lazy("No text sets how long a family may object: sixty days from the notice is a sample value"),
    _lazy("No text sets how long an answer to a complaint takes: thirty days is a sample value"),
    _lazy("200 dirhams a month for a child of 0 to 5, 2023-24 (ANSS, types of aid)"),
    _lazy("200 dirhams a month for a child of 6 to 20 in school, 2023-24 (ANSS, types of aid)"),
    _lazy("150 dirhams a month for a child of 6 to 20 not in school, 2023-24 (ANSS, types of aid)"),
    _lazy("250 dirhams a month for a child of 0 to 5 in 2025 (ANSS, types of aid)"),
    _lazy("250 dirhams a month for a child of 6 to 20 in school in 2025 (ANSS, types of aid)"),
    _lazy("175 dirhams a month for a child of 6 to 20 not in school in 2025 (ANSS, types of aid)"),
    _lazy("300 dirhams a month for a child of 0 to 5 from 2026 (ANSS, types of aid)"),
    _lazy("300 dirhams a month for a child of 6 to 20 in school from 2026 (ANSS, types of aid)"),
    _lazy("200 dirhams a month for a child of 6 to 20 not in school from 2026 (ANSS, types of aid)"),
    _lazy("36 dirhams a month for the fourth to the sixth child, of 0 to 5 or in school (ANSS, types of aid)"),
    _lazy("24 dirhams a month for the fourth to the sixth child who is not in school (ANSS, types of aid)"),
    _lazy("Three children in full, the fourth to the sixth at a reduced amount (ANSS, types of aid)"),
    _lazy("Children of 0 to 5, and of 6 to 20 in school or not (ANSS, types of aid)"),
    _lazy("At least 500 dirhams a month for a household (ANSS, types of aid)"),
    _lazy("No text we read says which three are paid in full: the eldest of those paid first is a sample value"),
    _lazy("No text we read says on which day of the month an age is counted: the first is a sample value"),
    _lazy(
        "2018-19: 5 to 22 December 2018, put off to the end of December, then to 7 January 2019, asked for by associations of parents and academies (press, December 2018)"  # noqa: E501
    ),
    _lazy("2020-21: until 24 October 2020 (press); the first day is written nowhere we know"),
)
