"""`istidrak account USERNAME`: the first account of an installation, made (or reset) at the machine itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from istidrak.accounts.actions import command_line_account, create_first_account, rescue_account
from istidrak.accounts.models import User
from istidrak.accounts.roles import ROLES
from istidrak.organisations.models import Organisation


class Command(BaseCommand):
    help = "Make an account at the machine itself (the first one: it makes the others) and print its first password."

    def add_arguments(self, parser: Any) -> None:
        """Who, with which role, in which body."""
        parser.add_argument("username")
        parser.add_argument("--role", default="NATIONAL_OFFICER", choices=sorted(ROLES))
        parser.add_argument("--in", dest="body", default="", help="code of the body, such as 321 for a directorate")
        parser.add_argument("--name-ar", default="")
        parser.add_argument("--name-fr", default="")
        parser.add_argument(
            "--reset",
            action="store_true",
            help="an account that exists: a new first password, the second factor removed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the slip; a user name that is taken or a body that is not there is said."""
        if options["reset"]:
            self._reset(options["username"])
            return
        if not options["name_ar"]:
            raise CommandError("say --name-ar: the name stands on every page")
        role = ROLES[options["role"]]
        bodies = Organisation.objects.filter(kind=role.of)
        body = (
            bodies.filter(code=options["body"]).first() if options["body"] else bodies.filter(kind="MINISTRY").first()
        )
        if body is None:
            raise CommandError(
                f"no {role.of} of code {options['body'] or '(say --in CODE)'}: run istidrak migrate first"
            )
        if User.objects.filter(username=options["username"]).exists():
            raise CommandError(f"the user name {options['username']} is taken")
        user, password = create_first_account(
            by=command_line_account(),
            username=options["username"],
            name_ar=options["name_ar"],
            name_fr=options["name_fr"],
            role=role.code,
            organisation=body,
        )
        self.stdout.write(f"{user.username}  {password}  (to be changed at the first sign-in)")

    def _reset(self, username: str) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"no account {username}")
        password = rescue_account(by=command_line_account(), user=user)
        self.stdout.write(f"{user.username}  {password}  (to be changed at the next sign-in)")
