"""Process stored reports, in the order in which they were received.

One process at a time handles the reports of a PBX, so a phone that was busy, idle and busy again
ends busy. The effect of a report and its state ``processed`` are committed together.
"""

import logging
from contextlib import suppress
from typing import Final

from django.db import DatabaseError, OperationalError, models, transaction

from hotelpbx.advisory_locks import try_lock
from hotelpbx.clock import now
from hotelpbx.task_queue.sending import suppressing_duplicates
from pbx.models import Pbx, Report
from pbx.reports.parsing import Unreadable, parse_report
from pbx.reports.registry import Ignored, Outcome, Parked, Processed, handlers_for

log = logging.getLogger(__name__)

TASK: Final = "pbx.tasks.process_reports"

# How many are read at a time; a body may have a mebibyte.
_BATCH: Final = 50
_STATES: Final = {
    Processed: Report.State.PROCESSED,
    Ignored: Report.State.IGNORED,
    Parked: Report.State.PARKED,
}


def process_reports(pbx: Pbx) -> int:
    """Process the stored reports of ``pbx``; returns how many. May be called concurrently."""
    done = 0
    while backlog(pbx).exists():
        with try_lock(f"reports:{pbx.pk}") as acquired:
            if not acquired:
                return done  # whoever holds the lock checks again after releasing it
            with suppressing_duplicates(TASK, pbx.pk) as keep_suppressing:
                while reports := _next(pbx.pk):
                    keep_suppressing()
                    for report in reports:
                        _process(report)
                    done += len(reports)
    return done


def backlog(pbx: Pbx) -> models.QuerySet[Report]:
    """Reports that are stored and not yet processed."""
    return Report.objects.filter(pbx=pbx, state=Report.State.RECEIVED)


def _next(pbx_id: int) -> list[Report]:
    """The oldest unprocessed reports. They share one ``Pbx``, read again for each batch."""
    pbx = Pbx.objects.select_related("property").get(pk=pbx_id)
    reports = list(backlog(pbx).order_by("pk")[:_BATCH])
    for report in reports:
        report.pbx = pbx
    return reports


def _process(report: Report) -> None:
    """Process one report in its own transaction, so that locks are held briefly.

    If a handler fails, everything is rolled back and the report is parked.
    """
    try:
        with transaction.atomic():
            _apply(report, _outcome(report))
    except OperationalError:
        raise  # a database failure, not the report's fault: it is processed later
    except _ProcessedElsewhere:
        log.warning("Report %s was processed by another worker meanwhile.", report.pk)
    except DatabaseError:
        log.exception("Report %s could not be stored.", report.pk)
        _park(report, "Its values do not fit into the database: see the log, then replay it.")
    except Exception as fault:
        # One bad report must not block the following ones.
        log.exception("Report %s could not be processed.", report.pk)
        _park(
            report, f"Processing failed with {type(fault).__name__}: see the log, then replay it."
        )


def _outcome(report: Report) -> Outcome:
    try:
        parsed = parse_report(bytes(report.body))
    except Unreadable as fault:
        return Parked(f"Unreadable: {fault}")
    for handler in handlers_for(parsed.action):
        outcome = handler(report, parsed)
        if outcome is not None:
            return outcome
    return Ignored("Nobody needs this kind of report.")


def _park(report: Report, reason: str) -> None:
    with suppress(_ProcessedElsewhere):
        _apply(report, Parked(reason))


class _ProcessedElsewhere(Exception):
    """Another process has processed the report after losing its lock; its effect counts."""


def _apply(report: Report, outcome: Outcome) -> None:
    """Store the outcome of a report, in the same transaction as its effect."""
    waiting = Report.objects.filter(pk=report.pk, state=Report.State.RECEIVED)
    updated = waiting.update(
        state=_STATES[type(outcome)],
        reason=outcome.detail if isinstance(outcome, Processed) else outcome.reason,
        processed_at=now(),
    )
    if not updated:
        raise _ProcessedElsewhere
