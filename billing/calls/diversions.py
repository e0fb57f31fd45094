"""Which phone caused an outbound leg: its caller, or the one that transferred or forwarded it.

The legs of a call share its ``callid`` (T8). The caller of an outbound leg may never have dialed:
it may be an external caller whom a guest transferred, or a guest who called a forwarded phone.
The ``Tranfer`` reports of the call (L5316-L5413) and its other legs tell.
"""

from collections.abc import Callable, Container, Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cache

from billing.models import Call
from pbx.extension_list import is_listed
from pbx.models import Report
from pbx.numbers import looks_like_extension, number_of
from pbx.reports.parsing import Unreadable, parse_report
from pbx.reports.parsing.report import Party
from rooms.models import Property, Room
from rooms.stays.attribution import rooms_at

Parties = tuple[Party, ...]


@dataclass(frozen=True)
class Conversation:
    """All legs of one ``callid``, its reported transfers, and the rooms involved.

    :ivar rooms: by extension, as they were when the call began
    :ivar is_listed: whether an extension is on the PBX's list; None if the list is not known
    """

    legs: Sequence[Call]
    transfers: Sequence[Parties]
    rooms: dict[str, Room]
    is_listed: Callable[[str], bool | None]

    def extension_of(self, leg: Call) -> str | None:
        """The extension that made or caused ``leg``; None if unknown."""
        if leg.direction == Call.Direction.INBOUND:
            return leg.callee
        if leg.direction == Call.Direction.INTERNAL:
            return leg.caller
        others = [each for each in self.legs if each is not leg]
        found = self._caused(leg, others)
        return found if found and self._can_be(found) else None

    def _caused(self, leg: Call, others: Sequence[Call]) -> str | None:
        if self.transfers:
            return _by_transfers(leg, others, self.transfers, self.rooms)
        if leg.caller in self.rooms:
            return leg.caller
        passed = _called_by(_who(leg), others) | _callers_of(leg.caller, others)
        return _one(passed) if passed else self._dialed(leg, others)

    def _dialed(self, leg: Call, others: Sequence[Call]) -> str | None:
        """The caller, if it can be an extension and dialed itself."""
        caller = leg.caller
        if not caller or leg.from_outside:
            return None
        if self.is_listed(caller) is not None:
            return caller
        by_hand = any(
            each.caller == caller and each.direction == leg.direction and not each.diverted
            for each in (leg, *others)
        )
        return caller if by_hand and looks_like_extension(caller) else None

    def _can_be(self, extension: str) -> bool:
        return extension in self.rooms or self.is_listed(extension) is not False

    @property
    def only_room(self) -> Room | None:
        """The room of the only room phone involved; None if there are none or several."""
        return next(iter(self.rooms.values())) if len(self.rooms) == 1 else None


def load_conversation(property_: Property, callid: str, legs: Sequence[Call]) -> Conversation:
    """Read what belongs to a call, in two queries; in one if no leg is outbound."""
    outward = any(leg.direction == Call.Direction.OUTBOUND for leg in legs)
    transfers = list(_transfers(property_, callid)) if outward else []
    numbers = {number for leg in legs for number in (leg.caller, leg.callee)}
    for party in (each for parties in transfers for each in parties):
        numbers |= {party.extid, number_of(party.from_), number_of(party.to)}
    began = legs[0].started_at

    @cache
    def listed(number: str) -> bool | None:
        return is_listed(property_.pbx, number, began)

    return Conversation(legs, transfers, rooms_at(property_, numbers - {""}, began), listed)


def _by_transfers(
    leg: Call, others: Sequence[Call], transfers: Sequence[Parties], phones: Container[str]
) -> str | None:
    """The extension that the reported transfers name; None if none or several."""
    named = {_transferor(parties, others, phones) for parties in transfers}
    return leg.caller if leg.caller in named else _one(named)


def _transferor(parties: Parties, others: Sequence[Call], phones: Container[str]) -> str | None:
    """The extension that transferred or forwarded, according to one ``Tranfer`` report."""
    inside = [party.extid for party in parties if party.kind == "ext" and party.extid]
    outside = next((party for party in parties if party.kind != "ext"), None)
    if len(inside) > 1 or (inside and outside):
        return inside[0]  # 1005 transfers 1001 (L5355)
    if inside:
        return _one(_called_by(inside[0], others))  # 1006 called 1001, which forwards (L5375)
    if outside is None:
        return None
    if outside.kind == "outbound":
        return number_of(outside.from_) or None
    # "to" is what was called first (L5347): a phone, or a menu or number of the hotel.
    reached = _called_by(number_of(outside.from_) or outside.from_, others)
    called = number_of(outside.to)
    return _one(reached or ({called} if called in phones else set()))


def _who(leg: Call) -> str:
    """The caller, also without a readable number: the same text is the same caller."""
    return leg.caller or leg.call_from.strip()


def _called_by(caller: str, legs: Iterable[Call]) -> set[str]:
    """The extensions to which ``caller`` was connected."""
    inward = (leg for leg in legs if leg.direction != Call.Direction.OUTBOUND)
    return {leg.callee for leg in inward if caller and _who(leg) == caller and leg.callee}


def _callers_of(number: str, legs: Iterable[Call]) -> set[str]:
    """The extensions that called the external ``number``, with or without prefix digits."""
    outward = (leg for leg in legs if leg.direction == Call.Direction.OUTBOUND)
    return {
        leg.extension for leg in outward if number and leg.callee.endswith(number) and leg.extension
    }


def _one(found: Set[str | None]) -> str | None:
    return next(iter(found)) if len(found) == 1 else None


def _transfers(property_: Property, callid: str) -> Iterable[Parties]:
    reports = Report.objects.filter(pbx=property_.pbx_id, callid=callid, action="Tranfer")
    for report in reports.order_by("pk"):
        try:
            parties = parse_report(bytes(report.body)).parties
        except Unreadable:
            continue
        if parties:
            yield parties
