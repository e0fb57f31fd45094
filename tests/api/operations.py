"""Every operation in the OpenAPI document, with example URLs."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.db import models

from api.openapi.schema import document
from billing.ledger import payments, posting
from billing.models import MinibarProduct
from rooms.models import Group, Property
from tests import house
from tests.api.resources.test_calls import dial
from tests.house import CLERK
from tests.snapshots import recall
from wakeups.booking import bulk, calls
from wakeups.booking.requests import WakeUpRequest

PREFIX: Final = "/api/v1/properties/{code}/"

# What stands in an address for each resource of the small hotel that tests build; the ids are
# those of its first rows.
_NAMES: Final = {
    "rooms": {"{number}": "201"},
    "stays": {"{reference}": "R-Smith", "{id}": "1"},
    "wake-up-calls": {"{id}": "1"},
    "charges": {"{id}": "1"},
    "attention": {"{id}": "unclaimed_call:1"},
    "groups": {"{group}": "TOUR"},
    "jobs": {"{id}": "1"},
}


@dataclass(frozen=True)
class Operation:
    """One operation. ``path``: from the property on, filled in; ``fields``: those of its body;
    ``body``: the first example of one."""

    method: str
    path: str
    scope: str
    fields: tuple[str, ...]
    body: dict[str, Any] | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def within(self, ids: dict[str, str]) -> "Operation":
        """The same with the ids of :func:`furnish`."""
        resource = self.path.partition("/")[0]
        if resource not in ids:
            return self
        return replace(self, path=re.sub(r"(?<=/)[\w:]*1(?=/)", ids[resource], self.path))


def furnish(folder: Path) -> tuple[Property, dict[str, str]]:
    """The small hotel with Alice Smith in room 201, a row of each resource, and something to
    decide; and the ids of the rows."""
    keys = recall(("furnished", house.today()), lambda: _furnish(house.build(folder)))
    ids = [str(key) for key in keys]
    hotel = Property.objects.select_related("pbx").get(pk=keys[0])
    names = ("charges", "stays", "wake-up-calls", "jobs", "attention")
    found = dict(zip(names, ids[1:], strict=True))
    return hotel, {**found, "attention": f"unclaimed_call:{found['attention']}"}


def _furnish(hotel: Property) -> list[models.Model]:
    alice = house.check_in(hotel, "Smith")
    water = MinibarProduct.objects.get(property=hotel, code="0012")
    charge = posting.charge_minibar(alice, water, 1, actor=CLERK)
    tomorrow = hotel.local_now() + timedelta(days=1)
    wake_up = WakeUpRequest(
        date=tomorrow.date(), time=tomorrow.time().replace(second=0, microsecond=0)
    )
    call = calls.create(alice, wake_up, actor=CLERK)
    paid = payments.take(alice, Decimal("1.00"), "cash", actor=CLERK)
    group = Group.objects.create(property=hotel, code="TOUR")
    job = bulk.create_group_job(hotel, group, wake_up, actor=CLERK)
    unclaimed = dial(hotel, extension="2203")
    return [hotel, charge, paid, call, job, unclaimed]


def operations() -> list[Operation]:
    """All of them."""
    return [
        Operation(
            method.upper(),
            _filled(template),
            operation["security"][0]["apiKey"][0],
            _fields(operation),
            _example(operation),
        )
        for template, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def with_a_body() -> list[Operation]:
    """Those that read a body."""
    return [each for each in operations() if each.method in ("POST", "PUT", "PATCH")]


def lists() -> list[Operation]:
    """Those that read a page."""
    return [each for each in operations() if each.method == "GET" and each.path.count("/") == 1]


def _filled(template: str) -> str:
    path = template.removeprefix(PREFIX)
    for place, name in _NAMES.get(path.partition("/")[0], {}).items():
        path = path.replace(place, name)
    return path


def _content(operation: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
    return dict(found.get("application/json", {}))


def _fields(operation: dict[str, Any]) -> tuple[str, ...]:
    name = _content(operation).get("schema", {}).get("$ref", "").rpartition("/")[2]
    return tuple(document()["components"]["schemas"].get(name, {}).get("properties", ()))


def _example(operation: dict[str, Any]) -> dict[str, Any] | None:
    content = _content(operation)
    return next((each["value"] for each in content.get("examples", {}).values()), None)
