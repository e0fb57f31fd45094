"""Failures of our own processes and servers: nothing is lost, duplicated or reordered."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
import redis

from hotelpbx.processes.running import wait_until
from tests.faults.house import House
from tests.faults.night import AFTER_A_FAULT, Night, check, control, quietly
from tests.hotelpbx.servers import ask, connect

pytestmark = pytest.mark.flow


@contextmanager
def locked(house: House, order: str) -> Iterator[None]:
    """Hold a lock in the database that stops the system at a chosen point."""
    with connect(house.postgres) as connection:
        connection.execute("BEGIN")
        connection.execute(order.encode())
        try:
            yield
        finally:
            if not connection.closed:
                connection.execute("ROLLBACK")


def make_ready(house: House, night: Night) -> None:
    """The guest is checked in, and the PBX is up to date."""
    night.book()
    night.arrive()
    night.drink_and_call()
    first, _ = night.phones_of
    wait_until(
        lambda: len(house.phones.on_the_pbx(first)["alarms"]) == 1, AFTER_A_FAULT, "the alarm"
    )
    wait_until(lambda: night.phone(night.alice) == "applied", AFTER_A_FAULT, "the phone")
    # What is still to be sent when the tokens die is lost (L534).
    wait_until(lambda: not house.phones.state()["reports_waiting"], AFTER_A_FAULT, "the reports")


def test_a_reboot_that_loses_alarms_and_names_is_made_good(house: House, night: Night) -> None:
    make_ready(house, night)
    first, _ = night.phones_of
    control(house, "reboot", lose=["alarms", "names"])
    assert house.phones.on_the_pbx(first)["alarms"] == []
    wait_until(
        lambda: len(house.phones.on_the_pbx(first)["alarms"]) == 1, AFTER_A_FAULT, "the alarm"
    )
    wait_until(
        lambda: house.phones.on_the_pbx(first)["name"].endswith(" Alice"), AFTER_A_FAULT, "the name"
    )
    night.since = len(house.phones.state()["requests"])
    night.leave()
    night.wait()
    night.must_be_right()


@pytest.mark.parametrize(
    "paths",
    [("hotel/checkout", "extension/update"), ("extension/query",)],
    ids=["while the PBX acts", "between two requests"],
)
def test_the_worker_is_killed(house: House, night: Night, paths: tuple[str, ...]) -> None:
    """The PBX's answer is lost. After the lease the PBX is queried."""
    make_ready(house, night)
    for path in paths:
        control(house, "fault", kind="delay", path=path, value="4", times=1)
    night.leave()
    wait_until(lambda: not house.phones.state()["faults"], 30, "the requests to be in the PBX")
    house.stack.processes.kill("worker")
    house.stack.processes.start("worker")
    night.wait()
    night.must_be_right()


def test_the_worker_is_killed_between_the_answer_and_its_note(house: House, night: Night) -> None:
    """The PBX has answered, but that is not stored yet."""
    make_ready(house, night)
    with locked(house, "LOCK TABLE pbx_traffic IN ACCESS EXCLUSIVE MODE"):
        night.leave()
        wait_until(lambda: stuck(house) > 0, 30, "the worker to have its answer")
        house.stack.processes.kill("worker")
    house.stack.processes.start("worker")
    night.wait()
    night.must_be_right()


def stuck(house: House) -> int:
    """Connections that wait for our lock."""
    waiting = ask(
        house.postgres, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'relation'"
    )
    assert isinstance(waiting, int)
    return waiting


def test_the_receiver_is_killed_between_insert_and_answer(house: House, night: Night) -> None:
    """The report is stored, but the PBX got no answer and repeats it."""
    night.book()
    night.arrive()
    before = stored(house)
    with locked(house, "SELECT * FROM pbx_pbxlink FOR UPDATE"):
        night.drink_and_call()
        wait_until(lambda: stored(house) > before, 20, "the first report to be stored")
        house.stack.processes.kill("receiver")
    house.stack.processes.start("receiver")
    night.leave()
    night.wait()
    night.must_be_right()


def stored(house: House) -> int:
    count = ask(house.postgres, "SELECT count(*) FROM pbx_report")
    assert isinstance(count, int)
    return count


def test_redis_is_stopped_started_and_emptied(house: House, night: Night) -> None:
    night.book()
    house.redis.stop()
    night.arrive()
    wait_until(lambda: check(house, "broker")["state"] == "down", 20, "staff to be told")
    night.drink_and_call()
    house.redis.start()
    night.leave()
    redis.Redis.from_url(house.redis.url).flushall()
    night.wait()
    night.must_be_right()
    wait_until(lambda: check(house, "broker")["state"] == "ok", 20, "all to be well")


def test_postgresql_is_killed_and_started(house: House, night: Night) -> None:
    """The receiver asks the PBX to repeat; the workers recover by themselves."""
    night.book()
    night.arrive()
    house.postgres.kill()
    with pytest.raises((psycopg.OperationalError, RuntimeError)):
        house.rest.get("status/")
    night.drink_and_call()
    house.postgres.start()
    wait_until(quietly(lambda: bool(house.rest.get("status/"))), AFTER_A_FAULT, "the desk")
    night.leave()
    night.wait()
    night.must_be_right()


def test_nothing_was_left_over(house: House) -> None:
    """In the end no command is open or failed, and no report is unprocessed."""
    commands = "SELECT count(*) FROM pbx_command WHERE state IN ('waiting', 'in_flight', 'failed')"
    reports = "SELECT count(*) FROM pbx_report WHERE state IN ('received', 'parked')"
    for query in (commands, reports):
        wait_until(lambda query=query: ask(house.postgres, query) == 0, AFTER_A_FAULT, query)  # type: ignore[misc]
