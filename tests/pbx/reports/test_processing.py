"""Stored reports are processed one by one, in order, once."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from pbx.models import Pbx, Report
from pbx.reports import inbox, processing
from pbx.reports.parsing import ParsedReport
from pbx.reports.registry import Outcome, Processed
from rooms.audit import Actor, note
from rooms.models import AuditEntry, Property
from tests import house
from tests.hotel.test_races import at_once
from tests.support.attention_rows import pbx_of

EVERY_ONE = 120


def say(pbx: Pbx, number: int) -> None:
    inbox.store(pbx, json.dumps({"action": "BYE", "callid": f"1777888800.{number}"}).encode(), None)


def write(report: Report, parsed: ParsedReport) -> Outcome:
    """A handler that is not idempotent: twice would be two entries."""
    note(None, Actor.system("test"), "said", parsed.callid)
    return Processed()


def said() -> list[int]:
    rows = AuditEntry.objects.filter(action="said").order_by("pk")
    return [int(row.subject.partition(".")[2]) for row in rows]


@pytest.fixture
def pbx(hotel: Property, monkeypatch: pytest.MonkeyPatch) -> Pbx:
    monkeypatch.setattr(processing, "handlers_for", lambda action: (write,))
    return pbx_of(hotel)


@pytest.mark.django_db
def test_more_than_a_batch_is_processed_in_the_order_of_arrival(pbx: Pbx) -> None:
    for number in range(EVERY_ONE):
        say(pbx, number)
    assert processing.process_reports(pbx) == EVERY_ONE
    assert said() == list(range(EVERY_ONE))
    assert processing.process_reports(pbx) == 0


@pytest.mark.django_db
def test_a_handler_that_fails_takes_back_its_own_effect_and_no_other(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_on_the_second(report: Report, parsed: ParsedReport) -> Outcome:
        outcome = write(report, parsed)
        if parsed.callid.endswith(".1"):
            raise RuntimeError("no such thing")
        return outcome

    monkeypatch.setattr(processing, "handlers_for", lambda action: (fail_on_the_second,))
    for number in range(3):
        say(pbx, number)
    processing.process_reports(pbx)
    assert said() == [0, 2]
    states = Report.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["processed", "parked", "processed"]
    assert "RuntimeError" in Report.objects.get(state="parked").reason


@pytest.mark.django_db
def test_the_database_s_trouble_leaves_the_report_for_later(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(report: Report, parsed: ParsedReport) -> Outcome:
        write(report, parsed)
        raise OperationalError("the connection is lost")

    say(pbx, 0)
    monkeypatch.setattr(processing, "handlers_for", lambda action: (away,))
    with pytest.raises(OperationalError):
        processing.process_reports(pbx)
    assert (said(), Report.objects.get().state) == ([], "received")
    monkeypatch.setattr(processing, "handlers_for", lambda action: (write,))
    processing.process_reports(pbx)
    assert (said(), Report.objects.get().state) == ([0], "processed")


@pytest.mark.django_db
def test_what_comes_while_the_worker_is_finishing_is_not_left(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its task was suppressed while a worker was processing, so that worker checks once more."""
    look, late = processing._next, [7, 8]

    def then_one_more_comes(pbx_id: int) -> list[Report]:
        found = look(pbx_id)
        if not found and late:
            say(pbx, late.pop(0))
        return found

    monkeypatch.setattr(processing, "_next", then_one_more_comes)
    say(pbx, 0)
    processing.process_reports(pbx)
    assert said() == [0, 7, 8]


@contextmanager
def anybody(name: str) -> Iterator[bool]:
    """A lock without effect, as when the connection that held it is lost."""
    yield True


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("asks", [True, False], ids=["as it is", "without asking"])
def test_two_workers_at_one_report_have_one_effect(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asks: bool
) -> None:
    pbx = pbx_of(house.build(tmp_path))
    say(pbx, 0)
    both = threading.Barrier(2)

    def together(report: Report, parsed: ParsedReport) -> Outcome:
        both.wait(20)
        return write(report, parsed)

    def settle(report: Report, outcome: Any) -> None:
        Report.objects.filter(pk=report.pk).update(state="processed")

    monkeypatch.setattr(processing, "handlers_for", lambda action: (together,))
    monkeypatch.setattr(processing, "try_lock", anybody)
    if not asks:
        monkeypatch.setattr(processing, "_apply", settle)
    results = at_once(*[partial(processing.process_reports, pbx)] * 2)
    assert not [each for each in results if isinstance(each, Exception)], results
    assert said() == ([0] if asks else [0, 0])
