"""``calls/``"""

from datetime import datetime, timedelta

import pytest

from billing.calls import legs
from billing.models import Call
from hotelpbx.clock import now
from rooms.models import Property
from tests import house
from tests.api.rest import Rest

pytestmark = pytest.mark.django_db


def dial(
    hotel: Property,
    to: str = "9075512345678",
    *,
    extension: str = "2201",
    at: datetime | None = None,
    talk: int = 95,
) -> Call:
    """A call record from a house phone."""
    began = (at or now()).replace(microsecond=0)
    leg = legs.Leg(
        key=f"{extension}-{to}-{began}-{talk}",
        callid=house.callid(began),
        started_at=began,
        call_from=extension,
        call_to=to,
        direction=Call.Direction.OUTBOUND,
        trunk="trunk",
        call_seconds=talk + 5,
        talk_seconds=talk,
        status="ANSWERED",
    )
    return legs.record(hotel, leg)[0]


def test_a_guest_s_call_as_it_is_shown(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    call = dial(hotel)
    (shown,) = pms.pages("calls/")
    assert shown == {
        "id": call.pk,
        "callid": call.callid,
        "stay": "R-Smith",
        "room": "201",
        "started_at": call.started_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "from": "2201",
        "to": "9075512345678",
        "direction": "outbound",
        "talk_seconds": 95,
        "billed_seconds": 96,
        "amount": {"amount": "1.46", "currency": "CNY"},
        "rating": "rated",
    }
    (charge,) = pms.pages("charges/", type="call")
    assert (charge["call"], charge["amount"]) == (call.pk, shown["amount"])


def test_an_unclaimed_call_has_no_stay(pms: Rest, hotel: Property) -> None:
    dial(hotel)
    (shown,) = pms.pages("calls/")
    assert (shown["stay"], shown["room"]) == (None, "201")


def test_a_call_that_no_tariff_covers_is_unrated(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    dial(hotel, "81234567")
    assert [(call["rating"], call["amount"]) for call in pms.pages("calls/")] == [("unrated", None)]


def test_the_list_can_be_narrowed(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    old = dial(hotel, extension="2202", at=now() - timedelta(days=2))
    new = dial(hotel)

    def ids(**query: str) -> list[int]:
        return [call["id"] for call in pms.pages("calls/", **query)]

    assert ids() == [old.pk, new.pk]
    assert ids(stay="R-Smith") == [new.pk]
    assert ids(since=new.started_at.isoformat()) == [new.pk]
    assert ids(since=(new.started_at + timedelta(seconds=1)).isoformat()) == []


def test_since_is_an_instant_with_its_zone(pms: Rest, hotel: Property) -> None:
    dial(hotel)
    east = (now() - timedelta(hours=1)).astimezone(hotel.zone).isoformat(timespec="seconds")
    assert east.endswith("+08:00")
    assert len(pms.send("GET", f"calls/?since={east}").body["results"]) == 1, "unencoded plus"
    for value in ("2026-05-04", "2026-05-04T10:00:00", "yesterday", "2026-13-01T00:00:00Z"):
        answer = pms.get("calls/", since=value)
        assert (answer.status, answer.pointers) == (422, ["?since"])
    assert pms.get("calls/", since="0001-01-01T00:00:00Z").status == 422
