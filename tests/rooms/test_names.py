"""Names of guests: normalized at every entry point, and found however they are typed."""

import unicodedata
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from hotelpbx.refusals import Refusal
from pbx.models import Command
from rooms.models import AuditEntry, Guest, Property, Stay
from rooms.stays import lifecycle, reservations
from rooms.stays.details import GuestDetails, StayDetails
from rooms.stays.names import normalize
from tests import house
from tests.api.rest import Rest, issue
from tests.frontdesk.people import staff
from tests.house import CLERK

LEVY = "L\u00e9vy"
LEVY_IN_PARTS = "Le\u0301vy"
HIDDEN = "Sm\u202eith\u200e\x07\ufeff"


@pytest.fixture
def pms(hotel: Property) -> Rest:
    return Rest(hotel, issue(hotel))


@pytest.fixture
def clara(hotel: Property) -> Client:
    return staff(hotel, "clara", "clerk")


def name(stay: Stay, first: str, last: str) -> Guest:
    details = StayDetails(guests=[GuestDetails(last, first)])
    reservations.save_stay(stay.property, stay.reference, details, actor=CLERK)
    return stay.guests.get()


@given(st.text())
def test_what_is_cleaned_is_clean(text: str) -> None:
    kept = normalize(text)
    assert normalize(kept) == kept == unicodedata.normalize("NFC", kept)
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in kept)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (LEVY_IN_PARTS, LEVY),
        (HIDDEN, "Smith"),
        (" Rosa\t\r\n Lopez\u2028", "Rosa Lopez"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("\u2067\u062f\u0627\u0646\u2069", "\u062f\u0627\u0646"),
    ],
)
def test_what_cannot_be_seen_goes(typed: str, kept: str) -> None:
    assert normalize(typed) == kept


@pytest.mark.django_db
def test_names_are_kept_in_one_form_at_every_door(
    hotel: Property, pms: Rest, clara: Client
) -> None:
    stay = house.reserve(hotel, "Smith")
    assert str(name(stay, HIDDEN, LEVY_IN_PARTS)) == f"Smith {LEVY}"
    guest = {"first_name": "A\u202e", "last_name": LEVY_IN_PARTS, "title": "D\u200er"}
    shown = pms.put("stays/R-Smith/", {"guests": [guest]}).body["guests"][0]
    assert (shown["title"], shown["first_name"], shown["last_name"]) == ("Dr", "A", LEVY)
    sent = {"last_name": LEVY_IN_PARTS, "arrival": stay.arrival, "departure": stay.departure}
    assert clara.post("/GRAND/stays/R-Smith/edit/", sent).status_code == 302
    assert stay.guests.get().last_name == LEVY


@pytest.mark.django_db
@pytest.mark.parametrize("typed", [LEVY, LEVY_IN_PARTS])
def test_a_name_is_found_however_it_is_typed(hotel: Property, clara: Client, typed: str) -> None:
    name(house.reserve(hotel, "Smith"), "Ann", LEVY_IN_PARTS)
    house.reserve(hotel, "Jones", number="202")
    page = clara.get("/GRAND/stays/", {"q": typed}).content.decode()
    assert "R-Smith" in page
    assert "R-Jones" not in page


@pytest.mark.django_db
def test_a_name_written_together_is_found(hotel: Property, clara: Client) -> None:
    name(house.reserve(hotel, "Smith"), "希", "佐々木")
    name(house.reserve(hotel, "Jones", number="202"), "Ann", "Jones")
    assert "R-Smith" in clara.get("/GRAND/stays/", {"q": "佐々木希"}).content.decode()
    assert "R-Jones" not in clara.get("/GRAND/stays/", {"q": "sann"}).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "last"), [("Suharto", ""), ("", "Suharto")])
def test_a_guest_may_have_one_name(
    hotel: Property, pms: Rest, clara: Client, first: str, last: str
) -> None:
    today = hotel.local_now().date()
    days: dict[str, Any] = {"arrival": str(today), "departure": str(today)}
    guest = {key: value for key, value in (("first_name", first), ("last_name", last)) if value}
    answer = pms.put("stays/HB-1/", {**days, "guests": [guest], "room": "201"})
    assert answer.status == 201
    assert answer.body["guests"][0]["last_name"] == last
    made = clara.post("/GRAND/stays/new/", {**days, "first_name": first, "last_name": last})
    assert made.status_code == 302
    stay = Stay.objects.get(reference="HB-1")
    lifecycle.check_in(stay, actor=CLERK)
    assert str(stay.main_guest) == "Suharto"
    assert Command.objects.get().payload["username"] == "Suharto"
    for path in ("/GRAND/", "/GRAND/in-house/", "/GRAND/arrivals/", "/GRAND/stays/?q=suharto"):
        assert "Suharto" in clara.get(path).content.decode()


@pytest.mark.django_db
def test_a_guest_without_any_name_is_refused(hotel: Property, pms: Rest, clara: Client) -> None:
    stay = house.reserve(hotel, "Smith")
    for nothing in ("", " \u200e", "\u202e"):
        with pytest.raises(Refusal, match="first or a last name"):
            name(stay, nothing, nothing)
    answer = pms.put("stays/R-Smith/", {"guests": [{"first_name": "A"}, {"title": "Dr"}]})
    assert (answer.status, answer.pointers) == (422, ["/guests/1/last_name"])
    sent = {"arrival": stay.arrival, "departure": stay.departure, "last_name": " "}
    page = clara.post("/GRAND/stays/R-Smith/edit/", sent)
    assert page.status_code == 422
    assert "Enter a first or a last name." in page.content.decode()


@pytest.mark.django_db
def test_the_history_has_names_as_people_write_them(hotel: Property) -> None:
    stay = house.reserve(hotel, "Smith")
    name(stay, "希", "佐々木")
    entry = AuditEntry.objects.get(action="change stay")
    assert "佐々木希" in str(entry.words)


@pytest.mark.django_db
def test_names_of_running_installations_are_cleaned(hotel: Property) -> None:
    stay = house.reserve(hotel, "Smith")
    Guest.objects.update(last_name=LEVY_IN_PARTS, first_name=HIDDEN)
    nameless = Guest.objects.create(stay=stay, position=1, last_name="\u202e")
    migration: Any = import_module("rooms.migrations.0012_names")
    migration.clean_names(apps, None)
    assert str(stay.main_guest) == f"Smith {LEVY}"
    nameless.refresh_from_db()
    assert nameless.last_name == "\u202e", "nothing would be left of it"
