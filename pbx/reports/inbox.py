"""Store the PBX's reports before they are processed."""

from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from hotelpbx.clock import now
from hotelpbx.refusals import Refusal
from hotelpbx.task_queue.sending import enqueue_on_commit
from pbx.models import Pbx, PbxLink, Report
from pbx.reports.parsing import ParsedReport, Unreadable, parse_report, record_fingerprint

# An equal DTMF entry within this time is a repetition by the PBX; later it may be a second, equal
# entry in the same call (T3, docs/inbox.md).
REPEAT_WINDOW: Final = timedelta(seconds=60)
_LAST_REPORT_PRECISION: Final = timedelta(seconds=1)

State = Report.State


def store(pbx: Pbx, body: bytes, source: str | None) -> Report:
    """Store a report, a repetition only once. Returns the row of the report.

    Each write is a single statement, so no transaction is opened.
    """
    report = _store(pbx, body, source)
    if report.state == State.RECEIVED:
        enqueue_processing(pbx)
    _record_last_report(pbx)
    return report


def store_downloaded(pbx: Pbx, body: bytes) -> bool:
    """Store a call from the PBX's list like a report of it; False: it was stored already."""
    parsed = parse_report(body)
    fields = {**parsed.fields, "callid": parsed.callid, "sn": parsed.sn}
    with transaction.atomic():
        _, is_new = Report.objects.get_or_create(
            pbx=pbx,
            # An unreadable row is in every downloaded list and must be stored once, too.
            fingerprint=parsed.fingerprint or record_fingerprint(fields),
            defaults={
                "received_at": now(),
                "body": body,
                "action": parsed.action[:32],
                "callid": parsed.callid[:64],
            },
        )
        if is_new:
            enqueue_processing(pbx)
    return is_new


def replay(report: Report) -> None:
    """Process a parked report again, after its cause has been corrected."""
    with transaction.atomic():
        report = _lock_parked(report)
        report.state = State.RECEIVED
        report.reason = ""
        report.save()
        enqueue_processing(report.pbx)


def discard(report: Report, reason: str) -> None:
    """Discard a parked report without effect, by a person's decision."""
    with transaction.atomic():
        report = _lock_parked(report)
        report.state = State.DISCARDED
        report.reason = f"{report.reason} Discarded: {reason}".strip()
        report.processed_at = now()
        report.save()


def enqueue_processing(pbx: Pbx) -> None:
    """Enqueue processing once the current transaction is committed."""
    enqueue_on_commit("pbx.tasks.process_reports", pbx.pk)


def _store(pbx: Pbx, body: bytes, source: str | None) -> Report:
    fresh = Report(pbx=pbx, received_at=now(), source=source, body=body)
    try:
        parsed = parse_report(body)
    except Unreadable as fault:
        return _park(fresh, f"Unreadable: {fault}")
    fresh.action = parsed.action[:32]
    fresh.callid = parsed.callid[:64]
    if pbx.serial_number and parsed.sn and parsed.sn != pbx.serial_number:
        return _park(
            fresh,
            f"It comes from a PBX with serial number {parsed.sn[:32]}, not {pbx.serial_number}. "
            "If the PBX was replaced, correct pbx.serial_number and replay.",
        )
    if parsed.fingerprint is None:
        fresh.save()
        return fresh
    return _store_once(fresh, parsed)


def _store_once(fresh: Report, parsed: ParsedReport) -> Report:
    same = Report.objects.filter(pbx=fresh.pbx, fingerprint__in=_fingerprints(fresh.pbx, parsed))
    report = same.order_by("pk").first() or _create(fresh, parsed)
    late = fresh.received_at - report.received_at > REPEAT_WINDOW
    if parsed.action != "DTMF" or not late:
        return report
    fresh.repeats = report
    fresh.save()
    return fresh


def _fingerprints(pbx: Pbx, parsed: ParsedReport) -> set[str | None]:
    """All fingerprints of a report: a downloaded call may differ from its report in ``sn``."""
    if parsed.action != "NewCdr":
        return {parsed.fingerprint}
    fields = {**parsed.fields, "callid": parsed.callid}
    other = "" if parsed.sn else pbx.serial_number
    return {parsed.fingerprint, record_fingerprint({**fields, "sn": other})}


def _create(fresh: Report, parsed: ParsedReport) -> Report:
    """The new row, or the existing one if an equal report arrives at the same moment."""
    try:
        with transaction.atomic():
            return Report.objects.create(
                pbx=fresh.pbx,
                fingerprint=parsed.fingerprint,
                received_at=fresh.received_at,
                source=fresh.source,
                body=fresh.body,
                action=fresh.action,
                callid=fresh.callid,
            )
    except IntegrityError:
        return Report.objects.get(pbx=fresh.pbx, fingerprint=parsed.fingerprint)


def _park(report: Report, reason: str) -> Report:
    report.state = State.PARKED
    report.reason = reason
    report.save()
    return report


def _lock_parked(report: Report) -> Report:
    report = Report.objects.select_for_update().get(pk=report.pk)
    if report.state != State.PARKED:
        raise Refusal("invalid_transition", "This report is no longer waiting for a person.")
    return report


def _record_last_report(pbx: Pbx) -> None:
    """At most once a second: a burst of reports must not queue for this one row."""
    instant = now()
    stale = Q(last_report_at__isnull=True) | Q(last_report_at__lt=instant - _LAST_REPORT_PRECISION)
    PbxLink.objects.filter(stale | Q(reports_missing_since__isnull=False), pbx=pbx).update(
        last_report_at=instant, reports_missing_since=None
    )
