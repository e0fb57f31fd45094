"""``manage.py create_staff PROPERTY USERNAME [--role R] [--password-file F]``."""

import os
from getpass import getpass
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from frontdesk.models import StaffMember
from rooms.audit import Actor, note
from rooms.models import Property


class Command(BaseCommand):
    help = (
        "Makes a login for a desk, or changes its role and password. The password comes from "
        "--password-file, the variable HOTELPBX_STAFF_PASSWORD, or is asked for."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("property", help="the property's code")
        parser.add_argument("username")
        parser.add_argument("--role", choices=StaffMember.Role.values, default="clerk")
        parser.add_argument("--password-file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        property_ = Property.objects.filter(code=options["property"]).first()
        if property_ is None:
            raise CommandError(f"There is no property {options['property']}: load its hotel file.")
        password = self._password(options["password_file"])
        with transaction.atomic():
            user, _ = User.objects.get_or_create(username=options["username"])
            try:
                validate_password(password, user)
            except ValidationError as fault:
                raise CommandError(" ".join(fault.messages)) from None
            user.set_password(password)
            user.save()
            StaffMember.objects.update_or_create(
                user=user, property=property_, defaults={"role": options["role"]}
            )
            note(
                property_,
                Actor.system("create_staff"),
                "staff login",
                f"user:{user.username}",
                after={"role": options["role"]},
            )
        self.stdout.write(f"{user.username} may sign in at {property_.name} as {options['role']}.")

    def _password(self, path: Path | None) -> str:
        if path is not None:
            try:
                return path.read_text(encoding="utf-8").strip()
            except OSError as fault:
                raise CommandError(f"{path} cannot be read: {fault.strerror}") from None
        return os.environ.get("HOTELPBX_STAFF_PASSWORD") or getpass("Password: ")
