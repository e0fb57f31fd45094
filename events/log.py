"""Writing to the log and numbering it.

A number drawn inside a transaction may become visible after a larger one, and a reader who
follows the numbers would miss it. So an event is inserted without a number, inside the
transaction that made it true, and numbered after commit, one writer at a time.
"""

from typing import Any

from django.db import connection, transaction

from events.models import Event
from hotelpbx.clock import now
from hotelpbx.task_queue.sending import enqueue_on_commit

_NUMBERING = 7_150_001  # the advisory lock of the one who numbers


def record(property_code: str, type_: str, data: dict[str, Any]) -> Event:
    """Write an event with the present transaction; ``data`` must be JSON."""
    event = Event.objects.create(
        property_code=property_code, type=type_, occurred_at=now(), data=data
    )
    enqueue_on_commit("events.tasks.number_events")
    return event


def number_events() -> int:
    """Give every committed event without a number the next one; returns how many."""
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
