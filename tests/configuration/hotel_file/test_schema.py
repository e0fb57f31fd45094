"""The hotel file: what is taken, and what is taken for granted."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from configuration.hotel_file.proposal import proposal_of
from configuration.hotel_file.schema import HotelFile, parse_hotel_file
from rooms.models import Property

# A complete example with every table.
GRAND = (Path(__file__).parent / "grand.toml").read_text(encoding="utf-8")

SMALLEST = """
[property]
code = "INN"
name = "Inn"
timezone = "Europe/Berlin"
currency = "EUR"
[pbx]
url = "https://pbx.example/"
username = "api"
password = "Rosa's secret"
[[classes_of_service]]
name = "guest"
"""

BARRED = 'name = "barred"\n'


def parsed(folder: Path, text: str) -> HotelFile:
    path = folder / "hotel.toml"
    path.write_text(text, encoding="utf-8")
    return parse_hotel_file(path)


def test_the_complete_example_is_taken_whole(tmp_path: Path) -> None:
    grand = parsed(tmp_path, GRAND)
    assert grand.hotel.code == "GRAND"
    assert grand.hotel.tax_rate == Decimal("0.06")
    assert grand.hotel.late_charge_window == timedelta(hours=3)
    assert grand.pbx.password.get_secret_value() == "env:PBX_PASSWORD"
    assert grand.pbx.allowed_sources == ["192.168.5.150"]
    assert grand.feature_codes.housekeeping_statuses["*00"] == "dirty"
    assert grand.wake_up_calls.fallback_after == 120
    assert grand.default_class.name == "standard"
    assert grand.rooms[0].extensions == ["2003"]
    assert grand.minibar_products[0].price == Decimal(15)
    tariff = grand.tariffs[0]
    assert tariff.effective_from == datetime(2026, 1, 1)  # noqa: DTZ001 - property time is naive
    rate = tariff.rates[0]
    assert (rate.days, rate.start, rate.end) == (frozenset(range(7)), 0, 1440)
    assert (rate.initial_increment, rate.increment) == (60, 6)


def test_a_small_file_takes_the_defaults(tmp_path: Path) -> None:
    inn = parsed(tmp_path, SMALLEST)
    assert inn.hotel.language == "en"
    assert inn.hotel.tax_rate == 0
    assert inn.hotel.tax_included is True
    assert inn.hotel.late_charge_window == timedelta(hours=3)
    assert inn.pbx.url == "https://pbx.example"
    assert inn.pbx.verify_tls is True
    assert inn.pbx_timezone == "Europe/Berlin"
    assert inn.feature_codes.minibar == "778"
    assert inn.wake_up_calls.repeats == 2
    assert inn.wake_up_calls.desk_extension == ""
    assert inn.default_class.name == "guest"
    assert inn.default_class.tariff is None
    assert inn.tariffs == []
    assert inn.rooms == []


def test_a_class_without_a_tariff_takes_the_files_first(tmp_path: Path) -> None:
    grand = parsed(tmp_path, GRAND)
    proposal = proposal_of(grand, Property(timezone=grand.hotel.timezone))
    class_ = grand.classes_of_service[1]
    assert class_.tariff is None
    assert (proposal.classes[class_.name] or proposal.book.first) == "standard"


def test_the_class_marked_as_default_wins_over_the_first(tmp_path: Path) -> None:
    text = GRAND.replace("default = true", "").replace(BARRED, BARRED + "default = true\n")
    assert parsed(tmp_path, text).default_class.name == "barred"


def test_the_demo_hotel_is_without_faults() -> None:
    demo = parse_hotel_file(Path(__file__).parents[3] / "examples" / "demo-hotel.toml")
    assert demo.hotel.code == "GRAND"
    assert len(demo.rooms) == 24
    assert {room.number: room.extensions for room in demo.rooms}["203"] == ["2003"]
    assert [entry.name for entry in demo.classes_of_service] == ["standard", "vip", "barred"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('tax_rate = "0.06"', "tax_rate = 0"),
        ('price = "15.00"', "price = 15"),
        ('"PT3H"', '"P1DT12H"'),
        ('"PT3H"', '"PT90M"'),
        ("verify_tls = true", 'verify_tls = "/etc/hotelpbx/pbx.pem"'),
        ('["192.168.5.150"]', '["192.168.5.0/24", "fd00::/8"]'),
        ('url = "http://127.0.0.1:8088"', 'url = "https://[fd00::1]:8088"'),
        ('prefix = "00"', 'prefix = ""'),
        ('prefix = "00"', 'prefix = "+49"'),
        ('days = "mon-sun"', 'days = "sat-mon,wed"'),
        ('from = "00:00"', 'from = "22:00"'),
        ('["local", "national"]', '["市话", "Intl_2"]'),
        ('number = "203"', 'number = "Garden Villa"'),
        ('code = "123456789"', 'code = "007"'),
        ('prompt = ""', 'prompt = "birds"'),
        ("2026-01-01T00:00:00 ", "2026-01-01 00:00:00"),
    ],
)
def test_every_way_to_write_it_that_is_meant_is_taken(tmp_path: Path, old: str, new: str) -> None:
    assert old in GRAND
    assert parsed(tmp_path, GRAND.replace(old, new))


def test_a_file_saved_on_windows_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "hotel.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GRAND.replace("\n", "\r\n").encode())
    assert parse_hotel_file(path).hotel.name == "Grand Hotel"


def test_a_password_is_not_shown_with_its_file(tmp_path: Path) -> None:
    inn = parsed(tmp_path, SMALLEST)
    assert inn.pbx.password.get_secret_value() == "Rosa's secret"
    assert "Rosa" not in f"{inn!r} {inn} {inn.model_dump()}"
