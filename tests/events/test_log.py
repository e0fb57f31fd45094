"""The event log: numbered after commit, so that readers miss nothing."""

import threading

import pytest
from django.db import connection, transaction

from events import log
from events.models import Event


@pytest.mark.django_db
def test_events_are_numbered_in_the_order_in_which_they_were_written() -> None:
    for name in ("one", "two", "three"):
        log.record("GRAND", name, {})
    assert log.number_events() == 3
    assert log.number_events() == 0
    events = Event.objects.order_by("sequence")
    assert [event.type for event in events] == ["one", "two", "three"]


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_gets_a_later_number() -> None:
    """A number drawn inside the transaction would be smaller here: the reader would miss it."""
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            log.record("GRAND", "slow", {})
            written.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(10)
    log.record("GRAND", "quick", {})
    log.number_events()
    go_on.set()
    thread.join()
    log.number_events()
    slow_one, quick_one = Event.objects.get(type="slow"), Event.objects.get(type="quick")
    assert slow_one.position < quick_one.position
    assert slow_one.sequence is not None
    assert quick_one.sequence is not None
    assert slow_one.sequence > quick_one.sequence


@pytest.mark.django_db(transaction=True)
def test_numbers_do_not_begin_anew_when_old_events_are_gone() -> None:
    log.record("GRAND", "old", {})
    log.number_events()
    last = Event.objects.get().sequence
    Event.objects.all().delete()
    log.record("GRAND", "new", {})
    log.number_events()
    fresh = Event.objects.get().sequence
    assert last is not None
    assert fresh is not None
    assert fresh > last
