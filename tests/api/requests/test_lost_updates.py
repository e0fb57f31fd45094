"""Writing one field does not undo concurrent changes of others."""

import threading
from datetime import time
from typing import Any

import pytest
from django.db import transaction

from rooms.locking import lock_with_room
from rooms.models import Guest, Property
from tests import house
from tests.api.rest import Rest, issue
from tests.house import CLERK
from tests.support.threads import begin, until_somebody_waits
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest
from wakeups.models import WakeUpCall


@pytest.mark.django_db
def test_guests_named_without_vip_and_language_keep_them(hotel: Property) -> None:
    house.reserve(hotel, "Smith")
    Guest.objects.update(vip=True, language="de", title="Dr")
    rest = Rest(hotel, issue(hotel))
    named = [{"last_name": "Smith", "first_name": "Alice"}, {"last_name": "Jones"}]
    assert rest.put("stays/R-Smith/", {"guests": named}).status == 200
    smith, jones = Guest.objects.order_by("position")
    assert (smith.vip, smith.language, smith.title) == (True, "de", "Dr")
    assert (jones.vip, jones.language, jones.title) == (False, "", "")
    told = [{**named[0], "vip": False, "language": ""}]
    assert rest.put("stays/R-Smith/", {"guests": told}).status == 200
    guest = Guest.objects.get()
    assert (guest.vip, guest.language, guest.title) == (False, "", "Dr")


@pytest.mark.django_db(transaction=True)
def test_two_patches_of_one_call_at_once_both_count(open_hotel: Property) -> None:
    """The second reads the call only when the first is in the books."""
    stay = house.check_in(open_hotel, "Smith")
    day = open_hotel.local_now().date().replace(year=open_hotel.local_now().year + 1)
    stay.departure = day
    stay.save()
    call = calls.create(stay, WakeUpRequest(date=day, time=time(7), repeats=1), actor=CLERK)
    rest, may_go_on, begun = Rest(open_hotel, issue(open_hotel)), *two_events()

    def first() -> None:
        with transaction.atomic():
            lock_with_room(stay)
            calls.amend(call, {"repeats": 3}, actor=CLERK)
            begun.set()
            assert may_go_on.wait(30)

    def second() -> Any:
        return rest.patch(f"wake-up-calls/{call.pk}/", {"time": "08:00"})

    one = begin(first)
    assert begun.wait(30)
    other = begin(second)
    until_somebody_waits()
    may_go_on.set()
    one.result(60)
    assert other.result(60).status == 200
    found = WakeUpCall.objects.get()
    assert (found.repeats, found.time) == (3, time(8))


def two_events() -> tuple[threading.Event, threading.Event]:
    return threading.Event(), threading.Event()
