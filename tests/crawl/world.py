"""A hotel with a row of everything, whose guests, notes and secrets have unmistakable names."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import models
from django.test import Client

from api.models import ApiKey
from billing.ledger import payments, posting
from billing.models import Call, MinibarProduct
from frontdesk.models import StaffMember
from hotelpbx.clock import now
from pbx.models import Pbx
from pbx.reports import inbox
from rooms.models import Group, Property, Resync, Stay
from rooms.stays import lifecycle
from tests import house
from tests.house import CLERK
from tests.snapshots import recall
from tests.support import attention_rows
from wakeups.booking import bulk, calls
from wakeups.booking.requests import WakeUpRequest

ROLES: Final = ("housekeeping", "clerk", "manager")
SECRET: Final = "Pbx-Passw0rd-Canary"
PIN: Final = "60718293"


@dataclass(frozen=True)
class World:
    """One hotel, who signs in there, and what must not be read by the wrong eyes.

    :ivar guests: what only those may read who may read stays: names, notes, dialled numbers
    :ivar names: what stands in its addresses for each part of them
    """

    hotel: Property
    guests: tuple[str, ...]
    secrets: tuple[str, ...]
    names: dict[str, str]

    @property
    def names_of_guests(self) -> tuple[str, ...]:
        """Their names; references of stays, which have them here, are no secret to a program."""
        return tuple(f"Alice {name}" for name in self.guests[:1]) + self.guests[1:]

    def sign_in(self, role: str) -> Client:
        """Somebody of this role; empty: nobody."""
        client = Client()
        if role:
            client.force_login(User.objects.get(username=f"{role}-{self.hotel.code}".lower()))
            client.get("/")  # begins the session, which each answer would do that is undone
        return client

    def key(self, *scopes: str) -> str:
        """A key with these scopes."""
        row, key = ApiKey.issue(self.hotel, "PMS", list(scopes), created_at=now())
        row.save()
        return key


def build(folder: Path, code: str, *, tag: str) -> World:
    """The hotel ``code``; what is its own has ``tag`` in its name."""
    keys = recall(("world", code, house.today()), lambda: _furnish(folder, code, tag))
    hotel = Property.objects.select_related("pbx").get(pk=keys[0])
    named = dict(zip(_NAMED, map(str, keys[1:]), strict=True))
    names = {
        **named,
        "item": f"unclaimed_call:{named['item']}",
        "code": code,
        "number": "201",
        "reference": f"R-Guest{tag}",
        "group": f"TOUR{tag}",
        "slug": "rooms",
        "name": "calls",
    }
    guests = (f"Guest{tag}", f"Note{tag}", "9075512345678", "oops")
    secrets = (SECRET + tag, PIN, attention_rows.pbx_of(hotel).report_secret)
    return World(hotel, guests, secrets, names)


# The rows whose keys stand in addresses, in this order.
_NAMED: Final = ("item", "call", "job", "run", "charge", "payment", "invitation", "row", "key")


def _furnish(folder: Path, code: str, tag: str) -> list[models.Model]:
    """The hotel, and the rows of :data:`_NAMED`."""
    hotel = house.build(folder, code=code, rooms=("201", "202", "203", "204", "301"))
    name = f"Guest{tag}"
    Pbx.objects.filter(property=hotel).update(password=SECRET + tag, voicemail_pin=PIN)
    _staff(hotel)
    invited = StaffMember.objects.create(
        user=User.objects.create(username=f"invited-{code}".lower()),
        property=hotel,
        role="clerk",
        pending=True,
    )
    group = Group.objects.create(property=hotel, code=f"TOUR{tag}")
    here = _in_house(hotel, name, group)
    Stay.objects.filter(property=hotel).update(notes=f"Note{tag}")
    wake_up = _tomorrow(hotel)
    call = calls.create(here, wake_up, actor=CLERK)
    job = bulk.create_group_job(hotel, group, wake_up, actor=CLERK)
    found = {
        kind: attention_rows.make(hotel, kind, hotel.pk % 1000) for kind in attention_rows.KINDS
    }
    inbox.store(attention_rows.pbx_of(hotel), b'{"action": "BootUp"}', "192.0.2.1")
    run = _comparison(hotel, name)
    water = MinibarProduct.objects.get(property=hotel, code="0012")
    unclaimed = Call.objects.get(pk=found["unclaimed_call"].partition(":")[2])
    charge = posting.charge_minibar(here, water, 1, actor=CLERK)
    payment = payments.take(here, Decimal("1.00"), "cash", actor=CLERK)
    row = house.room(hotel, "204")
    key = _spare_key(hotel)
    return [hotel, unclaimed, call, job, run, charge, payment, invited, row, key]


def _staff(hotel: Property) -> None:
    for role in ROLES:
        user = User.objects.create_user(f"{role}-{hotel.code}".lower(), password="night-clerk-77")
        StaffMember.objects.create(user=user, property=hotel, role=role)


def _in_house(hotel: Property, name: str, group: Group) -> Stay:
    """Somebody in room 201, and others of every other status."""
    here = house.check_in(hotel, name, number="201")
    posting.charge_other(here, Decimal("45.00"), f"Dinner{name}", actor=CLERK)
    house.reserve(hotel, f"{name}Expected", number="202")
    gone = house.check_in(hotel, f"{name}Gone", number="203")
    lifecycle.check_out(gone, actor=CLERK)
    lifecycle.cancel(house.reserve(hotel, f"{name}Cancelled", number=None), actor=CLERK)
    Stay.objects.filter(pk=here.pk).update(group=group)
    here.refresh_from_db()
    return here


def _tomorrow(hotel: Property) -> WakeUpRequest:
    at = hotel.local_now() + timedelta(days=1)
    return WakeUpRequest(date=at.date(), time=at.time().replace(second=0, microsecond=0))


def _comparison(hotel: Property, name: str) -> Resync:
    difference: dict[str, Any] = {
        "part": "phones", "key": "name", "extension": "2201", "room": "201", "what": "name",
        "expected": f"Alice {name}", "actual": "", "ours": True, "can_repair": True, "outcome": "",
    }  # fmt: skip
    return Resync.objects.create(
        property=hotel,
        reason=Resync.Reason.ON_DEMAND,
        state=Resync.State.COMPLETED,
        created_at=now(),
        not_before=now(),
        differences=[difference],
    )


def _spare_key(hotel: Property) -> ApiKey:
    row, _ = ApiKey.issue(hotel, "Spare", ["status:read"], created_at=now())
    row.save()
    return row
