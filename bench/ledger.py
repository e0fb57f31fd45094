"""Shared by the billing benchmarks: servers of their own, and a hotel with a year of calls."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from hotelpbx import embedded  # noqa: E402

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
_ROOMS = 200


@contextmanager
def servers() -> Iterator[None]:
    """PostgreSQL and Redis for this run only, with the tables created."""
    for name in ("DATABASE_URL", "REDIS_URL", "DATABASE_URL_FILE", "REDIS_URL_FILE"):
        os.environ.pop(name, None)
    os.environ.update(SECRET_KEY="for this run only, and long enough", DEBUG="off")
    embedded.provide(os.environ, throw_away=True)
    try:
        setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield
    finally:
        from django.db import connection

        connection.close()
        embedded.release()


def setup() -> None:
    """Django, with the servers of the environment."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "hotelpbx.settings"
    import django

    django.setup()


def hotel_with_calls(calls: int) -> Any:
    """A hotel of 200 rooms with calls spread evenly over a year, 60 % of them with a cost."""
    from django.db import connection

    from rooms.models import Property, Room, Stay

    hotel = Property.objects.create(
        code="B", name="Bench", timezone="Europe/Berlin", currency="EUR"
    )
    rooms = Room.objects.bulk_create(
        Room(property=hotel, number=str(100 + number)) for number in range(_ROOMS)
    )
    stays = Stay.objects.bulk_create(
        Stay(
            property=hotel,
            reference=f"S{room.number}",
            room=room,
            arrival=FIRST,
            departure=LAST,
            created_at=datetime.now(UTC),
        )
        for room in rooms
    )
    ends = (
        datetime.combine(FIRST, datetime.min.time(), hotel.zone),
        datetime.combine(LAST, datetime.max.time(), hotel.zone),
    )
    numbers: dict[str, Any] = {
        "hotel": hotel.pk,
        "calls": calls,
        "room": rooms[0].pk,
        "stay": stays[0].pk,
        "rooms": _ROOMS,
        "since": ends[0],
        "until": ends[1],
    }
    with connection.cursor() as cursor:
        cursor.execute(_CALLS, numbers)
        cursor.execute(_CHARGES, numbers)
        cursor.execute("VACUUM ANALYZE billing_call, billing_charge")
    return hotel


_CALLS = """
INSERT INTO billing_call (property_id, leg, callid, stay_id, room_id, extension, started_at,
    call_from, call_to, direction, trunk, call_seconds, talk_seconds, status, rating,
    rating_detail, billed_seconds, amount, unclaimed, dismissed_reason)
SELECT %(hotel)s, n, n || '.1', %(stay)s + n %% %(rooms)s, %(room)s + n %% %(rooms)s,
    100 + n %% %(rooms)s,
    %(since)s::timestamptz + n * ((%(until)s::timestamptz - %(since)s::timestamptz) / %(calls)s),
    100 + n %% %(rooms)s, '0049' || 3000000 + n, 'outbound', 'trunk', n %% 600 + 10, n %% 600,
    'ANSWERED', CASE WHEN n %% 10 < 6 THEN 'rated' ELSE 'free' END,
    'Destination ' || n %% 40, n %% 600, CASE WHEN n %% 10 < 6 THEN 1.23 ELSE 0 END, false, ''
FROM generate_series(0, %(calls)s - 1) AS n
"""
_CHARGES = """
INSERT INTO billing_charge (property_id, sequence, type, stay_id, room_id, occurred_at, posted_at,
    description, amount, tax, tax_included, late, reason, call_id, product_code, acknowledgement,
    acknowledgement_reason, posted_by_kind, posted_by)
SELECT property_id, row_number() OVER (ORDER BY id), 'call', stay_id, room_id, started_at,
    started_at + interval '3 minutes', 'Call to ' || call_to, amount, 0.20, true, false, '', id,
    '', 'pending', '', 'system', 'PBX'
FROM billing_call WHERE amount > 0 ORDER BY id
"""
