"""Concurrent requests, and fewer of them after error 10025."""

from datetime import timedelta

import pytest
from django.db import transaction

from hotelpbx.advisory_locks import lock
from hotelpbx.clock import now
from pbx import link, outbox
from pbx.delivery import deliver_due, pace
from pbx.models import Command, Pbx, PbxLink
from pbx.simulator import Simulator
from pbx.simulator.faults import Fault
from tests.pbx.delivery.lanes import later, name_of, requests
from tests.support.threads import in_another_thread

State = Command.State


def too_fast(times: int = 1) -> Fault:
    return Fault("errno", "extension/update", "10025", times)


@pytest.mark.django_db
def test_the_pause_grows_and_ends(exchange: Simulator, pbx: Pbx) -> None:
    """From 1 s to 4 s; each success halves it."""
    exchange.faults.add(too_fast(5))
    outbox.provision(pbx, "2201", {"username": "Smith"}, subject="stay:1")
    pauses = []
    for _ in range(5):
        later(pbx)
        row = PbxLink.objects.get()
        assert row.paused_until is not None
        assert timedelta() < row.paused_until - now() <= timedelta(seconds=row.pace_seconds)
        pauses.append(row.pace_seconds)
    assert pauses == [1, 2, 4, 4, 4]
    for _ in range(5):
        outbox.provision(pbx, "2201", {"username": "Smith"}, subject="stay:1")
        later(pbx)
    assert PbxLink.objects.get().pace_seconds == 0
    assert name_of(exchange) == "Smith"


@pytest.mark.django_db
def test_nothing_is_asked_during_the_pause(exchange: Simulator, pbx: Pbx) -> None:
    exchange.faults.add(too_fast())
    for number in ("2201", "2202", "2203"):
        outbox.provision(pbx, number, {"username": "Smith"}, subject=f"stay:{number}")
    deliver_due(pbx)
    deliver_due(pbx)
    assert requests(exchange, "extension/update") == 1
    later(pbx)
    assert [name_of(exchange, number) for number in ("2201", "2202", "2203")] == ["Smith"] * 3


@pytest.mark.django_db
def test_too_frequent_is_not_the_fault_of_the_link(exchange: Simulator, pbx: Pbx) -> None:
    link.keep_alive(pbx)
    exchange.faults.add(too_fast())
    outbox.provision(pbx, "2201", {"username": "Smith"}, subject="stay:1")
    deliver_due(pbx)
    assert PbxLink.objects.get().state == PbxLink.State.UP


@pytest.mark.django_db(transaction=True)
def test_there_are_as_many_places_as_configured(exchange: Simulator, pbx: Pbx) -> None:
    pbx.parallel_requests = 2
    pbx.save()
    with lock(f"deliver:{pbx.pk}:0"):
        assert in_another_thread(lambda: _gets_a_place(pbx)) is True
        with lock(f"deliver:{pbx.pk}:1"):
            assert in_another_thread(lambda: _gets_a_place(pbx)) is False


@pytest.mark.django_db(transaction=True)
def test_a_pbx_that_recovers_has_one_place(exchange: Simulator, pbx: Pbx) -> None:
    pace.slow_down(pbx)
    with lock(f"deliver:{pbx.pk}:0"):
        assert in_another_thread(lambda: _gets_a_place(pbx)) is False


@pytest.mark.django_db(transaction=True)
def test_a_command_that_finds_all_places_taken_is_delivered_by_who_has_one(
    exchange: Simulator, pbx: Pbx
) -> None:
    pbx.parallel_requests = 1
    pbx.save()
    with transaction.atomic():
        outbox.provision(pbx, "2201", {"username": "Smith"}, subject="stay:1")
    with lock(f"deliver:{pbx.pk}:0"):
        assert in_another_thread(lambda: deliver_due(pbx)) == 0
    assert deliver_due(pbx) == 1


def _gets_a_place(pbx: Pbx) -> bool:
    with pace.slot(pbx) as mine:
        return mine
