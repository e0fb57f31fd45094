"""``manage.py create_api_key PROPERTY NAME --scope S [--scope S …]``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from api.models import SCOPES, ApiKey
from hotelpbx.clock import now
from rooms.audit import Actor, note
from rooms.models import Property


class Command(BaseCommand):
    help = "Makes an API key and prints it, this once, alone on the last line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("property", help="the property's code")
        parser.add_argument("name", help="who uses it, e.g. the PMS")
        parser.add_argument("--scope", action="append", dest="scopes", default=[], metavar="SCOPE")

    def handle(self, *args: Any, **options: Any) -> None:
        property_ = Property.objects.filter(code=options["property"]).first()
        if property_ is None:
            raise CommandError(f"There is no property {options['property']}: load its hotel file.")
        scopes = list(dict.fromkeys(options["scopes"]))
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown or not scopes:
            problem = (
                f"There is no scope {unknown[0]}." if unknown else "Give at least one --scope."
            )
            raise CommandError(f"{problem} Scopes: {', '.join(SCOPES)}")
        if not options["name"].strip() or len(options["name"]) > 64:
            raise CommandError("Give the key a name of 1 to 64 characters.")
        with transaction.atomic():
            row, key = ApiKey.issue(property_, options["name"], scopes, created_at=now())
            row.save()
            note(
                property_,
                Actor.system("create_api_key"),
                "issue API key",
                f"key:{row.name}",
                after={"prefix": row.prefix, "scopes": scopes},
            )
        self.stdout.write(f"Key {row.name} for {property_.code}: {', '.join(scopes)}")
        self.stdout.write("It is shown this once:")
        self.stdout.write(key)
