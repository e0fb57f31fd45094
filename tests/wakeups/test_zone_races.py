"""A time zone is put right while a clerk is at it."""

import threading
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from pbx.models import Pbx
from rooms import stays
from rooms.models import Property, Stay
from rooms.zones import tell_if_changed, zones_of
from tests import house
from tests.house import CLERK
from tests.threads import until_somebody_waits
from wakeups import calls
from wakeups.calls import Wish
from wakeups.models import Occasion

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_hotel(transactional_db: None, tmp_path: Path) -> Property:
    """A hotel whose rows other connections can see."""
    return house.build(tmp_path)


def promise(stay: Stay) -> None:
    """In 23 hours at the most: it goes to the PBX at once."""
    due = stay.property.local_now() + timedelta(hours=20)
    calls.create(stay, Wish(due.date(), time(due.hour, due.minute)), actor=CLERK)


def move(stay: Stay) -> None:
    promise(stay)
    stays.move(stay, house.room(stay.property, "202"), actor=CLERK)


@pytest.mark.parametrize("act", [promise, move])
def test_who_has_waited_for_it_reckons_by_the_right_one(
    open_hotel: Property, act: Callable[[Stay], None]
) -> None:
    stay = house.check_in(open_hotel, "Smith")
    with transaction.atomic():
        before = zones_of("GRAND")
        Pbx.objects.update(timezone="Asia/Tokyo")
        tell_if_changed("GRAND", before)
        clerk = threading.Thread(target=_done_by_a_clerk, args=(act, stay))
        clerk.start()
        until_somebody_waits()
    clerk.join(30)
    occasion = Occasion.objects.exclude(state="withdrawn").get()
    call = occasion.call
    an_hour_later = (call.time.hour + 1) % 24
    assert occasion.alarm_time == f"{an_hour_later:02}:{call.time.minute:02}"


def _done_by_a_clerk(act: Callable[[Stay], None], stay: Stay) -> None:
    act(stay)
    connection.close()
