"""Loading a hotel file: idempotent, told, all or nothing."""

from datetime import datetime, time, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from billing.models import Call
from configuration.hotel_file.faults import HotelFileFaults
from configuration.hotel_file.loading.load import load_hotel
from pbx.models import Command, Pbx
from rooms.models import AuditEntry, Phone, Property, Room
from rooms.stays import lifecycle
from tests import house
from tests.house import CLERK
from tests.support import attention_rows
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest

pytestmark = pytest.mark.django_db

DEMO = Path(__file__).parents[3] / "examples" / "demo-hotel.toml"


def edited(path: Path, *replacements: tuple[str, str]) -> Path:
    text = path.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def file(hotel: Property, tmp_path: Path) -> Path:
    """The file from which the small hotel was loaded."""
    return tmp_path / "GRAND.toml"


def test_a_zone_put_right_moves_the_wake_up_calls(hotel: Property, file: Path) -> None:
    stay = house.check_in(hotel, "Smith")
    tomorrow = stay.arrival + timedelta(days=1)
    calls.create(stay, WakeUpRequest(date=tomorrow, time=time(12, 0)), actor=CLERK)
    edited(file, ('timezone = "Asia/Shanghai"', 'timezone = "Asia/Tokyo"'))
    assert load_hotel(file)[:2] == [
        "~ property GRAND: timezone Asia/Shanghai → Asia/Tokyo",
        "~ PBX main: timezone Asia/Shanghai → Asia/Tokyo",
    ]
    due = stay.wake_up_calls.get().due_at
    assert due == datetime.combine(tomorrow, time(12, 0), tzinfo=ZoneInfo("Asia/Tokyo"))


def test_the_demo_hotel_loads_and_loading_it_again_changes_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PBX_PASSWORD", "of the demo")
    assert load_hotel(DEMO)
    assert Room.objects.count() == 24
    assert Phone.objects.filter(room__number="408").count() == 2
    assert load_hotel(DEMO) == []


