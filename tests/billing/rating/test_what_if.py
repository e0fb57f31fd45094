"""What if: a tariff is tried on past calls before it takes effect; nothing is written."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from billing import tariff_book
from billing import what_if as what_if_module
from billing.models import Call, Charge, Tariff
from billing.what_if import NO_RATE, Proposal, compare, with_edition
from configuration.periods import last_month
from frontdesk.models import StaffMember
from rooms.models import ClassOfService, Property, Stay
from tests import house
from tests.billing.calls.test_attribution import clock
from tests.house import yuan

pytestmark = pytest.mark.django_db

NOON = clock("12:00:00")  # 4 May
MAY = (clock("00:00:00") - timedelta(days=4), clock("00:00:00") + timedelta(days=27))


@pytest.fixture
def alice(hotel: Property) -> Stay:
    return house.check_in(hotel, "Smith")


def kept(hotel: Property, stay: Stay | None, to: str, amount: str, **more: object) -> Call:
    """A call of a minute on record, charged so much."""
    values: dict[str, object] = {
        "started_at": NOON,
        "talk_seconds": 60,
        "status": "ANSWERED",
        "room": house.room(hotel, "201"),
        "rating": "rated",
        **more,
    }
    return Call.objects.create(
        property=hotel,
        leg=f"{Call.objects.count()}",
        callid=f"{Call.objects.count()}.1",
        stay=stay,
        extension="2201",
        call_from="2201",
        call_to=to,
        direction="outbound",
        amount=yuan(amount),
        **values,
    )


def coming(hotel: Property, minute: str = "1.00", **more: object) -> Tariff:
    """An edition of "standard" that begins in a year: one rate for 0."""
    tariff = Tariff.objects.create(
        property=hotel,
        name="standard",
        effective_from=NOON + timedelta(days=365),
        strip_prefixes=["9"],
        **more,
    )
    tariff.rates.create(prefix="0", description="Far", price_per_minute=minute, days=list(range(7)))
    tariff_book.mark_changed(hotel)
    return tariff


def proposal(hotel: Property, tariff: Tariff, *, for_all: bool = False) -> Proposal:
    book = tariff_book.book_of(hotel)
    return with_edition(book, tariff_book.edition_of(tariff), for_all=for_all)


def test_the_sums_of_now_and_then_by_destination(hotel: Property, alice: Stay) -> None:
    """Two calls of 1.10, then 1.00 each; 9777 has a price now and would have none."""
    kept(hotel, alice, "90215551", "1.10")
    kept(hotel, alice, "90107777", "1.10")
    kept(hotel, alice, "9777", "0.40")
    found = compare(hotel, proposal(hotel, coming(hotel)), *MAY)
    shown = [(each.destination, each.calls, each.old, each.new) for each in found.lines]
    assert shown == [
        (NO_RATE, 1, yuan("0.40"), 0),
        ("Far", 2, yuan("2.20"), yuan("2.00")),
    ]
    assert (found.total.calls, found.total.difference) == (3, yuan("-0.60"))
    assert (found.unrated, found.examples, found.unrated_before) == (1, ["9777"], 0)


def test_what_an_allowance_covered_counts_with_its_price(hotel: Property, alice: Stay) -> None:
    kept(hotel, alice, "90215551", "0", allowance_amount=yuan("1.10"), rating="free")
    assert compare(hotel, proposal(hotel, coming(hotel)), *MAY).total.old == yuan("1.10")


def test_what_nobody_pays_for_is_left_out(hotel: Property, alice: Stay) -> None:
    kept(hotel, None, "90215551", "0", room=None)
    kept(hotel, alice, "90215551", "0", talk_seconds=0)
    kept(hotel, alice, "90215551", "1.10", dismissed_reason="Test call")
    kept(hotel, alice, "90215551", "1.10", started_at=MAY[1])
    kept(hotel, alice, "90215551", "1.10", started_at=MAY[0] - timedelta(seconds=1))
    kept(hotel, None, "90215551", "1.10", unclaimed=True)
    assert compare(hotel, proposal(hotel, coming(hotel)), *MAY).total.calls == 1


def test_only_calls_that_the_tariff_is_for(hotel: Property, alice: Stay) -> None:
    ClassOfService.objects.filter(name="standard").update(tariff="vip")
    other = Tariff.objects.create(
        property=hotel, name="vip", effective_from=NOON - timedelta(days=99), position=7
    )
    other.rates.create(prefix="", price_per_minute=9, days=list(range(7)))
    tariff_book.mark_changed(hotel)
    kept(hotel, alice, "90215551", "1.10")
    tariff = coming(hotel)
    assert compare(hotel, proposal(hotel, tariff), *MAY).total.calls == 0
    assert compare(hotel, proposal(hotel, tariff, for_all=True), *MAY).total.new == 1


def test_calls_over_the_tariff_s_trunks_are_among_them(hotel: Property, alice: Stay) -> None:
    ClassOfService.objects.filter(name="standard").update(tariff="none at all")
    kept(hotel, alice, "90215551", "1.10", trunk="SIP")
    kept(hotel, alice, "90215551", "1.10", trunk="GSM")
    tariff = coming(hotel, trunks=["SIP"])
    assert compare(hotel, proposal(hotel, tariff), *MAY).total.calls == 1


def test_the_calls_are_streamed_by_the_server(
    hotel: Property, alice: Stay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are read in pieces through a cursor on the server, never as one list."""
    fetched: list[int] = []
    chunked = connection.chunked_cursor

    def watched() -> Any:
        cursor = chunked()
        fetch = cursor.fetchmany

        def fetchmany(size: int) -> Any:
            fetched.append(size)
            return fetch(size)

        monkeypatch.setattr(cursor, "fetchmany", fetchmany)
        return cursor

    monkeypatch.setattr(connection, "chunked_cursor", watched)
    monkeypatch.setattr(what_if_module, "_CHUNK", 2)
    for _ in range(5):
        kept(hotel, alice, "90215551", "1.10")
    assert compare(hotel, proposal(hotel, coming(hotel)), *MAY).total.calls == 5
    assert len(fetched) >= 3
    assert set(fetched) == {2}


