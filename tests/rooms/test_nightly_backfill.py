"""The nightly comparison of call records, in the quiet hour of hotel local time."""

from datetime import datetime

import pytest
import time_machine

from pbx.models import Pbx
from rooms.models import Property
from rooms.operations import nightly_backfill
from tests.house import at


@pytest.mark.parametrize(
    ("zone", "instant", "quiet"),
    [
        ("Asia/Shanghai", "2026-05-04 19:14:59", "2026-05-03 19:15:00"),
        ("Asia/Shanghai", "2026-05-04 19:15:00", "2026-05-04 19:15:00"),
        ("Asia/Shanghai", "2026-05-04 16:00:00", "2026-05-03 19:15:00"),
        ("Europe/Berlin", "2026-03-29 01:14:00", "2026-03-28 02:15:00"),  # 03:14, clocks forward
        ("Europe/Berlin", "2026-03-29 01:15:00", "2026-03-29 01:15:00"),
        ("Europe/Berlin", "2026-10-25 02:15:00", "2026-10-25 02:15:00"),  # clocks back
    ],
)
def test_the_quiet_hour_is_the_hotel_s(
    hotel: Property, zone: str, instant: str, quiet: str
) -> None:
    hotel.timezone = zone
    with time_machine.travel(at(instant), tick=False):
        assert nightly_backfill.last_quiet_hour(hotel) == at(quiet)


def test_each_hotel_s_pbx_is_asked_by_its_own_night(
    hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Pbx, datetime]] = []
    monkeypatch.setattr(
        "pbx.cdr_backfill.backfill_if_due", lambda pbx, night: asked.append((pbx, night))
    )
    with time_machine.travel(at("2026-05-04 20:00:00"), tick=False):
        nightly_backfill.fetch_due()
    assert asked == [(hotel.pbx, at("2026-05-04 19:15:00"))]
