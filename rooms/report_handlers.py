"""Report handlers for phones and for the PBX itself."""

from pbx import extension_list, link
from pbx.models import Report
from pbx.reports.parsing import ExtensionState, ParsedReport
from pbx.reports.registry import Ignored, Outcome, Parked, Processed
from rooms.models import Phone, Property
from rooms.phones.statuses import record_status, status_of
from rooms.signals import phone_status_changed
from rooms.stays.attribution import phone_at


def property_of(report: Report) -> Property | None:
    """The property whose PBX sent the report; one query for a whole batch."""
    return getattr(report.pbx, "property", None)


def extension_status(report: Report, parsed: ParsedReport) -> Outcome | None:
    """``ExtensionStatus``: the state of a monitored phone (L4795-L4827), in order of arrival."""
    property_ = property_of(report)
    state = ExtensionState.of_report(parsed)
    phone = phone_at(property_, state.extension) if property_ else None
    if phone is None:
        return Ignored(f"Extension {state.extension} is not in a room.")
    status = status_of(state.status)
    if status is None:
        return Parked(f"The status {state.status!r} of {state.extension} is not in the manual.")
    record_status(phone, status, report.received_at)
    phone_status_changed.send(sender=Phone, phone=phone, status=status, at=report.received_at)
    return Processed(f"{phone} is {status.value}.")


def config_change(report: Report, parsed: ParsedReport) -> Outcome | None:
    """``ConfigChange``: an extension was added or deleted (L4756-L4794).

    Updates are ignored: our own changes of names are reported, too.
    """
    of_extension = parsed.fields.get("type", "").lower() == "extension"
    if not of_extension or parsed.fields.get("operation", "").lower() == "update":
        return None
    if extension_list.request_refresh(report.pbx):
        link.request_check(report.pbx)
    return Processed("The list of extensions is read again.")


def boot_up(report: Report, parsed: ParsedReport) -> Outcome | None:
    """``BootUp``: the PBX restarted and forgot its tokens, so a heartbeat is sent at once."""
    link.note_restart(report.pbx)
    return Processed("The PBX has started: the session is looked after.")