def test_a_password_in_a_variable_that_is_not_set_is_a_fault(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PBX_PASSWORD", raising=False)
    monkeypatch.delenv("PBX_PASSWORD_FILE", raising=False)
    with pytest.raises(HotelFileFaults) as faults:
        load_hotel(DEMO, dry_run=True)
    assert str(faults.value) == (
        f"{DEMO}: [pbx]: password: names a variable that does not exist: PBX_PASSWORD is not set: "
        "set it, or PBX_PASSWORD_FILE to a file with the password"
    )
    assert not Property.objects.exists()


def test_the_password_may_stand_in_a_file(
    db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """``echo`` leaves a line end behind, which is no part of it."""
    (tmp_path / "password").write_text("$s3cret \n")
    monkeypatch.delenv("PBX_PASSWORD", raising=False)
    monkeypatch.setenv("PBX_PASSWORD_FILE", str(tmp_path / "password"))
    load_hotel(DEMO)
    pbx = Property.objects.select_related("pbx").get().pbx
    assert pbx is not None
    assert pbx.resolved_password == "$s3cret "
    monkeypatch.setenv("PBX_PASSWORD", "another")
    assert "both set" in pbx.password_fault
    with pytest.raises(HotelFileFaults, match="cannot be read: PBX_PASSWORD and"):
        load_hotel(DEMO)


def test_a_secret_of_the_house_is_nobodys_password(hotel: Property, tmp_path: Path) -> None:
    path = tmp_path / "GRAND.toml"
    path.write_text(path.read_text().replace('"secret"', '"env:SECRET_KEY"'))
    with pytest.raises(HotelFileFaults, match="must not name one of the server's own secrets"):
        load_hotel(path)
    pbx = attention_rows.pbx_of(hotel)
    pbx.password = "env:SECRET_KEY"
    assert pbx.resolved_password == ""
    assert "Enter it again" in pbx.password_fault


def test_a_new_room_is_vacant_clean_and_in_service(hotel: Property) -> None:
    room = house.room(hotel, "201")
    assert (room.occupancy_status, room.housekeeping_status, room.availability_status) == (
        "vacant",
        "clean",
        "in_service",
    )


def test_a_dry_run_tells_and_changes_nothing(hotel: Property, file: Path) -> None:
    edited(file, ('name = "Grand Hotel"', 'name = "Grander Hotel"'))
    assert load_hotel(file, dry_run=True) == ["~ property GRAND: name Grand Hotel → Grander Hotel"]
    assert Property.objects.get().name == "Grand Hotel"
    load_hotel(file)
    assert Property.objects.get().name == "Grander Hotel"


def test_the_file_wins_over_edits_in_the_browser(hotel: Property, file: Path) -> None:
    hotel.minibar_products.filter(code="0012").update(price="99.00")
    assert load_hotel(file) == ["~ product 0012 Water: price 99 → 8"]


def test_a_bad_file_changes_nothing_and_names_every_fault(hotel: Property, file: Path) -> None:
    edited(file, ('currency = "CNY"', 'currency = "XXL"'), ('price = "8.00"', "price = 8.5"))
    with pytest.raises(CommandError) as fault:
        call_command("load_hotel", str(file), stdout=StringIO())
    text = str(fault.value)
    assert "Nothing was changed" in text
    assert "currency" in text
    assert "price" in text
    assert Property.objects.get().currency == "CNY"


def test_a_changed_class_goes_to_the_phones_of_its_guests(hotel: Property, file: Path) -> None:
    house.check_in(hotel, "Smith")
    edited(file, ('outbound_routes = ["local", "national"]', 'outbound_routes = ["local"]'))
    load_hotel(file)
    last = Command.objects.order_by("pk").last()
    assert last is not None
    assert (last.extension, last.payload["selectoutroute"]) == ("2201", ["local"])


def test_a_new_phone_of_an_occupied_room_gets_the_guests_name(hotel: Property, file: Path) -> None:
    house.check_in(hotel, "Smith")
    edited(file, ('extensions = ["2201"]', 'extensions = ["2201", "2291"]'))
    assert load_hotel(file) == ["~ room 201: extensions 2201 → 2201, 2291"]
    assert Command.objects.get(extension="2291").payload["username"] == "Smith Alice"


def test_extensions_may_change_places(hotel: Property, file: Path) -> None:
    edited(
        file,
        ('extensions = ["2201"]', 'extensions = ["swap"]'),
        ('extensions = ["2202"]', 'extensions = ["2201"]'),
        ('extensions = ["swap"]', 'extensions = ["2202"]'),
    )
    load_hotel(file)
    assert Phone.objects.get(extension="2201").room.number == "202"
    assert Phone.objects.get(extension="2202").room.number == "201"


def test_what_is_missing_stays_unless_it_is_pruned(hotel: Property, file: Path) -> None:
    lifecycle.check_out(house.check_in(hotel, "Smith", number="203"), actor=CLERK)
    text = file.read_text(encoding="utf-8")
    for number in ("202", "203"):
        text = text.replace(
            f'\n[[rooms]]\nnumber = "{number}"\nfloor = "2"\nextensions = ["2{number}"]\n', ""
        )
    file.write_text(text, encoding="utf-8")
    assert load_hotel(file) == []
    assert load_hotel(file, prune=True) == [
        "- room 202",
        "- room 203: out of order, without phones; its history stays",
    ]
    assert list(Room.objects.values_list("number", "availability_status")) == [
        ("201", "in_service"),
        ("203", "out_of_order"),
    ]
    assert load_hotel(file, prune=True) == []


def test_a_new_tariff_rates_what_waited_for_it(hotel: Property, file: Path) -> None:
    stay = house.check_in(hotel, "Smith")
    call = Call.objects.create(
        property=hotel,
        leg="1",
        callid="1.1",
        stay=stay,
        room=stay.room,
        extension="2201",
        started_at=house.at("2026-05-04 10:00:00"),
        call_from="2201",
        call_to="9777",
        direction="outbound",
        talk_seconds=60,
        status="ANSWERED",
        rating="unrated",
    )
    edited(file, ('prefix = "0"', 'prefix = ""'))
    load_hotel(file)
    call.refresh_from_db()
    assert call.rating == "rated"
    assert stay.charges.get().amount == call.amount


def test_the_password_is_neither_shown_nor_logged(hotel: Property, file: Path) -> None:
    edited(file, ('password = "secret"', 'password = "n3w-password"'))
    out = StringIO()
    call_command("load_hotel", str(file), stdout=out)
    assert "~ PBX main: password changed" in out.getvalue()
    assert Pbx.objects.get().password == "n3w-password"
    trail = str(list(AuditEntry.objects.values_list("after", flat=True)))
    assert "n3w-password" not in out.getvalue() + trail
