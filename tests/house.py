"""A small hotel and its people, for tests."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zoneinfo import ZoneInfo

from configuration.hotel_file.loading.load import load_hotel
from hotelpbx.clock import now
from pbx.models import Pbx, columns_for_destination, destination
from rooms.audit import Actor
from rooms.models import Property, Room, Stay
from rooms.stays import lifecycle, reservations
from rooms.stays.details import GuestDetails, StayDetails
from rooms.stays.overrides import OVERRIDE_ALL
from rooms.time_zones import send_if_changed, zones_of
from tests.snapshots import recall

# Nobody listens there.
NOWHERE: Final = "http://127.0.0.1:9"
ZONE: Final = ZoneInfo("Asia/Shanghai")
CLERK: Final = Actor("user", "clara", "192.0.2.7")

_FILE: Final = """
[property]
code = "{code}"
name = "Grand Hotel"
timezone = "{zone}"
currency = "CNY"
tax_rate = "0.06"
tax_included = true
emergency_numbers = ["110", "119"]

[pbx]
url = "{url}"
username = "api"
password = "secret"

[[classes_of_service]]
name = "standard"
outbound_routes = ["local", "national"]
default = true
[[classes_of_service]]
name = "barred"
voicemail = false
outbound_routes = []

[[minibar_products]]
code = "123456789"
name = "Cola"
price = "15.00"
[[minibar_products]]
code = "0012"
name = "Water"
price = "8.00"

[[tariffs]]
name = "standard"
effective_from = 2019-01-01T00:00:00
strip_prefixes = ["9"]
[[tariffs.rates]]
prefix = "0"
description = "National"
connection_fee = "0.50"
price_per_minute = "0.60"
initial_increment = 60
increment = 6
"""

_ROOM: Final = '\n[[rooms]]\nnumber = "{number}"\nfloor = "{floor}"\nextensions = ["2{number}"]\n'


def move_pbx(pbx: Pbx, url: str) -> None:
    """Another address, and the same secrets entered for it."""
    pbx.url = url
    for name, value in columns_for_destination(pbx, url, pbx.verify_tls).items():
        setattr(pbx, name, value)
    pbx.save()


def build(
    folder: Path,
    *,
    code: str = "GRAND",
    url: str = NOWHERE,
    rooms: tuple[str, ...] = ("201", "202", "203"),
) -> Property:
    """A hotel with a few rooms; room 201 has extension 2201. Its file lies in ``folder``.

    It is as ``load_hotel`` leaves it. Each process of the test run loads it once, and from then
    on inserts its rows.
    """
    path = write_file(folder, code, url, rooms)
    if Property.objects.filter(code=code).exists():
        load_hotel(path)
    else:
        _add(code, rooms)
        if url != NOWHERE:
            place = {"url": url, "entrusted_to": destination(url, "true")}
            Pbx.objects.filter(property__code=code).update(**place)
    return Property.objects.select_related("pbx").get(code=code)


def _add(code: str, rooms: tuple[str, ...]) -> None:
    def load() -> list[Property]:
        with TemporaryDirectory() as folder:
            load_hotel(write_file(Path(folder), code, NOWHERE, rooms))
        return []

    recall(("hotel", code, rooms), load)


def today() -> date:
    """The day in the hotel."""
    return now().astimezone(ZONE).date()


def write_file(folder: Path, code: str, url: str, rooms: tuple[str, ...]) -> Path:
    """The hotel file of such a hotel."""
    text = _FILE.format(code=code, url=url, zone=ZONE)
    text += "".join(_ROOM.format(number=number, floor=number[0]) for number in rooms)
    path = folder / f"{code}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def room(hotel: Property, number: str) -> Room:
    """The room as it is in the database now."""
    return Room.objects.select_related("property__pbx").get(property=hotel, number=number)


def reserve(
    hotel: Property,
    last_name: str,
    *,
    number: str | None = "201",
    reference: str = "",
    nights: int = 2,
) -> Stay:
    """A reservation from today on for one guest, whoever else has the room."""
    today = hotel.local_now().date()
    details = StayDetails(
        guests=[GuestDetails(last_name, "Alice")],
        arrival=today,
        departure=today + timedelta(days=nights),
        room=room(hotel, number) if number else None,
    )
    reference = reference or f"R-{last_name}"
    return reservations.save_stay(hotel, reference, details, actor=CLERK, override=OVERRIDE_ALL)[0]


def put_zones_right(*, hotel: str = "", pbx: str = "") -> None:
    """Another zone for the small hotel, its PBX or both; what was reckoned by them follows."""
    before = zones_of("GRAND")
    if hotel:
        Property.objects.filter(code="GRAND").update(timezone=hotel)
    if pbx:
        Pbx.objects.filter(property__code="GRAND").update(timezone=pbx)
    send_if_changed("GRAND", before)


def check_in(
    hotel: Property, last_name: str, *, number: str = "201", sharing: bool = False
) -> Stay:
    """A guest who has just come in."""
    stay = reserve(hotel, last_name, number=number)
    return lifecycle.check_in(
        stay, actor=CLERK, sharing=sharing, accept_dirty=True, override=OVERRIDE_ALL
    )


def at(text: str) -> datetime:
    """An instant in UTC: ``at("2026-05-04 10:00:00")``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def callid(instant: datetime | None = None, counter: int = 1) -> str:
    """The ``callid`` of a call that began then."""
    return f"{int((instant or now()).timestamp())}.{counter}"


def yuan(text: str) -> Decimal:
    """An amount of CNY."""
    return Decimal(text)


def day(text: str) -> date:
    """A date: ``day("2026-05-04")``."""
    return date.fromisoformat(text)
