"""When the PBX's own list of calls (CDRs) is downloaded, and what it says about the reports.

Reports stop without notice when a token expires, on a reboot, or when somebody else logs in (T15).
Calls in the list that were never reported are added, and they show that reports are missing.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from hotelpbx.advisory_locks import try_lock
from hotelpbx.clock import now
from pbx import cdr_download, link, session
from pbx.errors import PbxError, ServerFault
from pbx.models import Pbx, PbxLink
from pbx.reports.parsing import CallRecord

log = logging.getLogger(__name__)

# No report for this long: the hotel is quiet, or reports do not arrive. The CDRs tell which.
MAX_SILENCE: Final = timedelta(minutes=15)
# The CDRs of a day are downloaded again the night after, because some are listed late.
_DAY: Final = timedelta(days=1)
_BETWEEN_TRIES: Final = timedelta(minutes=1)
# A report comes within seconds of the call's end; repetitions after a fault take longer.
_REPORTED_WITHIN: Final = timedelta(minutes=2)


def backfill_if_due(pbx: Pbx, night: datetime | None = None) -> None:
    """Download the calls that may have been missed, if that is due.

    :param night: a whole day is due unless one was downloaded since this instant
    """
    if not _is_due(session.link_of(pbx), night):
        return
    with try_lock(f"records:{pbx.pk}") as acquired:
        shared = session.link_of(pbx)
        if acquired and _is_due(shared, night):
            _backfill(pbx, shared, night)


def _is_due(shared: PbxLink, night: datetime | None) -> bool:
    instant = now()
    if shared.state != PbxLink.State.UP or shared.logged_in_at is None:
        return False
    if shared.records_tried_at and instant - shared.records_tried_at < _BETWEEN_TRIES:
        return False
    back_at = max(shared.logged_in_at, shared.state_since or shared.logged_in_at)
    if shared.records_until is None or shared.records_until < back_at:
        return True
    if night is not None:
        return shared.day_compared_at is None or shared.day_compared_at < night
    heard = max(shared.records_until, shared.last_report_at or shared.records_until)
    return instant - heard > MAX_SILENCE


def _backfill(pbx: Pbx, shared: PbxLink, night: datetime | None) -> None:
    row = PbxLink.objects.filter(pbx=pbx)
    row.update(records_tried_at=now())
    if shared.records_until is None:
        # A new hotel: earlier calls belong to no guest.
        row.update(records_from=now(), records_until=now())
        return
    try:
        missing = cdr_download.download_missing(pbx, session.client_for(pbx), _since(shared, night))
    except PbxError as fault:
        log.warning("PBX %s: its list of calls could not be downloaded: %s", pbx.name, fault)
        row.update(records_error=str(fault))
        if not isinstance(fault, ServerFault):  # an unreadable file says nothing about the link
            link.note_failure(pbx, fault)
        return
    row.update(records_error="", **({"day_compared_at": now()} if night else {}))
    _check_reports_arrive(pbx, shared, missing)


def _since(shared: PbxLink, night: datetime | None) -> datetime:
    """The start of the period to download; ``records_until`` is set at this point."""
    until = shared.records_until or now()
    if night is None:
        return until
    return max(min(until, night - _DAY), shared.records_from or until)


def _check_reports_arrive(pbx: Pbx, shared: PbxLink, missing: list[CallRecord]) -> None:
    """Log in again if calls are listed that should have been reported by now."""
    unheard = [
        ended for record in missing if (ended := _overdue_since(pbx, shared, record)) is not None
    ]
    if not unheard:
        return
    log.error("PBX %s sends no reports, though it answers: logging in again.", pbx.name)
    PbxLink.objects.filter(pbx=pbx, reports_missing_since__isnull=True).update(
        reports_missing_since=min(unheard)
    )
    link.log_in_again(pbx, shared.token)


def _overdue_since(pbx: Pbx, shared: PbxLink, record: CallRecord) -> datetime | None:
    """When the call ended, if its report should have reached us since the last login."""
    ended = cdr_download.ended_at(pbx, record)
    if ended is None or shared.logged_in_at is None:
        return None
    if shared.last_report_at and shared.last_report_at > ended + _REPORTED_WITHIN:
        return None  # this report was lost, later ones have arrived
    in_time = shared.logged_in_at < ended < now() - _REPORTED_WITHIN
    return ended if in_time else None
