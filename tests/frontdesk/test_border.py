"""What nobody types: refused where it comes in, and nothing breaks."""

import io
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from billing.ledger import payments, posting
from configuration.hotel_file.faults import HotelFileFaults
from configuration.hotel_file.schema import parse_hotel_file
from rooms.models import Property, Stay
from tests import house
from tests.house import CLERK, yuan
from wakeups.booking.times.reading import read_times

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "path", ["/%00/", "/GRAND/stays/%00/", "/GRAND/rooms/2%0001/", "/GRAND/reports/%01.csv"]
)
def test_nothing_is_at_an_address_with_a_control_character(max_: Client, path: str) -> None:
    assert max_.get(path).status_code == 404


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x7f", "\x85\x1f"])
def test_a_reason_with_a_control_character_reverses_nothing(
    clara: Client, hotel: Property, sign: str
) -> None:
    alice = house.check_in(hotel, "Smith")
    charge = posting.charge_other(alice, yuan("5"), "Tea", actor=CLERK)
    paid = payments.take(alice, yuan("1"), "cash", actor=CLERK)
    for path in (f"reverse/{charge.pk}/", f"payments/{paid.pk}/reverse/"):
        address = f"/GRAND/stays/R-Smith/{path}"
        answer = clara.post(address, {"reason": f"a{sign}b"})
        assert answer.status_code == 422
        assert "“Reason” contains a character that cannot be stored" in answer.content.decode()
    assert alice.charges.filter(reverses=None).count() == alice.charges.count()
    assert alice.payments.count() == 1


def test_other_programs_new_lines_are_new_lines(clara: Client, hotel: Property) -> None:
    stay = house.reserve(hotel, "Smith")
    sent = {
        "last_name": "Smith", "notes": "one\x0btwo\u2028three", "room": stay.room_id or "",
        "arrival": stay.arrival.isoformat(), "departure": stay.departure.isoformat(),
    }  # fmt: skip
    page = clara.get("/GRAND/stays/R-Smith/edit/").context
    sent |= {name: each for name, each in page["form"].initial.items() if name not in sent and each}
    assert clara.post("/GRAND/stays/R-Smith/edit/", sent).status_code == 302
    assert Stay.objects.get().notes.splitlines() == ["one", "two", "three"]


def test_half_a_form_is_no_form(clara: Client, hotel: Property) -> None:
    """The browser went away while it sent ``amount=1000``."""
    alice = house.check_in(hotel, "Smith")
    body = b"description=Dinner&amount=10"
    sent: dict[str, Any] = {
        "CONTENT_TYPE": FORM,
        "CONTENT_LENGTH": str(len(body) + 2),
        "wsgi.input": io.BytesIO(body),
    }
    answer = clara.generic("POST", "/GRAND/stays/R-Smith/charge/", **sent)
    assert answer.status_code == 400
    assert not alice.charges.exists()


def test_a_quoted_cookie_may_hold_what_it_likes(hotel: Property) -> None:
    nobody = Client()
    answer = nobody.get("/GRAND/", headers={"Cookie": 'sessionid="\\000\\000\\000\\000\\000aaaa"'})
    assert answer.status_code == 302


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1999-12-31", "tomorrow"])
def test_a_day_out_of_reach_is_told_at_the_log(clara: Client, day: str) -> None:
    for name in ("since", "until"):
        answer = clara.get("/GRAND/wake-up-calls/log/", {name: day})
        assert answer.status_code == 422
        told = "valid date" if day == "tomorrow" else "Enter a date from 2000 to 2100"
        assert told in answer.content.decode()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1969-12-31"])
def test_no_reservation_is_made_for_a_day_out_of_reach(clara: Client, day: str) -> None:
    sent = {"last_name": "Smith", "arrival": day, "departure": day}
    answer = clara.post("/GRAND/stays/new/", sent)
    assert answer.status_code == 422
    assert "Enter a date from 2000 to 2100" in answer.content.decode()
    assert not Stay.objects.exists()


@pytest.mark.parametrize("begins", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_tariff_begins_within_reach(max_: Client, hotel: Property, begins: str) -> None:
    sent = {"name": "new", "effective_from": begins, "surcharge": "0"}
    answer = max_.post("/GRAND/settings/tariffs/add/", sent)
    assert answer.status_code == 422
    assert "a year from 1970 to 2999" in answer.content.decode()
    assert hotel.tariffs.count() == 1


@pytest.mark.parametrize("run", ["²", "٣", "9" * 5000, "-1", "\x00"])
def test_a_comparison_that_cannot_be(clara: Client, run: str) -> None:
    assert clara.get("/GRAND/pbx/compare/", {"run": run}).status_code == 200


@pytest.mark.parametrize("since", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"])
def test_a_command_is_told_of_an_instant_out_of_reach(hotel: Property, since: str) -> None:
    with pytest.raises(CommandError, match="not a time like"):
        call_command("backfill_calls", "GRAND", since=since)


BREAKING = {
    "nested arrays": "a = " + "[" * 20_000,
    "nested tables": "a = " + "{a = " * 20_000,
    "a key of parts": ".".join(["a"] * 20_000) + " = 1",
    "a table of parts": "[" + ".".join(['"a"'] * 20_000) + "]",
    "a whole number": "a = " + "9" * 5000,
    "a number": "a = 1e" + "9" * 30,
    "a size": "# " + "x" * 5_000_000,
    "keys": "[property]\n" + "\n".join(f"a.b{place} = 1" for place in range(20_000)),
    "unknown keys": "[property]\n" + "\n".join(f"name{place} = 1" for place in range(20_000)),
    "unknown tables": "\n".join(f"[room{place}]" for place in range(20_000)),
}


@pytest.mark.parametrize("text", BREAKING.values(), ids=BREAKING)
def test_a_hotel_file_that_would_break_the_reader(tmp_path: Path, text: str) -> None:
    path = tmp_path / "hotel.toml"
    path.write_text(text, encoding="utf-8")
    began = time.process_time()
    with pytest.raises(HotelFileFaults) as told:
        parse_hotel_file(path)
    assert time.process_time() - began < 2
    assert str(path) in str(told.value)


def test_text_in_quotes_is_no_depth(tmp_path: Path) -> None:
    path = tmp_path / "hotel.toml"
    path.write_text('[property]\nname = "' + "[" * 99 + '"\n# ' + "." * 99, encoding="utf-8")
    with pytest.raises(HotelFileFaults, match=r"property\]: code: is missing"):
        parse_hotel_file(path)


@pytest.mark.parametrize("limit", ["1e999999999", "1e900000", "-1e-999999999", "NaN"])
def test_an_amount_without_end_is_told(clara: Client, hotel: Property, limit: str) -> None:
    stay = house.reserve(hotel, "Smith")
    sent = {
        "last_name": "Smith", "credit_limit": limit,
        "arrival": stay.arrival.isoformat(), "departure": stay.departure.isoformat(),
    }  # fmt: skip
    assert clara.post("/GRAND/stays/R-Smith/edit/", sent).status_code == 422


@pytest.mark.parametrize("days", ["0", "46353"])
def test_a_time_of_thousands_of_digits_is_read_as_far_as_it_says_something(days: str) -> None:
    assert read_times(f"{days}.2708" + "3" * 5000) == read_times(f"{days}.2708333333333333")


def test_a_time_of_thousands_of_digits_is_told() -> None:
    assert read_times("9" * 5000)[1]
