"""A time zone is corrected while a clerk is working."""

from collections.abc import Callable
from datetime import time, timedelta
from functools import partial

import pytest
from django.db import transaction

from rooms.models import Property, Stay
from rooms.stays import lifecycle
from tests import house
from tests.house import CLERK
from tests.support.threads import begin, until_somebody_waits
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest
from wakeups.models import Occurrence

pytestmark = pytest.mark.django_db(transaction=True)


def book(stay: Stay) -> None:
    """Due in twenty hours, so it is placed at once."""
    due = stay.property.local_now() + timedelta(hours=20)
    calls.create(stay, WakeUpRequest(due.date(), time(due.hour, due.minute)), actor=CLERK)


def move(stay: Stay) -> None:
    book(stay)
    lifecycle.move(stay, house.room(stay.property, "202"), actor=CLERK)


def check_in(stay: Stay) -> None:
    """She checks in while nobody is in house."""
    book(lifecycle.check_in(stay, actor=CLERK, accept_dirty=True))


@pytest.mark.parametrize("act", [book, move, check_in])
def test_who_has_waited_for_it_reckons_by_the_right_one(
    open_hotel: Property, act: Callable[[Stay], None]
) -> None:
    stay = house.reserve(open_hotel, "Smith")
    if act is not check_in:
        stay = lifecycle.check_in(stay, actor=CLERK, accept_dirty=True)
    with transaction.atomic():
        house.put_zones_right(pbx="Asia/Tokyo")
        clerk = begin(partial(act, stay))
        until_somebody_waits()
    clerk.result(30)
    occurrence = Occurrence.objects.exclude(state="withdrawn").get()
    call = occurrence.call
    an_hour_later = (call.time.hour + 1) % 24
    assert occurrence.alarm_time == f"{an_hour_later:02}:{call.time.minute:02}"
