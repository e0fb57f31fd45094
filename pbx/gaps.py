"""When the PBX's own list of calls is fetched, and what it says about the reports.

Reports stop without a word when a token dies, on a reboot, or when somebody else logs in (T15).
Calls that are in the list and were never reported are both made good and a sign of that.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from hotelpbx.advisory import try_lock
from hotelpbx.clock import now
from pbx import link, records
from pbx.errors import PbxError
from pbx.models import Pbx, PbxLink
from pbx.parsing import CallRecord

log = logging.getLogger(__name__)

# No report for so long: a quiet hotel, or reports that stay out. The list of calls tells.
SILENCE: Final = timedelta(minutes=15)
# The list is fetched at least so often, however busy the reports are.
LONGEST: Final = timedelta(hours=24)
_BETWEEN_TRIES: Final = timedelta(minutes=1)
# A report comes within seconds of the call's end; repetitions after a fault take longer.
_REPORTED_WITHIN: Final = timedelta(minutes=2)


def close(pbx: Pbx) -> None:
    """Fetch the calls that may have been missed, if it is time to."""
    if not _is_due(link.link_of(pbx)):
        return
    with try_lock(f"records:{pbx.pk}") as mine:
        shared = link.link_of(pbx)
        if mine and _is_due(shared):
            _fetch(pbx, shared)


def _is_due(shared: PbxLink) -> bool:
    instant = now()
    if shared.state != PbxLink.State.UP or shared.logged_in_at is None:
        return False
    if shared.records_tried_at and instant - shared.records_tried_at < _BETWEEN_TRIES:
        return False
    if shared.records_until is None or shared.records_until < shared.logged_in_at:
        return True
    heard = max(shared.records_until, shared.last_report_at or shared.records_until)
    return instant - heard > SILENCE or instant - shared.records_until > LONGEST


def _fetch(pbx: Pbx, shared: PbxLink) -> None:
    row = PbxLink.objects.filter(pbx=pbx)
    row.update(records_tried_at=now())
    if shared.records_until is None:
        # A new hotel: the calls of the time before it are nobody's here.
        row.update(records_until=now())
        return
    try:
        missing = records.fetch(pbx, link.client_for(pbx), shared.records_until)
    except PbxError as fault:
        log.warning("PBX %s: its list of calls could not be fetched: %s", pbx.name, fault)
        row.update(records_error=str(fault))
        link.note_failure(pbx, fault)
        return
    row.update(records_error="")
    _judge(pbx, shared, missing)


def _judge(pbx: Pbx, shared: PbxLink, missing: list[CallRecord]) -> None:
    """Calls that should have been reported by now: reports stay out, so log in anew."""
    unheard = [
        ended for record in missing if (ended := _should_be_known(pbx, shared, record)) is not None
    ]
    if not unheard:
        return
    log.error("PBX %s sends no reports, though it answers: logging in again.", pbx.name)
    PbxLink.objects.filter(pbx=pbx, reports_missing_since__isnull=True).update(
        reports_missing_since=min(unheard)
    )
    link.log_in_again(pbx, shared.token)


def _should_be_known(pbx: Pbx, shared: PbxLink, record: CallRecord) -> datetime | None:
    """When the call ended, if its report should have reached us since the last login."""
    ended = records.ended_at(pbx, record)
    if ended is None or shared.logged_in_at is None:
        return None
    in_time = shared.logged_in_at < ended < now() - _REPORTED_WITHIN
    return ended if in_time else None
