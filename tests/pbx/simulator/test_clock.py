"""The simulated PBX with a controlled clock: alarms and outages."""

from collections.abc import Iterator

import pytest

from pbx.simulator import Simulator
from pbx.simulator.server import Settings
from tests.pbx.simulator.simulated import SUCCESS, Caller

ALARM = {"type": "onetime", "repeats": "2", "repeatinterval": "5"}


@pytest.fixture
def berlin() -> Iterator[Caller]:
    with Simulator(Settings(extensions=["2001", "2002"], timezone="Europe/Berlin")) as simulator:
        caller = Caller(simulator)
        yield caller


def advance_to(caller: Caller, instant: str) -> None:
    caller.act("clock", at=f"{instant}+00:00")


def set_alarm(caller: Caller, time: str, **more: str) -> None:
    wanted = {**ALARM, "time": time, **more}
    assert caller.ask("wakeupcall/create", {"extid": "2001", "wakeup": [wanted]}) == SUCCESS


def rings(caller: Caller) -> list[str]:
    return [ring["at"].removesuffix("+00:00") for ring in caller.state()["rings"]]


def at_the_clock(caller: Caller, instant: str) -> None:
    advance_to(caller, instant)
    caller.login()


def test_a_held_clock_rings_each_alarm_at_its_own_moment(berlin: Caller) -> None:
    at_the_clock(berlin, "2026-05-04T03:00:00")
    set_alarm(berlin, "07:00")
    advance_to(berlin, "2026-05-04T04:59:59")
    assert rings(berlin) == []
    advance_to(berlin, "2026-05-04T06:00:00")
    assert rings(berlin) == ["2026-05-04T05:00:00", "2026-05-04T05:05:00"]
    assert berlin.phone("2001")["alarms"] == []
    advance_to(berlin, "2026-05-06T06:00:00")
    assert len(rings(berlin)) == 2


def test_in_the_doubled_hour_it_rings_at_the_first_and_is_gone(berlin: Caller) -> None:
    at_the_clock(berlin, "2026-10-24T20:00:00")
    set_alarm(berlin, "02:30", repeats="1")
    advance_to(berlin, "2026-10-25T06:00:00")
    assert rings(berlin) == ["2026-10-25T00:30:00"]


def test_set_between_the_two_it_rings_at_the_second(berlin: Caller) -> None:
    at_the_clock(berlin, "2026-10-25T00:45:00")
    set_alarm(berlin, "02:30", repeats="1")
    advance_to(berlin, "2026-10-27T06:00:00")
    assert rings(berlin) == ["2026-10-25T01:30:00"]


def test_a_skipped_time_rings_the_day_after(berlin: Caller) -> None:
    at_the_clock(berlin, "2026-03-28T20:00:00")
    set_alarm(berlin, "02:30", repeats="1")
    advance_to(berlin, "2026-03-31T06:00:00")
    assert rings(berlin) == ["2026-03-30T00:30:00"]


def test_a_clock_that_is_behind_rings_late(berlin: Caller) -> None:
    at_the_clock(berlin, "2026-05-04T03:00:00")
    berlin.act("clock", offset=-40)
    set_alarm(berlin, "07:00", repeats="1")
    advance_to(berlin, "2026-05-04T06:00:00")
    assert rings(berlin) == ["2026-05-04T05:00:40"]


def test_what_was_missed_without_power_rings_a_day_later(berlin: Caller) -> None:
    at_the_clock(berlin, "2026-05-04T03:00:00")
    set_alarm(berlin, "07:00", repeats="1")
    berlin.act("away", what="power")
    advance_to(berlin, "2026-05-04T06:00:00")
    assert rings(berlin) == []
    berlin.act("away", what="nothing")
    assert berlin.ask("deviceinfo/query")["errno"] == "20004"  # the token is gone, too
    advance_to(berlin, "2026-05-05T06:00:00")
    assert rings(berlin) == ["2026-05-05T05:00:00"]


def test_without_the_network_it_rings_and_answers_nobody(berlin: Caller) -> None:
    at_the_clock(berlin, "2026-05-04T03:00:00")
    set_alarm(berlin, "07:00", repeats="1")
    berlin.act("away", what="network")
    with pytest.raises(OSError, match="abort"):
        berlin.ask("deviceinfo/query")
    advance_to(berlin, "2026-05-04T06:00:00")
    assert rings(berlin) == ["2026-05-04T05:00:00"]


def test_tokens_get_older_with_a_held_clock(berlin: Caller) -> None:
    at_the_clock(berlin, "2026-05-04T03:00:00")
    advance_to(berlin, "2026-05-04T03:29:00")
    assert berlin.ask("deviceinfo/query")["status"] == "Success"
    advance_to(berlin, "2026-05-04T04:00:00")
    assert berlin.ask("deviceinfo/query")["errno"] == "20006"


@pytest.mark.parametrize(
    ("act", "body"),
    [("clock", {}), ("clock", {"at": "2026-05-04T03:00:00"}), ("away", {"what": "the moon"})],
)
def test_what_cannot_be_is_said(berlin: Caller, act: str, body: dict[str, str]) -> None:
    assert berlin.control(act, **body).status_code == 400
