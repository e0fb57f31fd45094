"""A time zone that Python knows and PostgreSQL does not is refused at every door."""

import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from configuration.doctor import zones
from configuration.doctor.context import Context
from configuration.doctor.findings import State
from configuration.hotel_file.faults import HotelFileFaults
from configuration.hotel_file.loading.load import load_hotel
from pbx.models import Pbx
from rooms import time_zones
from rooms.models import Property
from tests import house
from tests.frontdesk.hotel_settings.test_settings import form_of

pytestmark = pytest.mark.django_db

HOME = "/GRAND/settings/"


@pytest.fixture
def moon(tmp_path: Path) -> Iterator[str]:
    """A zone that only Python has heard of."""
    source = next(
        path for folder in zoneinfo.TZPATH if (path := Path(folder) / "Asia/Shanghai").exists()
    )
    (tmp_path / "Moon").mkdir()
    (tmp_path / "Moon/Base").write_bytes(source.read_bytes())
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([str(tmp_path), *before])
    yield "Moon/Base"
    zoneinfo.reset_tzpath(before)
    zoneinfo.ZoneInfo.clear_cache(only_keys=["Moon/Base"])


def load(folder: Path, hotel: str, pbx: str) -> list[str]:
    text = house._FILE.format(code="GRAND", url="http://127.0.0.1:9", zone=house.ZONE)
    text = text.replace('timezone = "Asia/Shanghai"', f'timezone = "{hotel}"')
    text = text.replace('username = "api"', f'username = "api"\ntimezone = "{pbx}"')
    path = folder / "zones.toml"
    path.write_text(text, encoding="utf-8")
    return load_hotel(path)


def test_the_file_is_refused_as_a_whole(hotel: Property, tmp_path: Path, moon: str) -> None:
    with pytest.raises(HotelFileFaults) as faults:
        load(tmp_path, moon, moon)
    assert [(each.table, each.key) for each in faults.value.faults] == [
        ("[property]", "timezone"),
        ("[pbx]", "timezone"),
    ]
    assert "is not known to the database" in str(faults.value)
    assert Property.objects.get().timezone == Pbx.objects.get().timezone == "Asia/Shanghai"


@pytest.mark.parametrize("name", ["localtime", "Factory", "posixrules"])
def test_a_name_that_is_no_place_is_refused(hotel: Property, tmp_path: Path, name: str) -> None:
    with pytest.raises(HotelFileFaults, match="names no place"):
        load(tmp_path, name, "Asia/Shanghai")
    with pytest.raises(HotelFileFaults, match="names no place"):
        load(tmp_path, "Asia/Shanghai", name)


def test_every_other_zone_that_python_lists_is_known_to_postgresql() -> None:
    listed = zoneinfo.available_timezones() - {"localtime", "Factory", "posixrules"}
    assert [name for name in sorted(listed) if time_zones.zone_error(name)] == []


@pytest.mark.parametrize("section", ["hotel", "pbx"])
def test_the_browser_refuses_it_too(hotel: Property, max_: Client, moon: str, section: str) -> None:
    for name, told in ((moon, "is not known to the database"), ("localtime", "names no place")):
        path = f"{HOME}{section}/"
        answer = max_.post(path, {**form_of(max_, path), "timezone": name})
        assert answer.status_code == 422
        assert told in str(answer.context["form"].errors["timezone"])
    assert Property.objects.get().timezone == Pbx.objects.get().timezone == "Asia/Shanghai"


def test_the_doctor_sees_what_an_older_version_has_let_in(hotel: Property, moon: str) -> None:
    Property.objects.update(timezone="localtime")
    Pbx.objects.update(timezone=moon)
    found = list(zones.time_zones(Context(Property.objects.select_related("pbx").get())))
    assert [each.state for each in found] == [State.FAULT, State.FAULT]
    assert "property.timezone localtime" in found[0].detail
    assert "pbx.timezone Moon/Base" in found[1].detail


def test_the_doctor_sees_other_rules(hotel: Property, monkeypatch: pytest.MonkeyPatch) -> None:
    (sound,) = zones.time_zones(Context(hotel))
    assert sound.state == State.OK
    real = time_zones._offsets

    def other(name: str, instants: Any) -> Any:
        return [seconds + 3600 for seconds in real(name, instants) or ()]

    monkeypatch.setattr(time_zones, "_offsets", other)
    found = list(zones.time_zones(Context(hotel)))
    assert {each.state for each in found} == {State.WARNING}
