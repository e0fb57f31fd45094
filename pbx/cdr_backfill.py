"""When the PBX's own list of calls is fetched, and what it says about the reports.

Reports stop without a word when a token dies, on a reboot, or when somebody else logs in (T15).
Calls that are in the list and were never reported are both made good and a sign of that.
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

# No report for so long: a quiet hotel, or reports that stay out. The list of calls tells.
MAX_SILENCE: Final = timedelta(minutes=15)
# The list of each day is looked at again the night after, for what came into it late.
_DAY: Final = timedelta(days=1)
_BETWEEN_TRIES: Final = timedelta(minutes=1)
# A report comes within seconds of the call's end; repetitions after a fault take longer.
_REPORTED_WITHIN: Final = timedelta(minutes=2)


def backfill_if_due(pbx: Pbx, night: datetime | None = None) -> None:
    """Fetch the calls that may have been missed, if it is time to.

    :param night: a whole day's calls are due when none were fetched since this instant
    """
    if not _is_due(session.link_of(pbx), night):
        return
    with try_lock(f"records:{pbx.pk}") as mine:
        shared = session.link_of(pbx)
        if mine and _is_due(shared, night):
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
        # A new hotel: the calls of the time before it are nobody's here.
        row.update(records_from=now(), records_until=now())
        return
    try:
        missing = cdr_download.download_missing(pbx, session.client_for(pbx), _since(shared, night))
    except PbxError as fault:
        log.warning("PBX %s: its list of calls could not be fetched: %s", pbx.name, fault)
        row.update(records_error=str(fault))
        if not isinstance(fault, ServerFault):  # a bad file is not a bad link
            link.note_failure(pbx, fault)
        return
    row.update(records_error="", **({"day_compared_at": now()} if night else {}))
    _check_reports_arrive(pbx, shared, missing)


def _since(shared: PbxLink, night: datetime | None) -> datetime:
    """From when on calls are asked for; ``records_until`` is set by now."""
    until = shared.records_until or now()
    if night is None:
        return until
    return max(min(until, night - _DAY), shared.records_from or until)


def _check_reports_arrive(pbx: Pbx, shared: PbxLink, missing: list[CallRecord]) -> None:
    """Calls that should have been reported by now: reports stay out, so log in anew."""
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
        return None  # one was lost, others have come since
    in_time = shared.logged_in_at < ended < now() - _REPORTED_WITHIN
    return ended if in_time else None
