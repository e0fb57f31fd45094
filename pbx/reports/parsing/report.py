"""One report of the PBX, read leniently (L4734-L6012)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from pbx.numbers import number_or_text
from pbx.reports.parsing.fingerprint import object_fingerprint, record_fingerprint
from pbx.reports.parsing.lenient import (
    MAX_CALLID,
    MAX_TEXT,
    JsonObject,
    JsonValue,
    clean,
    load,
    scalar_text,
)

_MAX_ACTION: Final = 32

# As the manual spells them, "Tranfer" included (T25).
_ACTIONS: Final = {
    action.lower(): action
    for action in (
        "BootUp",
        "ConfigChange",
        "ExtensionStatus",
        "ALERT",
        "RING",
        "ANSWER",
        "ANSWERED",
        "BYE",
        "Tranfer",
        "CallFailed",
        "DTMF",
        "NewCdr",
        "Invite",
        "Incoming",
        "PlayPromptEnd",
        "satisfaction",
        "sms-send",
    )
} | {"transfer": "Tranfer"}

PartyKind = Literal["ext", "inbound", "outbound"]
_PARTY_KINDS: Final = ("ext", "inbound", "outbound")
# Fields with attributes of their own.
_APART: Final = frozenset({"action", "event", "callid", "sn"})


class Unreadable(Exception):
    """A report that cannot be parsed; ``reason`` says why, for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Party:
    """One party of a call. Missing values are empty.

    :ivar kind: ``ext`` (an extension), ``inbound`` or ``outbound`` (a trunk call)
    :ivar extid: the extension's number, for ``ext``; the text where no number can be read
    :ivar from_: the caller's number, for trunk calls
    :ivar to: the called number as dialed, with the outside-line digit, for trunk calls
    :ivar leg_id: ``inboundid`` or ``outboundid``
    :ivar callpath: the number of the IVR to which keys went
    """

    kind: PartyKind
    extid: str = ""
    from_: str = ""
    to: str = ""
    trunk: str = ""
    leg_id: str = ""
    callpath: str = ""


@dataclass(frozen=True)
class ParsedReport:
    """A parsed report. All texts are stripped, bounded and safe to store in PostgreSQL.

    :ivar action: the kind of report in the manual's spelling; an unknown one as it came
    :ivar callid: the call's identity, or empty
    :ivar sn: the PBX's serial number, or empty (some reports have none, L6152)
    :ivar parties: from ``call[]`` or from the top level (T26), in the order of the report
    :ivar fields: all other plain values, by lower-case name
    :ivar fingerprint: equal for repetitions of a report (docs/inbox.md); None without a
        ``callid``: such reports are never repetitions
    """

    action: str
    callid: str
    sn: str
    parties: tuple[Party, ...]
    fields: Mapping[str, str]
    fingerprint: str | None

    @property
    def extensions(self) -> tuple[str, ...]:
        """The numbers of the extensions that take part, in order."""
        return tuple(party.extid for party in self.parties if party.kind == "ext" and party.extid)


def parse_report(body: bytes) -> ParsedReport:
    """Read one report.

    :raises Unreadable: and nothing else, whatever the bytes
    """
    try:
        # Invalid UTF-8 can only damage a name in the report.
        report = load(body.decode("utf-8", "replace"))
        if not isinstance(report, JsonObject):
            raise Unreadable("it is JSON, but not an object")
        return _read(report)
    except ValueError as fault:
        raise Unreadable(f"it is not JSON: {fault}") from None
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None


def _read(report: JsonObject) -> ParsedReport:
    # API 2.0 has "event" for "action" (T34).
    action = report.text("action", "event")
    if not action:
        raise Unreadable("it has no action")
    action = _ACTIONS.get(action.lower(), action)[:_MAX_ACTION]
    callid = report.text("callid")[:MAX_CALLID]
    sn = report.text("sn")[:MAX_TEXT]
    fields = _fields(report)
    return ParsedReport(
        action=action,
        callid=callid,
        sn=sn,
        parties=_parties(report),
        fields=fields,
        fingerprint=_fingerprint(report, action, {**fields, "callid": callid, "sn": sn}),
    )


def _fields(report: JsonObject) -> dict[str, str]:
    fields: dict[str, str] = {}
    for key, value in report.pairs:
        name, text = clean(key.lower())[:MAX_TEXT], scalar_text(value)[:MAX_TEXT]
        if name in _APART or isinstance(value, (JsonObject, list)):
            continue
        fields[name] = text or fields.get(name, "")
    return fields


def _fingerprint(report: JsonObject, action: str, fields: Mapping[str, str]) -> str | None:
    if not fields["callid"]:
        return None
    return record_fingerprint(fields) if action == "NewCdr" else object_fingerprint(report)


def _parties(report: JsonObject) -> tuple[Party, ...]:
    holders = (*report.objects("call"), report)
    return tuple(
        party
        for holder in holders
        for key, value in holder.pairs
        for party in _parties_under(key.strip().lower(), value)
    )


def _parties_under(key: str, value: JsonValue) -> list[Party]:
    if key not in _PARTY_KINDS:
        return []
    kind = cast(PartyKind, key)
    members = value if isinstance(value, list) else [value]
    return [_party(kind, member) for member in members if isinstance(member, JsonObject)] + [
        # The tables call a party "String" (L4859): a bare number can only be the extension's.
        Party("ext", extid=number_or_text(scalar_text(member)[:MAX_TEXT]))
        for member in members
        if kind == "ext" and scalar_text(member)
    ]


def _party(kind: PartyKind, member: JsonObject) -> Party:
    def text(*names: str) -> str:
        return member.text(*names)[:MAX_TEXT]

    return Party(
        kind=kind,
        extid=number_or_text(text("extid", "number")) if kind == "ext" else "",
        from_=text("from"),
        to=text("to"),
        trunk=text("trunk", "trunkname"),
        leg_id=text("inboundid", "outboundid"),
        callpath=text("callpath"),
    )
