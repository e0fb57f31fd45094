"""Typed views of simple reports."""

from dataclasses import dataclass

from pbx.numbers import number_or_text
from pbx.reports.parsing.report import ParsedReport


@dataclass(frozen=True)
class KeysPressed:
    """A DTMF report (L5474-L5682). Either ``keys`` or ``key`` has something.

    :ivar extension: the extension that pressed them; empty for an outside caller
    :ivar keys: the whole entry (``infos``), as the hotel's menus send it: ``777*01``
    :ivar key: one key (``info``)
    :ivar position: which key of the call it is (``flag``), from 0; None if missing
    :ivar ivr: the number of the IVR to which the keys went (``callpath``), or empty
    """

    extension: str
    keys: str
    key: str
    position: int | None
    ivr: str

    @classmethod
    def of_report(cls, report: ParsedReport) -> "KeysPressed":
        """The keys in a DTMF report."""
        flag = report.fields.get("flag", "")
        return cls(
            extension=next(iter(report.extensions), ""),
            keys=report.fields.get("infos", ""),
            key=report.fields.get("info", ""),
            position=int(flag) if flag.isascii() and flag.isdigit() else None,
            ivr=next((party.callpath for party in report.parties if party.callpath), ""),
        )


@dataclass(frozen=True)
class ExtensionState:
    """An ExtensionStatus report (L4795-L4827).

    :ivar extension: the phone's number; the report calls it ``extension``, others do not (T27)
    :ivar status: in lower case: ``ringing``, ``busy``, ``idle``, ``registered``,
        ``unregistered``, …
    """

    extension: str
    status: str

    @classmethod
    def of_report(cls, report: ParsedReport) -> "ExtensionState":
        """The state in an ExtensionStatus report."""
        names = ("extension", "extid", "extnumber", "number")
        found = (report.fields[name] for name in names if report.fields.get(name))
        return cls(
            extension=number_or_text(next(found, "")),
            status=report.fields.get("status", "").lower(),
        )
