"""Download the PBX's own list of calls (CDRs) where reports may have been missed.

Each row becomes a report in the inbox, as if the PBX had sent it; a call counts once, whichever way
it comes first. Reports stop without notice when a token expires, on a reboot, or when somebody else
logs in (T15), so the list is downloaded after every login, after a while without reports,
every night, and before a check-out.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from hotelpbx.clock import now
from pbx.client import PbxClient
from pbx.errors import AnswerTooLarge
from pbx.models import Pbx, PbxLink, Report
from pbx.reports import inbox
from pbx.reports.parsing import CallRecord, Unreadable, parse_report

log = logging.getLogger(__name__)

# A call is listed after it has ended, under the time at which it began: start that much earlier.
OVERLAP: Final = timedelta(hours=4)
# The PBX's clock may be ahead of ours.
_CLOCK_TOLERANCE: Final = timedelta(minutes=10)
# One day's calls of a large hotel fit into one answer; a busier day is requested in halves.
_PERIOD: Final = timedelta(days=1)
_SHORTEST: Final = timedelta(minutes=5)
_BATCH: Final = 500

Row = Mapping[str, str]


def downloaded_until(pbx: Pbx) -> datetime | None:
    """All calls that ended before this instant are stored; None: never downloaded."""
    return PbxLink.objects.filter(pbx=pbx).values_list("records_until", flat=True).first()


def download_missing(
    pbx: Pbx,
    client: PbxClient,
    since: datetime,
    extensions: Sequence[str] | None = None,
    until: datetime | None = None,
) -> list[CallRecord]:
    """Store the calls that ended after ``since`` and are not known yet; returns those.

    :param extensions: of these only; None: of all, and ``records_until`` is then updated
    :param until: the end of the period; None: now
    :raises PbxError: the PBX does not provide its list
    """
    asked_at = now()
    rows = _rows(pbx, client, since - OVERLAP, until or asked_at + _CLOCK_TOLERANCE, extensions)
    serial = _serial_number_in_reports(pbx)
    missing: list[CallRecord] = []
    for some in _batches(_with_serial(row, serial) for row in rows):
        missing += _store_missing(pbx, some, since)
    if extensions is None and until is None:
        PbxLink.objects.filter(pbx=pbx).update(records_until=asked_at)
    if missing:
        log.warning("PBX %s: %d calls had not been reported.", pbx.name, len(missing))
    return missing


def ended_at(pbx: Pbx, record: CallRecord) -> datetime | None:
    """When a listed call ended, as far as its row tells."""
    began = record.started_at(pbx.zone)
    return began + timedelta(seconds=record.call_seconds) if began else None


def _rows(
    pbx: Pbx,
    client: PbxClient,
    since: datetime,
    until: datetime,
    extensions: Sequence[str] | None,
) -> Iterator[Row]:
    step = _PERIOD
    while since < until:
        end = min(since + step, until)
        try:
            yield from client.cdr.download(*_in_pbx_time(pbx, since, end), extensions)
        except AnswerTooLarge:
            if step <= _SHORTEST:
                raise
            step /= 2
            continue
        since = end


def _in_pbx_time(pbx: Pbx, since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """A period in the PBX's local time; an hour that occurs twice is requested as a whole."""
    first, last = since.astimezone(pbx.zone), until.astimezone(pbx.zone)
    offsets = first.utcoffset(), last.utcoffset()
    back = max((offsets[0] or timedelta()) - (offsets[1] or timedelta()), timedelta())
    return first.replace(tzinfo=None) - back, last.replace(tzinfo=None) + back


def _serial_number_in_reports(pbx: Pbx) -> str | None:
    """The ``sn`` in reports of call records, perhaps empty; None: no such report yet."""
    reported = Report.objects.filter(pbx=pbx, action="NewCdr", source__isnull=False)
    latest = next(_legs(reported.order_by("-pk")[:1]), None)
    return latest.sn if latest else None


def _with_serial(row: Row, serial: str | None) -> Row:
    """The row with the ``sn`` that its report would have, which is part of its identity."""
    return row if serial is None else {**row, "sn": serial}


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while some := list(islice(rows, _BATCH)):
        yield some


def _store_missing(pbx: Pbx, rows: Sequence[Row], since: datetime) -> list[CallRecord]:
    """Store the rows that are not known yet; returns them, except unreadable ones."""
    read = [(row, _read(row)) for row in rows]
    read = [(row, leg) for row, leg in read if leg is None or not _is_over(pbx, leg, since)]
    known = _known_legs(pbx, {leg.callid for _, leg in read if leg is not None})
    missing = []
    for row, leg in read:
        if leg is not None and any(_same_leg(leg, each) for each in known.get(leg.callid, ())):
            continue
        body = json.dumps({"action": "NewCdr", **row}, ensure_ascii=False).encode()
        if inbox.store_downloaded(pbx, body) and leg is not None:
            missing.append(leg)
    return missing


def _read(row: Row) -> CallRecord | None:
    """The call in a row; None: unreadable, so it is parked as its report would be."""
    try:
        return CallRecord.of_row(row)
    except Unreadable:
        return None


def _is_over(pbx: Pbx, record: CallRecord, since: datetime) -> bool:
    ended = ended_at(pbx, record)
    return ended is not None and ended < since - _CLOCK_TOLERANCE


def _known_legs(pbx: Pbx, callids: Set[str]) -> dict[str, list[CallRecord]]:
    """Reported legs by ``callid``, with or without the serial number that the list has."""
    reports = Report.objects.filter(pbx=pbx, callid__in=callids, action="NewCdr")
    known: dict[str, list[CallRecord]] = {}
    for leg in _legs(reports):
        known.setdefault(leg.callid, []).append(leg)
    return known


def _legs(reports: Iterable[Report]) -> Iterator[CallRecord]:
    for report in reports:
        try:
            yield CallRecord.of_report(parse_report(bytes(report.body)))
        except Unreadable:
            continue


def _same_leg(one: CallRecord, other: CallRecord) -> bool:
    alike = one.sn == other.sn or not (one.sn and other.sn)
    return alike and _leg(one) == _leg(other)


def _leg(record: CallRecord) -> tuple[object, ...]:
    return (
        record.callid,
        record.timestart,
        record.call_from,
        record.call_to,
        record.direction,
        record.talk_seconds,
    )
