"""Trunks of tariffs and allowances of classes: in the hotel file and in the browser alike."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from billing.models import Tariff
from configuration.hotel_file.faults import HotelFileFaults
from configuration.hotel_file.loading.load import load_hotel
from rooms.models import ClassOfService, Property
from tests import house
from tests.frontdesk.hotel_settings.test_settings import HOME, change, faults
from tests.frontdesk.people import staff

pytestmark = pytest.mark.django_db

_MORE = """
[[tariffs]]
name = "sip"
effective_from = 2019-01-01T00:00:00
trunks = {trunks}
"""


@pytest.fixture
def max_(hotel: Property) -> Client:
    """The manager."""
    return staff(hotel, "max", "manager")


def load(folder: Path, *, standard: str = "", trunks: str = "[]", more: str = "") -> list[str]:
    """The small hotel with keys added to the class "standard", and a second tariff."""
    text = house._FILE.format(code="GRAND", url="http://127.0.0.1:9", zone=house.ZONE)
    text = text.replace('name = "standard"\noutbound', f'name = "standard"\n{standard}\noutbound')
    path = folder / "GRAND.toml"
    path.write_text(text + _MORE.format(trunks=trunks) + more, encoding="utf-8")
    return load_hotel(path)


def complaints(folder: Path, **options: str) -> str:
    with pytest.raises(HotelFileFaults) as fault:
        load(folder, **options)
    return str(fault.value)


def standard() -> ClassOfService:
    return ClassOfService.objects.get(name="standard")


def test_the_file_gives_an_allowance_and_takes_it_away(hotel: Property, tmp_path: Path) -> None:
    load(tmp_path, standard="allowance_minutes = 30")
    assert standard().allowance_minutes == 30
    changed = load(tmp_path, standard='allowance_amount = "20.00"')
    assert "~ class of service standard: allowance_minutes 30 → none" in changed
    assert (standard().allowance_minutes, str(standard().allowance_amount)) == (None, "20.000")
    assert load(tmp_path, standard='allowance_amount = "20.00"') == []
    load(tmp_path)
    assert not standard().has_allowance


def test_the_file_gives_trunks_a_tariff(hotel: Property, tmp_path: Path) -> None:
    load(tmp_path, trunks='["SIP, cheap", "GSM"]')
    assert Tariff.objects.get(name="sip").trunks == ["SIP, cheap", "GSM"]
    assert load(tmp_path, trunks='["SIP, cheap", "GSM"]') == []


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (
            {"standard": 'allowance_minutes = 30\nallowance_amount = "9.00"'},
            'allowance_amount: cannot be combined with allowance_minutes',
        ),
        ({"standard": "allowance_minutes = 0"}, "allowance_minutes: must be at least 1"),
        ({"standard": 'allowance_minutes = "30"'}, "allowance_minutes: must be a whole number"),
        ({"standard": 'allowance_amount = "9.005"'}, "may have at most 2 decimals in CNY"),
        ({"standard": "allowance_amount = 9.5"}, "must be in quotes"),
        ({"trunks": '[""]'}, "trunks: entry 1 must not be empty"),
        ({"trunks": '"SIP"'}, "trunks: must be a list in brackets"),
        (
            {"trunks": '["SIP"]', "more": _MORE.format(trunks='["SIP"]').replace("sip", "gsm")},
            '"SIP" already has the tariff "sip"',
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_told_where(
    hotel: Property, tmp_path: Path, options: dict[str, str], complaint: str
) -> None:
    assert complaint in complaints(tmp_path, **options)


def test_editions_of_one_tariff_may_share_a_trunk(hotel: Property, tmp_path: Path) -> None:
    later = _MORE.format(trunks='["SIP"]').replace("2019", "2020")
    load(tmp_path, trunks='["SIP"]', more=later)
    assert Tariff.objects.filter(trunks=["SIP"]).count() == 2


def test_the_browser_gives_a_class_an_allowance(hotel: Property, max_: Client) -> None:
    path = f"{HOME}classes/{standard().pk}/"
    assert change(max_, path, allowance_minutes="45").status_code == 302
    assert standard().allowance_minutes == 45
    told = faults(change(max_, path, allowance_amount="9.00"))
    assert told["allowance_amount"] == "A class has either free minutes or a free amount."
    assert change(max_, path, allowance_minutes="", allowance_amount="9.00").status_code == 302
    assert str(standard().allowance_amount) == "9.000"
    assert "9.00 CNY" in max_.get(f"{HOME}classes/").content.decode()
    told = faults(change(max_, path, allowance_amount="9.005"))
    assert told["allowance_amount"] == "CNY has 2 decimals."
    assert change(max_, path, allowance_amount="").status_code == 302
    assert not standard().has_allowance


def test_the_browser_gives_a_trunk_one_tariff(hotel: Property, max_: Client) -> None:
    path = f"{HOME}tariffs/{Tariff.objects.get().pk}/"
    change(max_, path, trunks="SIP, cheap\n\nGSM ")
    assert Tariff.objects.get().trunks == ["SIP, cheap", "GSM"]
    new: dict[str, Any] = {
        "name": "gsm",
        "effective_from": "2026-01-01T00:00",
        "surcharge": "0",
        "trunks": "GSM",
    }
    told = faults(max_.post(f"{HOME}tariffs/add/", new))
    assert told["trunks"] == "Tariff standard already has one of these trunks."
    assert max_.post(f"{HOME}tariffs/add/", {**new, "name": "standard"}).status_code == 302
