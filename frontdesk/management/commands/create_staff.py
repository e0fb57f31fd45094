"""``manage.py create_staff PROPERTY USERNAME [--role R] [--password-file F] [--shared]``."""

from getpass import getpass
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from frontdesk.accounts import staff
from frontdesk.models import StaffMember
from hotelpbx.environment.variables import VariableFault, value_of
from hotelpbx.refusals import Refusal
from rooms.audit import Actor
from rooms.models import Property


class Command(BaseCommand):
    help = (
        "Creates a desk login, or changes its role and password. The password comes from "
        "--password-file or HOTELPBX_STAFF_PASSWORD, or is prompted for."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("property", help="the property's code")
        parser.add_argument("username")
        parser.add_argument("--role", choices=StaffMember.Role.values, default="clerk")
        parser.add_argument("--password-file", type=Path)
        parser.add_argument(
            "--shared",
            action="store_true",
            help="the user already works at another property and keeps their password",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        property_ = Property.objects.filter(code=options["property"]).first()
        if property_ is None:
            raise CommandError(f"There is no property {options['property']}: load its hotel file.")
        name, role = options["username"], options["role"]
        try:
            with transaction.atomic():
                if options["shared"]:
                    self._share(property_, name, role)
                else:
                    self._make(property_, name, role, options["password_file"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{name} may sign in at {property_.name} as {role}.")

    def _make(self, property_: Property, name: str, role: str, path: Path | None) -> None:
        actor = Actor.system("create_staff")
        user = User.objects.filter(username=name).first()
        if user is not None and user.desks.exclude(property=property_).exists():
            raise CommandError(
                f"{name} works at another property: choose another name, or pass --shared if "
                "it is the same person."
            )
        member = staff.member_of(property_, name)
        password = self._password(path)
        if member is None:
            staff.add(property_, name, role, password, actor=actor, temporary=False)
        else:
            staff.change_role(member, role, actor=actor)
            staff.reset_password(member, password, actor=actor, temporary=False)

    def _share(self, property_: Property, name: str, role: str) -> None:
        actor = Actor.system("create_staff")
        member = staff.member_of(property_, name)
        if member is None:
            member = staff.invite(property_, name, role, actor=actor)
        staff.change_role(member, role, actor=actor)
        if member.pending:
            staff.answer_invitation(member, accepted=True, actor=actor)

    def _password(self, path: Path | None) -> str:
        if path is not None:
            try:
                return path.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as fault:
                raise CommandError(f"{path} cannot be read: {fault}") from None
        try:
            return value_of("HOTELPBX_STAFF_PASSWORD") or getpass("Password: ")
        except VariableFault as fault:
            raise CommandError(str(fault)) from None
        except EOFError:
            raise CommandError("No password: give --password-file.") from None
