"""Recording events and assigning their sequence numbers.

A number that is assigned inside a transaction may become visible after a larger one, and a reader
that follows the numbers would miss it. So an event is inserted without a number, in the transaction
of its change, and numbered after commit, by one process at a time.
"""

from typing import Any

from django.db import connection, transaction

from events.models import Event
from hotelpbx.clock import now
from hotelpbx.task_queue.sending import enqueue_on_commit

_NUMBERING = 7_150_001  # the advisory lock of the process that numbers


def record(property_code: str, type_: str, data: dict[str, Any]) -> Event:
    """Record an event in the current transaction. ``data`` must be serializable as JSON."""
    event = Event.objects.create(
        property_code=property_code, type=type_, occurred_at=now(), data=data
    )
    enqueue_on_commit("events.tasks.number_events")
    return event


def number_events() -> int:
    """Assign the next numbers to all committed events without one; returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERING])
        cursor.execute(
            """
            UPDATE events_event SET sequence = numbered.sequence
              FROM (SELECT position, nextval('events_sequence') AS sequence
                      FROM (SELECT position FROM events_event
                             WHERE sequence IS NULL ORDER BY position) AS fresh) AS numbered
             WHERE events_event.position = numbered.position
            """
        )
        return int(cursor.rowcount)
