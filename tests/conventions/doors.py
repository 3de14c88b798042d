"""Which roles open which address, written down once more, apart from the views.

A role added to a page by mistake is a door that no other test closes: each of them takes the roles from the view. Who
changes who may open a page writes the list anew, and a reader of the change sees one line for each door:
`python -m tests.conventions.doors`.
"""

import os
from pathlib import Path

DOORS = Path(__file__).with_name("doors.txt")


def lines():
    """One line for each guarded address: its name, and the codes of the roles that open it."""
    from istidrak.accounts.roles import EVERYBODY
    from tests.conventions.addresses import all_addresses

    everybody = {role.code for role in EVERYBODY}
    for address in all_addresses():
        if not address.is_public:
            codes = {role.code for role in address.roles}
            yield f"{address.name}: {'everybody' if codes == everybody else ' '.join(sorted(codes))}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "istidrak.web.settings")
    import django

    django.setup()
    DOORS.write_text("\n".join(lines()) + "\n", encoding="utf-8")
