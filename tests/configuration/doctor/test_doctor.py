"""``manage.py doctor``: a sound hotel and each fault, with the simulated PBX and a receiver."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from pytest_django.live_server_helper import LiveServer

from billing import tariff_book
from billing.models import Tariff
from configuration.doctor import pbx_checks, run
from configuration.doctor.findings import Finding, State, listed
from configuration.hotel_file.loading.load import load_hotel
from hotelpbx.clock import now
from hotelpbx.task_queue import broker
from pbx import worker_heartbeat
from pbx.client import DeviceInfo
from pbx.models import Pbx, PbxLink, Report, WorkerHeartbeat
from pbx.reports import inbox
from pbx.reports.processing import process_reports
from pbx.simulator import Simulator
from pbx.simulator.faults import Fault
from pbx.simulator.server import Settings
from pbx.simulator.state import Extension, Route
from rooms.models import Phone, Property
from tests import house
from wakeups.models import WakeUpSettings

ROOT: Final = Path(__file__).parents[3]

_FILE: Final = """
[property]
code = "GRAND"
name = "Grand Hotel"
timezone = "Asia/Shanghai"
currency = "CNY"
emergency_numbers = ["110", "119"]
[pbx]
url = "{url}"
username = "api"
password = "secret"
serial_number = "369362089179"
[wake_up_calls]
desk_extension = "8000"
confirm_ivr = "6600"
[[classes_of_service]]
name = "standard"
outbound_routes = ["local", "national"]
default = true
[[classes_of_service]]
name = "barred"
[[rooms]]
number = "201"
extensions = ["2201"]
[[rooms]]
number = "202"
extensions = ["2202"]
[[minibar_products]]
code = "123456789"
name = "Cola"
price = "15.00"
[[tariffs]]
name = "standard"
effective_from = 2019-01-01T00:00:00
strip_prefixes = ["9"]
[[tariffs.rates]]
prefix = ""
price_per_minute = "0.60"
"""


@dataclass
class Scene:
    """The hotel, its PBX and what surrounds them: what a case may break."""

    hotel: Property
    exchange: Simulator
    settings: Any

    @property
    def pbx(self) -> Pbx:
        assert self.hotel.pbx is not None
        return self.hotel.pbx

    def change_pbx(self, **fields: object) -> None:
        Pbx.objects.filter(pk=self.pbx.pk).update(**fields)

    def change_wake_up(self, **fields: object) -> None:
        WakeUpSettings.objects.filter(property=self.hotel).update(**fields)

    def want_keys_without_a_menu(self) -> None:
        self.change_wake_up(confirm_ivr="")
        self.hotel.classes_of_service.filter(name="standard").update(confirm_wake_up_calls=True)

    def change_route(self, name: str, **fields: object) -> None:
        routes = self.exchange.state.routes
        routes[name] = replace(routes[name], **fields)  # type: ignore[arg-type]

    def change_tariff(self, **fields: object) -> None:
        Tariff.objects.filter(property=self.hotel).update(**fields)
        tariff_book.mark_changed(self.hotel)

    def change_rates(self, **fields: object) -> None:
        Tariff.objects.get(property=self.hotel).rates.update(**fields)
        tariff_book.mark_changed(self.hotel)

    def key_in(self, keys: str, counter: int) -> None:
        body = {
            "action": "DTMF",
            "callid": house.callid(counter=counter),
            "call": [{"ext": {"extid": "2201"}}],
            "infos": keys,
            "sn": "369362089179",
        }
        inbox.store(self.pbx, json.dumps(body).encode(), "127.0.0.1")
        process_reports(self.pbx)

    def key_in_all_statuses(self) -> None:
        for counter, keys in enumerate(self.hotel.housekeeping_statuses):
            self.key_in(f"777{keys}", counter)


@pytest.fixture
def scene(tmp_path: Path, settings: Any, live_server: LiveServer) -> Iterator[Scene]:
    settings.ROOT_URLCONF = "hotelpbx.receiver_urls"
    settings.REPORT_BASE_URL = live_server.url
    with Simulator(Settings(extensions=["2201", "2202", "8000"])) as simulator:
        path = tmp_path / "hotel.toml"
        path.write_text(_FILE.format(url=simulator.url), encoding="utf-8")
        load_hotel(path)
        worker_heartbeat.record()
        found = Scene(Property.objects.select_related("pbx").get(), simulator, settings)
        found.key_in_all_statuses()
        yield found


def doctor(*arguments: str) -> tuple[int, str]:
    """Exit code and output."""
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def findings() -> list[Finding]:
    hotel = Property.objects.select_related("pbx").get()
    return [*run.check_installation(), *run.check_property(hotel)]


def test_a_sound_hotel_has_neither_fault_nor_warning(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    code, text = doctor()
    assert code == 0, text
    assert "no faults, no warnings" in text, text
    # Neither the table nor what the receiver logs of being asked shows the secret.
    assert scene.pbx.report_secret not in text + caplog.text
    assert "Grand Hotel (GRAND)" in text
    assert doctor("GRAND") == (0, text)


def test_it_is_an_aligned_table_with_the_remedy_below(scene: Scene) -> None:
    scene.change_wake_up(desk_extension="8001")
    code, text = doctor()
    lines = text.splitlines()
    place = next(number for number, line in enumerate(lines) if "8001" in line)
    # Everything seen begins in one column, and so does what is to be done.
    column = lines[place].index("The desk's")
    assert lines[place].split()[:3] == ["wake-up", "calls", "FAULT"]
    assert lines[place - 1][column - 2 : column] == "  "
    assert any(line.startswith(" " * column + "→ ") for line in lines[place:])
    assert max(map(len, lines)) <= 100
    assert (code, lines[-1].split(": ")[1]) == (1, "1 fault, no warnings.")


def logins(scene: Scene) -> int:
    return sum(each["path"] == "login" for each in scene.exchange.state.requests)


Break = Callable[[Scene], object]


def _stale_workers(scene: Scene) -> None:
    WorkerHeartbeat.objects.update(beaten_at=now() - timedelta(minutes=5))


def _silent_redis(scene: Scene) -> None:
    scene.settings.REDIS_URL = "redis://127.0.0.1:9/0"
    broker._client.cache_clear()


def _no_default(scene: Scene) -> None:
    scene.hotel.classes_of_service.update(is_default=False)


def _no_tariff(scene: Scene) -> None:
    Tariff.objects.all().delete()
    tariff_book.mark_changed(scene.hotel)


def _later_edition(scene: Scene) -> None:
    later = Tariff.objects.create(
        property=scene.hotel,
        name="standard",
        effective_from=now() + timedelta(days=30),
        strip_prefixes=["9"],
    )
    later.rates.create(prefix="0", price_per_minute=1, days=list(range(7)))
    tariff_book.mark_changed(scene.hotel)


def _by_trunk(scene: Scene, trunk: str) -> None:
    """A tariff for calls over ``trunk``: it has a price for 0 only."""
    tariff = Tariff.objects.create(
        property=scene.hotel,
        name="sip",
        effective_from=now() - timedelta(days=30),
        strip_prefixes=["9"],
        position=9,
        trunks=[trunk],
    )
    tariff.rates.create(prefix="0", price_per_minute=1, days=list(range(7)))
    tariff_book.mark_changed(scene.hotel)


def _tariff_of_the_trunk(scene: Scene) -> None:
    _by_trunk(scene, scene.exchange.state.routes["local"].trunk)


def _guest_without_reports(scene: Scene) -> None:
    house.check_in(scene.hotel, "Smith")
    Report.objects.update(received_at=now() - timedelta(days=2))


CASES: Final[list[tuple[str, Break, str, State, str]]] = [
    ("workers away", _stale_workers, "workers", State.FAULT, "last sign"),
    (
        "workers never",
        lambda s: WorkerHeartbeat.objects.all().delete(),
        "workers",
        State.FAULT,
        "No worker has ever",
    ),
    ("broker away", _silent_redis, "broker", State.FAULT, "Redis does not answer"),
    ("debug", lambda s: setattr(s.settings, "DEBUG", True), "environment", State.WARNING, "DEBUG"),
    (
        "clock shifted",
        lambda s: setattr(s.settings, "CLOCK_OFFSET", 1),
        "environment",
        State.WARNING,
        "shifted by 1 s",
    ),
    (
        "password variable",
        lambda s: Pbx.objects.filter(pk=s.pbx.pk).update(password="env:NOT_SET_ANYWHERE"),
        "PBX password",
        State.FAULT,
        "NOT_SET_ANYWHERE",
    ),
    (
        "PBX away",
        lambda s: house.move_pbx(s.pbx, "http://127.0.0.1:9"),
        "PBX login",
        State.FAULT,
        "refuses the connection",
    ),
    ("no PBX", lambda s: Property.objects.update(pbx=None), "PBX", State.FAULT, "no PBX"),
    (
        "other serial number",
        lambda s: s.change_pbx(serial_number="369362089180"),
        "PBX serial number",
        State.FAULT,
        "369362089179",
    ),
    (
        "clock ahead",
        lambda s: s.exchange.state.clock.advance(300),
        "PBX clock",
        State.FAULT,
        "0:05:00 ahead of",
    ),
    (
        "other zone",
        lambda s: s.change_pbx(timezone="Europe/London"),
        "PBX time zone",
        State.FAULT,
        "says UTC+08:00, Europe/London is UTC+0",
    ),
    (
        "extension missing",
        lambda s: s.exchange.state.extensions.pop("2202"),
        "extensions",
        State.FAULT,
        "2202 (room 202)",
    ),
    (
        "phone away",
        lambda s: setattr(s.exchange.state.extensions["2201"], "status", "Unavailable"),
        "extensions",
        State.WARNING,
        "2201 (room 201)",
    ),
    (
        "room without a phone",
        lambda s: Phone.objects.filter(extension="2202").delete(),
        "rooms",
        State.WARNING,
        "Without a phone: 202",
    ),
    (
        "emergency number in a room",
        lambda s: Phone.objects.filter(extension="2202").update(extension="110"),
        "rooms",
        State.FAULT,
        "110 of room 202 is an emergency number",
    ),
    (
        "desk in a room",
        lambda s: s.change_wake_up(desk_extension="2201"),
        "rooms",
        State.FAULT,
        "2201 of room 201 is the desk's extension",
    ),
    (
        "code is an extension",
        lambda s: s.exchange.state.extensions.update({"778": Extension.new("778")}),
        "codes",
        State.FAULT,
        "778",
    ),
    (
        "code goes outside",
        lambda s: s.exchange.state.routes.update({"seven": Route("9", "seven", "7", 0, "T")}),
        "codes",
        State.WARNING,
        "777 by seven (7.)",
    ),
    (
        "desk missing",
        lambda s: s.change_wake_up(desk_extension="8001"),
        "wake-up calls",
        State.FAULT,
        "8001",
    ),
    (
        "IVR missing",
        lambda s: s.exchange.state.ivrs.clear(),
        "wake-up calls",
        State.FAULT,
        "IVR 6600",
    ),
    (
        "key wanted without an IVR",
        lambda s: s.want_keys_without_a_menu(),
        "wake-up calls",
        State.WARNING,
        "Guests of class standard are to press a key, and no IVR asks for it",
    ),
    (
        "route missing",
        lambda s: s.exchange.state.routes.pop("national"),
        "outbound routes",
        State.FAULT,
        "national is not on the PBX (class standard)",
    ),
    (
        "route for emergency calls missing",
        lambda s: Property.objects.update(emergency_routes=["help"]),
        "outbound routes",
        State.FAULT,
        "help is not on the PBX (emergency_routes)",
    ),
    (
        "pattern unreadable",
        lambda s: s.change_route("local", prefix="9?"),
        "outbound routes",
        State.WARNING,
        "local",
    ),
    (
        "numbers without a price",
        lambda s: s.change_rates(prefix="0"),
        "tariffs",
        State.FAULT,
        "standard has no price for numbers beginning with 91; numbers beginning with 92; "
        "numbers beginning with 93 and more, which local (9.) lets through.",
    ),
    (
        "hours without a price",
        lambda s: s.change_rates(start_minute=480),
        "tariffs",
        State.FAULT,
        "numbers beginning with 9 (Mon 00:00 to Mon 08:00)",
    ),
    ("later edition", _later_edition, "tariffs", State.FAULT, "standard from 20"),
    (
        "tariff of a trunk",
        _tariff_of_the_trunk,
        "tariffs",
        State.FAULT,
        "sip has no price for numbers beginning with 91",
    ),
    (
        "trunk that no route has",
        lambda s: _by_trunk(s, "SIP-old"),
        "tariffs",
        State.WARNING,
        "sip is for calls over SIP-old, to which no outbound route leads.",
    ),
    (
        "tariff yet to begin",
        lambda s: s.change_tariff(effective_from=now() + timedelta(days=1)),
        "tariffs",
        State.FAULT,
        "standard begins only",
    ),
    (
        "no tariff",
        _no_tariff,
        "tariffs",
        State.FAULT,
        "There is no tariff",
    ),
    (
        "another outside line",
        lambda s: s.change_tariff(strip_prefixes=["0"]),
        "tariffs",
        State.WARNING,
        "local takes 9 off the number, standard nothing",
    ),
    (
        "tariff of a class missing",
        lambda s: s.hotel.classes_of_service.filter(name="barred").update(tariff="gold"),
        "classes of service",
        State.FAULT,
        "barred names the tariff gold",
    ),
    ("no default class", _no_default, "classes of service", State.WARNING, "takes standard"),
    (
        "no classes",
        lambda s: s.hotel.classes_of_service.all().delete(),
        "classes of service",
        State.WARNING,
        "There are none",
    ),
    (
        "unknown status keyed in",
        lambda s: s.key_in("777*07", 7),
        "housekeeping codes",
        State.FAULT,
        "Entered, but unknown to the hotel: *07",
    ),
    (
        "status keyed in without its star",
        lambda s: s.key_in("77707", 7),
        "housekeeping codes",
        State.FAULT,
        "Entered, but unknown to the hotel: 07",
    ),
    (
        "staff number that is not asked for",
        lambda s: s.key_in("777*01*77", 7),
        "housekeeping codes",
        State.WARNING,
        "no longer asked for: 77",
    ),
    (
        "status that begins with another",
        lambda s: Property.objects.update(housekeeping_statuses={"*0": "dirty", "*01": "clean"}),
        "codes",
        State.FAULT,
        "*0 of *01",
    ),
    (
        "code that begins the other",
        lambda s: Property.objects.update(housekeeping_code="77"),
        "codes",
        State.WARNING,
        "77 of 778",
    ),
    (
        "extension that begins with a code",
        lambda s: Property.objects.update(housekeeping_code="800"),
        "codes",
        State.WARNING,
        "800 of 8000",
    ),
    (
        "unknown product keyed in",
        lambda s: s.key_in("778*42*1", 7),
        "minibar codes",
        State.FAULT,
        "42",
    ),
    (
        "unknown code keyed in",
        lambda s: s.key_in("779*01", 7),
        "housekeeping codes",
        State.FAULT,
        "779*01",
    ),
    (
        "status never keyed in",
        lambda s: Property.objects.update(
            housekeeping_statuses={"*00": "dirty", "*01": "clean", "*09": "inspected"}
        ),
        "housekeeping codes",
        State.WARNING,
        "*09",
    ),
    (
        "receiver away",
        lambda s: setattr(s.settings, "REPORT_BASE_URL", "http://127.0.0.1:9"),
        "report address",
        State.FAULT,
        "Nothing answers at http://127.0.0.1:9",
    ),
    (
        "not the receiver",
        lambda s: setattr(s.settings, "REPORT_BASE_URL", s.exchange.url),
        "report address",
        State.FAULT,
        "is not the receiver (HTTP 404)",
    ),
    (
        "receiver of another house",
        lambda s: setattr(s.settings, "ROOT_URLCONF", "hotelpbx.urls"),
        "report address",
        State.FAULT,
        "does not know this PBX's secret",
    ),
    (
        "no base URL",
        lambda s: setattr(s.settings, "REPORT_BASE_URL", ""),
        "report address",
        State.WARNING,
        "the PBX is told http://127.0.0.1:",
    ),
    (
        "reports sent to the PBX itself",
        lambda s: house.move_pbx(s.pbx, "http://pbx.invalid:8088"),
        "report address",
        State.FAULT,
        "the PBX would send its reports to itself",
    ),
    ("no reports", _guest_without_reports, "reports", State.WARNING, "guests are in house"),
]


@pytest.mark.parametrize(
    ("spoil", "name", "state", "detail"),
    [pytest.param(*rest, id=title) for title, *rest in CASES],
)
def test_each_fault_is_found_and_has_a_remedy(
    scene: Scene, spoil: Break, name: str, state: State, detail: str
) -> None:
    spoil(scene)
    try:
        found = findings()
    finally:
        broker._client.cache_clear()
    there = [each for each in found if each.name == name and each.state == state]
    assert any(detail in each.detail for each in there), found
    assert all(each.remedy for each in found if each.state in (State.FAULT, State.WARNING))
    assert not any(scene.pbx.report_secret in f"{each.detail}{each.remedy}" for each in found)


def test_warnings_alone_are_no_failure(scene: Scene) -> None:
    _no_default(scene)
    code, text = doctor()
    assert (code, "no faults, 1 warning" in text) == (0, True), text


def test_a_pbx_that_is_away_is_one_fault_and_the_rest_is_skipped(scene: Scene) -> None:
    house.move_pbx(scene.pbx, "http://127.0.0.1:9")
    found = findings()
    assert [each.name for each in found if each.state == State.FAULT] == ["PBX login"]
    skipped = [each.name for each in found if each.state == State.SKIPPED]
    assert skipped == ["extensions", "outbound routes", "codes", "wake-up calls", "tariffs"]


def test_a_refused_password_is_not_tried_again(scene: Scene) -> None:
    scene.exchange.sessions.password = "another"
    for _ in range(3):
        [finding] = [each for each in findings() if each.name == "PBX login"]
        assert finding.state == State.FAULT
        assert finding.remedy
    assert logins(scene) == 1
    assert PbxLink.objects.get().refused_fingerprint


def test_the_token_of_the_others_is_used(scene: Scene) -> None:
    for _ in range(3):
        findings()
    assert logins(scene) == 1


def test_one_refused_question_does_not_hide_the_others(scene: Scene) -> None:
    scene.exchange.faults.add(Fault("errno", "extensionlist/query", "30001", times=0))
    found = {each.name: each.state for each in findings()}
    assert (found["extensions"], found["codes"]) == (State.FAULT, State.SKIPPED)
    assert (found["outbound routes"], found["tariffs"]) == (State.OK, State.OK)


def test_an_examination_that_fails_is_a_fault_with_the_type_of_the_error(scene: Scene) -> None:
    scene.change_pbx(timezone="Moon/Base")
    found = [each for each in findings() if each.state == State.FAULT]
    assert [each.name for each in found] == ["PBX login"]
    assert "ZoneInfoNotFoundError" in found[0].detail


def test_a_property_that_does_not_exist_is_told(scene: Scene) -> None:
    with pytest.raises(CommandError, match="no property SMALL"):
        call_command("doctor", "SMALL", stdout=StringIO())


@pytest.mark.django_db
def test_a_house_without_hotels_says_what_to_do() -> None:
    code, text = doctor()
    assert code == 1
    assert "load_hotel" in text


@pytest.mark.processes
def test_without_a_database_it_says_so_and_ends() -> None:
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    ended = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    assert "The database does not answer" in ended.stdout
    assert "DATABASE_URL" in ended.stdout
    assert "Traceback" not in ended.stderr


AT: Final = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def device(told: datetime | None) -> DeviceInfo:
    return DeviceInfo("S100", "1", "V1", "30.15.0.19", told, None, None, None)


def told(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("clock", "clock_state", "zone_state"),
    [
        (told("2026-05-04T18:00:00+08:00"), State.OK, State.OK),
        (told("2026-05-04T18:01:00+08:00"), State.OK, State.OK),
        (told("2026-05-04T18:01:01+08:00"), State.FAULT, State.OK),
        (told("2026-05-04T11:00:00+01:00"), State.OK, State.FAULT),
        # The same wall clock with the sign the other way round, as POSIX writes it.
        (told("2026-05-04T18:00:00-08:00"), State.FAULT, State.FAULT),
        # No offset: the configured zone is assumed, and that is said.
        (told("2026-05-04T18:00:30"), State.OK, State.WARNING),
        (told("2026-05-04T10:00:00"), State.FAULT, State.WARNING),
        (None, State.WARNING, State.WARNING),
    ],
)
def test_clock_and_zone(clock: datetime | None, clock_state: State, zone_state: State) -> None:
    [of_clock] = pbx_checks.clock(device(clock), SHANGHAI, AT)
    [of_zone] = pbx_checks.time_zone(device(clock), SHANGHAI)
    assert (of_clock.state, of_zone.state) == (clock_state, zone_state)


def test_a_reversed_sign_is_named() -> None:
    [finding] = pbx_checks.time_zone(device(told("2026-05-04T18:00:00-08:00")), SHANGHAI)
    assert finding.detail == "The PBX says UTC-08:00, Asia/Shanghai is UTC+08:00."
    assert "Only the sign differs" in finding.remedy


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ("30.10.0.59", None),
        ("30.15.0.19", None),
        ("31.0.0.1", None),
        ("30.10.0.58", State.FAULT),
        ("30.9.0.99", State.FAULT),
        ("", State.WARNING),
        ("newest", State.WARNING),
    ],
)
def test_firmware(version: str, state: State | None) -> None:
    assert [each.state for each in pbx_checks.firmware(version)] == ([state] if state else [])


def test_a_long_list_is_cut() -> None:
    assert listed("abc") == "a, b, c"
    assert listed("abcdefghij") == "a, b, c, d, e, f, g, h and 2 more"
