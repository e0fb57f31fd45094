"""Giving stored reports their effect, in the order in which they came.

One process at a time works through the reports of a PBX, so a phone that was busy, idle and
busy again ends busy. The effect of a report and the word "processed" commit together.
"""

import logging
from typing import Final

from django.db import DatabaseError, OperationalError, models, transaction

from hotelpbx.advisory import try_lock
from hotelpbx.clock import now
from pbx.models import Pbx, Report
from pbx.parsing import Unreadable, parse_report
from pbx.registry import Ignored, Outcome, Parked, Processed, handlers_for

log = logging.getLogger(__name__)

_STATES: Final = {
    Processed: Report.State.PROCESSED,
    Ignored: Report.State.IGNORED,
    Parked: Report.State.PARKED,
}


def process_reports(pbx: Pbx) -> int:
    """Process every stored report of ``pbx``; returns how many. Others may try at the same time."""
    done = 0
    while backlog(pbx).exists():
        with try_lock(f"reports:{pbx.pk}") as mine:
            if not mine:
                return done  # whoever holds the lock looks again after letting go of it
            while _process_next(pbx):
                done += 1
    return done


def backlog(pbx: Pbx) -> models.QuerySet[Report]:
    """Reports that were stored and not yet looked at."""
    return Report.objects.filter(pbx=pbx, state=Report.State.RECEIVED)


def _process_next(pbx: Pbx) -> bool:
    with transaction.atomic():
        report = backlog(pbx).select_for_update(of=("self",)).order_by("pk").first()
        if report is None:
            return False
        _settle(report, _outcome(report))
    return True


def _outcome(report: Report) -> Outcome:
    try:
        parsed = parse_report(bytes(report.body))
    except Unreadable as fault:
        return Parked(f"Unreadable: {fault}")
    try:
        with transaction.atomic():
            for handler in handlers_for(parsed.action):
                outcome = handler(report, parsed)
                if outcome is not None:
                    return outcome
    except OperationalError:
        raise  # the database's trouble, not the report's: it is processed when that is over
    except DatabaseError:
        log.exception("Report %s could not be stored.", report.pk)
        return Parked("Its values do not fit into the database: see the log, then replay it.")
    except Exception as fault:
        # One bad report must not hold up those behind it.
        log.exception("Report %s could not be processed.", report.pk)
        return Parked(
            f"Processing failed with {type(fault).__name__}: see the log, then replay it."
        )
    return Ignored("Nobody needs this kind of report.")


def _settle(report: Report, outcome: Outcome) -> None:
    report.state = _STATES[type(outcome)]
    report.reason = outcome.detail if isinstance(outcome, Processed) else outcome.reason
    report.processed_at = now()
    report.save(update_fields=["state", "reason", "processed_at"])
