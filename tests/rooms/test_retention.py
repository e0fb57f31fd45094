"""Retention: which old rows are deleted, and which are kept."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from billing.models import Call, MinibarEntry
from events import retention as event_retention
from events.models import Event
from hotelpbx.advisory_locks import try_lock
from hotelpbx.clock import now
from hotelpbx.processes.running import wait_until
from pbx import retention as pbx_retention
from pbx.models import Command, Pbx, Report, Traffic
from pbx.reports import inbox, processing
from rooms.models import Property
from rooms.operations import retention
from tests import house

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(days=91)


@pytest.fixture
def pbx(hotel: Property) -> Pbx:
    assert hotel.pbx is not None
    return hotel.pbx


def report(
    pbx: Pbx, state: str, age: timedelta = LONG_AGO, repeats: Report | None = None
) -> Report:
    return Report.objects.create(
        pbx=pbx, body=b"{}", state=state, received_at=now() - age, repeats=repeats
    )


def command(
    pbx: Pbx, state: str, age: timedelta = LONG_AGO, kind: str = "configure", ext: str = "2201"
) -> Command:
    past = now() - age
    ended = state in ("done", "superseded", "discarded", "failed")
    return Command.objects.create(
        pbx=pbx,
        extension=ext,
        kind=kind,
        state=state,
        created_at=past,
        next_try_at=past,
        finished_at=past if ended else None,
    )


@pytest.mark.parametrize(
    ("state", "age", "stays"),
    [
        ("processed", LONG_AGO, False),
        ("ignored", LONG_AGO, False),
        ("discarded", LONG_AGO, False),
        ("received", LONG_AGO, True),
        ("parked", LONG_AGO, True),
        ("processed", timedelta(days=89), True),
    ],
)
def test_reports(pbx: Pbx, state: str, age: timedelta, stays: bool) -> None:
    report(pbx, state, age)
    retention.prune()
    assert Report.objects.exists() is stays


@pytest.mark.parametrize(
    ("later", "stays"), [("received", True), ("parked", True), ("processed", False)]
)
def test_the_first_of_equal_reports_stays_while_a_later_one_waits(
    pbx: Pbx, later: str, stays: bool
) -> None:
    first = report(pbx, "processed")
    repeated = report(pbx, later, timedelta(days=1), repeats=first)
    retention.prune()
    assert Report.objects.filter(pk=first.pk).exists() is stays
    repeated.refresh_from_db()
    assert (repeated.repeats_id == first.pk) is stays


@pytest.mark.parametrize(
    ("state", "age", "stays"),
    [
        ("done", LONG_AGO, False),
        ("superseded", LONG_AGO, False),
        ("discarded", LONG_AGO, False),
        ("failed", LONG_AGO, True),
        ("waiting", LONG_AGO, True),
        ("done", timedelta(days=89), True),
    ],
)
def test_commands(pbx: Pbx, state: str, age: timedelta, stays: bool) -> None:
    old = command(pbx, state, age)
    command(pbx, "done", timedelta(days=1), kind="check_out")
    retention.prune()
    assert Command.objects.filter(pk=old.pk).exists() is stays


def test_of_each_lane_the_latest_check_out_and_what_follows_stay(pbx: Pbx) -> None:
    """They tell which failures are outdated, and the name on the phone of the current guest."""
    command(pbx, "done", kind="check_out")
    kept = [command(pbx, "done", kind="check_out"), command(pbx, "done")]
    kept.append(command(pbx, "done", ext="2202"))
    retention.prune()
    assert list(Command.objects.order_by("pk")) == kept


def test_events_and_counts(pbx: Pbx, hotel: Property) -> None:
    hotel.keep_events = 30
    hotel.save()
    Event.objects.all().delete()
    for age, sequence in ((31, 1), (31, None), (29, 2)):
        Event.objects.create(
            property_code=hotel.code,
            sequence=sequence,
            type="t",
            occurred_at=now() - timedelta(days=age),
            data={},
        )
    for age in (1, 3):
        Traffic.objects.create(pbx=pbx, minute=now() - timedelta(days=age))
    retention.prune()
    sequences = Event.objects.order_by("pk").values_list("sequence", flat=True)
    assert list(sequences) == [None, 2], "one that has no number yet was seen by nobody"
    assert Traffic.objects.count() == 1


def test_each_hotel_keeps_as_long_as_it_wants(pbx: Pbx, hotel: Property, tmp_path: Path) -> None:
    other = house.build(tmp_path, code="OTHER")
    Property.objects.filter(pk=other.pk).update(
        keep_reports=10, keep_commands=3650, keep_events=3650
    )
    assert other.pbx is not None
    for exchange in (pbx, other.pbx):
        report(exchange, "processed", timedelta(days=20))
        command(exchange, "done")
        command(exchange, "done", timedelta(days=1), kind="check_out")
    for sequence, code in enumerate((hotel.code, other.code)):
        Event.objects.create(
            property_code=code, sequence=sequence, type="t", occurred_at=now() - LONG_AGO, data={}
        )
    retention.prune()
    assert [row.pbx for row in Report.objects.all()] == [pbx]
    assert list(Command.objects.filter(kind="configure").values_list("pbx", flat=True)) == [
        other.pbx.pk
    ]
    assert [row.property_code for row in Event.objects.filter(type="t")] == ["OTHER"]


def test_a_pbx_that_no_hotel_uses_keeps_as_long_as_a_new_hotel_would(
    pbx: Pbx, hotel: Property
) -> None:
    Property.objects.filter(pk=hotel.pk).update(pbx=None, keep_reports=1)
    report(pbx, "processed", timedelta(days=89))
    gone = report(pbx, "processed", timedelta(days=91))
    retention.prune()
    assert Report.objects.count() == 1
    assert not Report.objects.filter(pk=gone.pk).exists()


def minibar(callid: str) -> bytes:
    call = {"action": "DTMF", "callid": callid, "call": [{"ext": {"extid": "2201"}}]}
    return json.dumps({**call, "infos": "778*123456789*1"}).encode()


def record(callid: str) -> bytes:
    call = {"action": "NewCdr", "callid": callid, "timestart": "2026-05-04 10:00:00"}
    legs = {"callfrom": "2201", "callto": "90755123", "type": "Outbound", "status": "ANSWERED"}
    return json.dumps({**call, **legs, "callduraction": "75", "talkduraction": "60"}).encode()


def test_a_report_counts_once_within_the_days_whatever_else_was_deleted(
    pbx: Pbx, hotel: Property
) -> None:
    with time_machine.travel(house.at("2026-02-01 10:00:00"), tick=False) as clock:
        for body in (minibar(house.callid(counter=1)), record(house.callid(counter=2))):
            inbox.store(pbx, body, None)
        clock.shift(timedelta(days=10))
        kept = [minibar(house.callid(counter=3)), record(house.callid(counter=4))]
        for body in kept:
            inbox.store(pbx, body, None)
        processing.process_reports(pbx)
        clock.shift(timedelta(days=85))
        assert retention.prune() >= 2
        assert Report.objects.filter(repeats=None).count() == 2
        for body in kept:
            inbox.store(pbx, body, None)
        processing.process_reports(pbx)
    assert Call.objects.count() == 2
    states = MinibarEntry.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["unclaimed", "unclaimed", "repeated"]


def test_each_turn_is_a_small_batch_and_a_run_ends_in_time(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pbx_retention, "BATCH", 2)
    for _ in range(5):
        report(pbx, "processed")
    assert pbx_retention.prune_reports(pbx, now()) == 2
    assert retention.prune(seconds=0) == 0
    assert Report.objects.count() == 3
    assert retention.prune() == 3


def test_a_table_with_a_long_backlog_does_not_hold_up_the_others(
    pbx: Pbx, hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pbx_retention, "BATCH", 1)
    monkeypatch.setattr(event_retention, "BATCH", 1)
    order: list[str] = []
    Event.objects.all().delete()
    for number in range(3):
        report(pbx, "processed")
        Event.objects.create(
            property_code=hotel.code,
            sequence=number,
            type="t",
            occurred_at=now() - LONG_AGO,
            data={},
        )

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith("DELETE"):
            order.append("reports" if "pbx_report" in sql else "events")
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        retention.prune()
    assert order == ["events", "reports"] * 3


@pytest.fixture
def open_pbx(transactional_db: None, tmp_path: Path) -> Pbx:
    """A PBX whose rows other connections can see."""
    pbx = house.build(tmp_path).pbx
    assert pbx is not None
    return pbx


def elsewhere(act: Callable[[], Any]) -> Any:
    """The result of a function on its own connection, which is then closed."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(act())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    return found[0]


