"""Every list of rooms, walked: 9, 10, 101, 1001, A1, A10, and floors likewise."""

import re
from datetime import time, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from billing import refill
from billing.analytics import SUBJECTS, Period
from billing.documents.groups import folio_stays
from billing.ledger import posting, transfers
from billing.models import MinibarProduct
from frontdesk.room_tiles import floors_of, tiles_of
from rooms.models import Property, Stay
from rooms.operations import jobs
from rooms.stays.details import StayDetails
from rooms.stays.reservations import save_stay
from tests import house
from tests.api.rest import Rest, issue
from tests.house import CLERK
from wakeups.booking import bulk, previews
from wakeups.booking.previews import Choice
from wakeups.booking.requests import WakeUpRequest
from wakeups.booking.targets import choose_rooms

pytestmark = pytest.mark.django_db

COUNTED = ["9", "10", "101", "1001", "A1", "A2", "A10"]


@pytest.fixture
def hotel(db: None, tmp_path: Path) -> Property:
    """In the database the rooms stand in the order of their text; all on one floor."""
    made = {str(21 + place): number for place, number in enumerate(sorted(COUNTED))}
    hotel = house.build(tmp_path, rooms=tuple(made))
    for number, wanted in made.items():
        hotel.rooms.filter(number=number).update(number=wanted, floor="1")
    return hotel


@pytest.fixture
def full(hotel: Property) -> list[Stay]:
    """All rooms taken by one group, the last one first."""
    found = []
    for number in reversed(COUNTED):
        stay = house.check_in(hotel, f"G{number}", number=number)
        save_stay(hotel, stay.reference, StayDetails(group="TOUR"), actor=CLERK)
        found.append(stay)
    return found


def numbers_in(page: str) -> list[str]:
    """The rooms in the order in which a page first names them."""
    rooms = "|".join(COUNTED)
    words = re.findall(rf"(?<![\w\-/:.])(?:{rooms})(?![\w\-:.])", page)
    return list(dict.fromkeys(words))


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    text = unescape(answer.content.decode())
    return re.sub(r"<(?!/?option)[^>]*>", " ", text[text.index("<main") :].partition("<footer")[0])


@pytest.mark.parametrize(
    "address",
    [
        "",
        "housekeeping/",
        "stays/new/",
        "wake-up-calls/",
        "wake-up-calls/print/",
        "minibar/",
        "reports/?about=minibar&by=room",
        "settings/rooms/",
        "attention/",
    ],
)
def test_the_pages_of_the_desk(
    clara: Client, max_: Client, hotel: Property, full: list[Stay], address: str
) -> None:
    at = hotel.local_now() + timedelta(hours=3)
    wake_up = WakeUpRequest(None, at.time().replace(second=0, microsecond=0))
    made = [bulk.RequestedCall(stay.reference, "", wake_up) for stay in full]
    jobs.run(bulk.create_job(hotel, made, actor=CLERK))
    cola = MinibarProduct.objects.get(property=hotel, code="0012")
    for stay in full:
        posting.charge_minibar(stay, cola, 1, actor=CLERK)
    client = max_ if address.startswith(("settings", "reports")) else clara
    found = numbers_in(page(client, f"/GRAND/{address}"))
    assert found == ([] if address == "attention/" else COUNTED), address


def test_who_is_in_house_and_leaves_the_same_day(clara: Client, full: list[Stay]) -> None:
    assert numbers_in(page(clara, "/GRAND/in-house/")) == COUNTED


def test_rooms_to_choose_for_a_move(clara: Client, hotel: Property) -> None:
    house.check_in(hotel, "Smith", number="A10")
    text = page(clara, "/GRAND/stays/R-Smith/")
    options = re.findall(r"<option[^>]*>\s*(\w+) ·", text)
    assert options == COUNTED[:-1], "all but the guest's own"


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_rest_gives_them_so_page_by_page(hotel: Property, limit: int) -> None:
    pms = Rest(hotel, issue(hotel))
    assert [each["number"] for each in pms.pages("rooms/", limit=limit)] == COUNTED


def test_a_room_that_goes_meanwhile_costs_no_other_its_place(hotel: Property) -> None:
    pms = Rest(hotel, issue(hotel))
    first = pms.get("rooms/?limit=3").body
    house.room(hotel, "101").delete()
    rest = pms.get(f"{first['next']}").body["results"]
    assert [each["number"] for each in rest] == ["1001", "A1", "A2"]


def test_jobs_prints_and_choices(hotel: Property, full: list[Stay]) -> None:
    group = hotel.groups.get(code="TOUR")
    assert [str(stay.room) for stay in folio_stays(group)] == COUNTED
    job = bulk.create_group_job(hotel, group, WakeUpRequest(None, time(6, 30)), actor=CLERK)
    assert list(job.items.values_list("words", flat=True)) == COUNTED
    seen = previews.preview(
        hotel, Choice(group="TOUR", times=(time(7, 0),)), WakeUpRequest(None, time())
    )
    assert [entry.room for entry in seen.good] == COUNTED
    assert list(choose_rooms("A10, 1001, 9-101, A1, A2", COUNTED).rooms) == COUNTED
    others = [str(stay.room) for stay in transfers.transfer_targets(hotel.stays.get(pk=full[0].pk))]
    assert others == COUNTED[:-1]


def test_the_report_and_the_trolley(hotel: Property, full: list[Stay]) -> None:
    cola = MinibarProduct.objects.get(property=hotel, code="0012")
    for stay in full:
        posting.charge_minibar(stay, cola, 1, actor=CLERK)
    assert [shelf.room.number for shelf in refill.rooms_to_refill(hotel)] == COUNTED
    today = hotel.local_now().date()
    for subject in ("revenue", "minibar"):
        report = SUBJECTS[subject].report(hotel, Period(today, today, hotel.zone), "room")
        assert [line.label for line in report.lines] == COUNTED


def test_floors_too(tmp_path: Path, db: None) -> None:
    hotel = house.build(tmp_path, rooms=("101", "201", "1001", "901"))
    for number, floor in (("101", "10"), ("201", "9"), ("1001", "1"), ("901", "G")):
        hotel.rooms.filter(number=number).update(floor=floor)
    tiles = tiles_of(hotel, today=hotel.local_now().date())
    assert [floor for floor, _ in floors_of(tiles)] == ["1", "9", "10", "G"]
