"""``manage.py dial_plan PROPERTY``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms.dial_plan.text import dial_plan
from rooms.models import Property


class Command(BaseCommand):
    help = "Prints the PBX's dial plan (extensions_support.conf) for this property's codes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("property", help="the property's code")

    def handle(self, *args: Any, **options: Any) -> None:
        property_ = Property.objects.filter(code=options["property"]).first()
        if property_ is None:
            raise CommandError(f"There is no property {options['property']}: load its hotel file.")
        self.stdout.write(dial_plan(property_), ending="")