@pytest.mark.django_db(transaction=True)
def test_one_process_at_a_time_deletes(open_pbx: Pbx) -> None:
    report(open_pbx, "processed")
    with try_lock("retention") as mine:
        assert mine
        assert elsewhere(retention.prune) == 0
    assert elsewhere(retention.prune) == 1


@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_in_a_batch_leaves_the_rest_to_the_next(open_pbx: Pbx) -> None:
    for _ in range(3):
        report(open_pbx, "processed")

    def die() -> int:
        with try_lock("retention"):
            connection.set_autocommit(False)
            gone = pbx_retention.prune_reports(open_pbx, now())
            connection.close()  # before the commit
        return gone

    def lock_is_free() -> bool:
        with try_lock("retention") as free:
            return free

    assert elsewhere(die) == 3
    assert Report.objects.count() == 3, "the batch is undone as a whole"
    wait_until(lock_is_free, 10, "the server to notice that the connection is gone")
    assert retention.prune() == 3, "and its lock is gone"


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_is_not_waited_for(open_pbx: Pbx) -> None:
    held = report(open_pbx, "processed")
    report(open_pbx, "processed")
    with transaction.atomic():
        Report.objects.select_for_update().get(pk=held.pk)
        assert elsewhere(retention.prune) == 1
    assert Report.objects.get() == held
