"""CSV exports: safe, complete, streamed."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from billing.analytics import Period
from billing.export import TABLES, stream
from billing.export.cells import written
from billing.models import Charge, MinibarEntry
from rooms.models import Property, Stay
from tests import house
from tests.billing.analytics import samples
from tests.house import at, day, yuan

NOON = at("2026-05-04 04:00:00")  # in Shanghai
LEADERS = "=+-@\t\r\n＝＋－＠"


@pytest.fixture
def alice(hotel: Property) -> Stay:
    """Alice Smith, in room 201."""
    return house.check_in(hotel, "Smith")


def pieces(hotel: Property, name: str, *, chunk: int = 2000) -> Iterator[bytes]:
    period = Period(day("2026-05-01"), day("2026-05-31"), hotel.zone)
    return stream(TABLES[name], hotel, period, chunk=chunk)


def rows(hotel: Property, name: str) -> list[dict[str, str]]:
    """The file as a program reads it."""
    text = b"".join(pieces(hotel, name)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("leader", LEADERS)
def test_a_text_like_a_formula_is_a_text(leader: str) -> None:
    assert written(f"{leader}1+1") == f'"\'{leader}1+1"'


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Decimal("-15.00"), "-15.00"),
        (Decimal("0E-3"), "0.000"),
        (-3, "-3"),
        (None, ""),
        ("", ""),
        ("0012", '"0012"'),
        ('Room "Sea", 2nd floor; =1+1', '"Room ""Sea"", 2nd floor; =1+1"'),
        ("a\x00b", '"ab"'),
    ],
)
def test_numbers_stay_numbers_and_texts_stand_in_quotes(cell: Any, text: str) -> None:
    assert written(cell) == text


@given(st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))))
def test_any_text_comes_back_and_never_begins_like_a_formula(texts: list[str]) -> None:
    line = ",".join(map(written, ["first", *texts])) + "\r\n"
    (read,) = csv.reader(io.StringIO(line, newline=""), strict=True)
    for found, text in zip(read[1:], texts, strict=True):
        assert not found.startswith(tuple(LEADERS))
        assert found.removeprefix("'") == text.removeprefix("'")


@pytest.mark.django_db
def test_a_file_is_utf_8_with_a_mark_and_rfc_4180(hotel: Property, alice: Stay) -> None:
    samples.charge(alice, "45.00", NOON, description="茶, green")
    whole = b"".join(pieces(hotel, "charges"))
    assert whole.startswith(b'\xef\xbb\xbf"posted_at","posted_at_utc",')
    assert whole.count(b"\r\n") == whole.count(b"\n") == 2
    assert '"茶, green"'.encode() in whole


@pytest.mark.django_db
def test_calls_with_what_was_charged_less_what_was_taken_back(hotel: Property, alice: Stay) -> None:
    kept = samples.call(alice, NOON)
    samples.charge(alice, "1.70", NOON, "call", call=kept)
    gone = samples.call(alice, NOON + timedelta(seconds=1), call_to="+8610123456")
    samples.reversal(
        samples.charge(alice, "1.70", NOON, "call", call=gone), NOON + timedelta(days=90)
    )
    first, second = rows(hotel, "calls")
    assert first == {
        "started_at": "2026-05-04 12:00:00",
        "started_at_utc": "2026-05-04T04:00:00Z",
        "direction": "outbound",
        "from": "2201",
        "to": "9010123456",
        "extension": "2201",
        "room": "201",
        "stay": "R-Smith",
        "status": "ANSWERED",
        "trunk": "",
        "call_seconds": "130",
        "talk_seconds": "120",
        "billed_seconds": "120",
        "rating": "rated",
        "destination": "National",
        "rated_amount": "1.70",
        "charged": "1.70",
        "currency": "CNY",
        "callid": kept.callid,
    }
    assert (second["to"], second["rated_amount"], second["charged"]) == (
        "'+8610123456",
        "1.70",
        "0.00",
    )


@pytest.mark.django_db
def test_charges_and_their_reversals_stand_side_by_side_and_add_up(
    hotel: Property, alice: Stay
) -> None:
    charged = samples.charge(alice, "106.00", NOON)
    taken_back = samples.reversal(charged, NOON + timedelta(days=1))
    first, second = rows(hotel, "charges")
    assert (first["net"], first["tax"], first["gross"]) == ("100.00", "6.00", "106.00")
    assert (second["net"], second["tax"], second["gross"]) == ("-100.00", "-6.00", "-106.00")
    assert first["reversed_by"] == str(taken_back.sequence)
    assert second["reverses"] == str(charged.sequence)
    assert (second["posted_at"], second["occurred_at"]) == (
        "2026-05-05 12:00:00",
        "2026-05-04 12:00:00",
    )
    assert first["posted_by"] == "clara"


@pytest.mark.django_db
def test_minibar_entries_with_what_became_of_them(hotel: Property, alice: Stay) -> None:
    charge = samples.minibar(alice, "0012", 2, NOON)
    samples.reversal(charge, NOON)
    for number, (state, linked) in enumerate((("charged", charge), ("repeated", None))):
        MinibarEntry.objects.create(
            property=hotel,
            report_id=number,
            callid="1.1",
            extension="2201",
            room=house.room(hotel, "201"),
            product=hotel.minibar_products.get(code="0012"),
            quantity=2,
            occurred_at=NOON,
            state=state,
            charge=linked,
        )
    first, second = rows(hotel, "minibar")
    assert (first["product"], first["name"], first["quantity"]) == ("0012", "Water", "2")
    assert (first["stay"], first["gross"]) == ("R-Smith", "16.00")
    assert first["reversed_by"] == str(Charge.objects.get(reverses=charge).sequence)
    assert (second["state"], second["stay"], second["gross"]) == ("repeated", "", "")


@pytest.mark.django_db
@pytest.mark.parametrize(("currency", "shown"), [("JPY", "1235"), ("KWD", "1234.500")])
def test_amounts_have_the_decimals_of_the_currency(
    hotel: Property, alice: Stay, currency: str, shown: str
) -> None:
    samples.charge(alice, "1234.500", NOON, tax=Decimal(0))
    hotel.currency = currency
    assert rows(hotel, "charges")[0]["gross"] == shown


@pytest.mark.django_db
@pytest.mark.parametrize("name", TABLES)
def test_a_file_takes_one_query_for_any_number_of_rows(
    hotel: Property, alice: Stay, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        samples.call(alice, NOON + timedelta(minutes=number))
        samples.minibar(alice, "0012", 1, NOON + timedelta(minutes=number))
    with django_assert_num_queries(3) as found:  # with the two ends of a transaction
        list(pieces(hotel, name))
    assert sum("SELECT" in query["sql"] for query in found.captured_queries) == 1


@pytest.mark.django_db
def test_the_rows_stay_on_the_server_until_they_are_sent(hotel: Property, alice: Stay) -> None:
    """While a file is under way PostgreSQL has a cursor open, and few rows were fetched."""
    for number in range(9):
        samples.charge(alice, "1.00", NOON + timedelta(minutes=number))
    under_way = pieces(hotel, "charges", chunk=2)
    next(under_way)
    assert open_cursors() == 0
    assert next(under_way).count(b"\r\n") == 2
    assert open_cursors() == 1
    assert [piece.count(b"\r\n") for piece in under_way] == [2, 2, 2, 1]
    assert open_cursors() == 0


@pytest.mark.django_db(transaction=True)
def test_a_reader_who_goes_away_leaves_no_transaction_behind(tmp_path: Any) -> None:
    hotel = house.build(tmp_path)
    alice = house.check_in(hotel, "Smith")
    for number in range(2001):
        samples.charge(alice, "1.00", NOON + timedelta(seconds=number))
    under_way = pieces(hotel, "charges")
    next(under_way)
    next(under_way)
    assert in_transaction()
    under_way.close()  # type: ignore[attr-defined]
    assert not in_transaction()
    assert open_cursors() == 0


def in_transaction() -> bool:
    return bool(connection.in_atomic_block)


def open_cursors() -> int:
    """How many named cursors this connection has open on the server."""
    cursor: CursorWrapper
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE '_django_curs_%'")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_only_the_days_and_the_hotel_that_were_asked_for(
    hotel: Property, alice: Stay, tmp_path: Any
) -> None:
    other = house.build(tmp_path, code="OTHER")
    samples.charge(house.check_in(other, "Jones"), "1.00", NOON)
    samples.charge(alice, "1.00", at("2026-04-30 15:59:59"))
    samples.charge(alice, "2.00", at("2026-04-30 16:00:00"))
    samples.charge(alice, "4.00", at("2026-05-31 15:59:59"))
    samples.charge(alice, "8.00", at("2026-05-31 16:00:00"))
    assert sum(yuan(row["gross"]) for row in rows(hotel, "charges")) == yuan("6.00")