def file_of(folder: Path, minute: str) -> Path:
    """The small hotel's file with another price and a class that has a tariff of its own."""
    text = house._FILE.format(code="GRAND", url="http://127.0.0.1:9", zone=house.ZONE)
    path = folder / "next.toml"
    path.write_text(text.replace('price_per_minute = "0.60"', f'price_per_minute = "{minute}"'))
    return path


def what_if(*arguments: str) -> str:
    out = StringIO()
    call_command("what_if", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_tries_a_hotel_file_and_changes_nothing(
    hotel: Property, alice: Stay, tmp_path: Path
) -> None:
    """0.50 + 0.90 for what cost 1.10."""
    kept(hotel, alice, "90215551", "1.10")
    kept(hotel, alice, "9777", "0", rating="unrated")
    before = list(Call.objects.values()), list(Tariff.objects.values()), Charge.objects.count()
    path = file_of(tmp_path, "0.90")
    text = what_if("GRAND", str(path), "--since", "2026-05-01T00:00", "--until", "2026-06-01T00:00")
    lines = [line.split() for line in text.splitlines()]
    assert ["National", "1", "1.10", "1.40", "0.30"] in lines
    assert ["total", "CNY", "2", "1.10", "1.40", "0.30"] in lines
    assert "Without a rate: 1 calls, such as 9777." in text
    assert "1 of the calls have no price now" in text
    assert text.endswith("Nothing was changed.\n")
    assert before == (
        list(Call.objects.values()),
        list(Tariff.objects.values()),
        Charge.objects.count(),
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["NONE"], "no property NONE"),
        (["GRAND", "--since", "yesterday"], "yesterday is not a time"),
        (["GRAND", "--since", "2026-06-01", "--until", "2026-05-01"], "earlier"),
    ],
)
def test_what_cannot_be_is_said(
    hotel: Property, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    code, *more = arguments
    with pytest.raises(CommandError, match=complaint):
        what_if(code, str(file_of(tmp_path, "1")), *more)


def test_a_bad_file_is_told_fault_by_fault(hotel: Property, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="price_per_minute: must be a number"):
        what_if("GRAND", str(file_of(tmp_path, "dear")))


def test_last_month_is_the_hotel_s(hotel: Property) -> None:
    with time_machine.travel("2026-05-31 16:00:00Z", tick=False):  # 1 June in Shanghai
        begin, end = last_month(hotel)
    assert (f"{begin:%Y-%m-%d %H:%M}", f"{end:%Y-%m-%d %H:%M}") == (
        "2026-05-01 00:00",
        "2026-06-01 00:00",
    )


def test_the_page_shows_it_to_a_manager_only(hotel: Property, alice: Stay) -> None:
    kept(hotel, alice, "90215551", "1.10")
    kept(hotel, alice, "9777", "0.40")
    tariff = coming(hotel)
    asked = {
        "edition": str(tariff.pk),
        "calls": "own",
        "since": "2026-05-04",
        "until": "2026-05-04",
    }
    clients = {}
    for name, role in (("max", "manager"), ("clara", "clerk")):
        user = User.objects.create_user(name)
        StaffMember.objects.create(user=user, property=hotel, role=role)
        clients[name] = Client()
        clients[name].force_login(user)
    path = "/GRAND/settings/what-if/"
    assert clients["clara"].get(path, asked).status_code == 404
    assert clients["max"].get(path).status_code == 200
    text = clients["max"].get(path, asked).content.decode()
    assert "1 call would have no rate, for example to 9777." in text
    assert "<td>Far</td>" in text
    assert "-0.50" in text
    assert clients["max"].get(path, {**asked, "until": "2026-05-01"}).status_code == 422
    assert clients["max"].get(path, {**asked, "edition": "0"}).status_code == 422
