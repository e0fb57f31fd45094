"""``manage.py create_api_key PROPERTY NAME --scope S [--scope S …]``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from api.models import ApiKey
from hotelpbx.clock import now
from hotelpbx.refusals import Refusal
from rooms.audit import Actor, note
from rooms.models import Property


class Command(BaseCommand):
    help = "Create an API key and print it, only once, alone on the last line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("property", help="the property's code")
        parser.add_argument("name", help="who uses it, e.g. the PMS")
        parser.add_argument("--scope", action="append", dest="scopes", default=[], metavar="SCOPE")

    def handle(self, *args: Any, **options: Any) -> None:
        property_ = Property.objects.filter(code=options["property"]).first()
        if property_ is None:
            raise CommandError(f"There is no property {options['property']}: load its hotel file.")
        scopes = list(dict.fromkeys(options["scopes"]))
        if not scopes:
            raise CommandError("Name at least one --scope, for instance --scope stays:read.")
        try:
            row, key = ApiKey.issue(property_, options["name"], scopes, created_at=now())
        except Refusal as refusal:
            raise CommandError(f"{refusal} Check the name and --scope.") from None
        with transaction.atomic():
            row.save()
            note(
                property_,
                Actor.system("create_api_key"),
                "issue API key",
                f"key:{row.name}",
                after={"prefix": row.prefix, "scopes": scopes},
            )
        self.stdout.write(f"Key {row.name} for {property_.code}: {', '.join(scopes)}")
        self.stdout.write("It is shown only once:")
        self.stdout.write(key)
