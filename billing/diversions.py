"""Which phone brought about a call outside: its caller, or who transferred or forwarded it.

A call's legs share its ``callid`` (T8). The leg outside may name as caller somebody who never
dialled: the outside caller whom a guest put through, or the guest who called a forwarded phone.
What tells: the ``Tranfer`` reports of the call (L5316-L5413) and its other legs.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from billing.models import Call
from pbx.models import Report
from pbx.parsing import Unreadable, parse_report
from pbx.parsing.report import Party
from rooms.models import Phone, Property

Parties = tuple[Party, ...]


@dataclass(frozen=True)
class Conversation:
    """All legs of one ``callid``, what was reported of transfers, the room phones taking part."""

    legs: Sequence[Call]
    transfers: Sequence[Parties]
    phones: dict[str, Phone]

    def extension_of(self, leg: Call, *, diverted: bool) -> str | None:
        """The extension whose leg it is; None: a phone caused it, and it cannot be told which.

        :param diverted: it came in by a trunk, or its record calls it a transfer
        """
        if leg.direction == Call.Direction.INBOUND:
            return leg.call_to
        if leg.direction == Call.Direction.INTERNAL:
            return leg.call_from
        others = [each for each in self.legs if each is not leg]
        return caused_by(leg, others, self.transfers, self.phones, diverted=diverted)

    @property
    def only_phone(self) -> Phone | None:
        """The one room phone that took part; None: there is none, or there are several."""
        return next(iter(self.phones.values())) if len(self.phones) == 1 else None


def conversation(property_: Property, callid: str, legs: Sequence[Call]) -> Conversation:
    """Read what belongs to a call: two queries, one where no leg leads outside."""
    outward = any(leg.direction == Call.Direction.OUTBOUND for leg in legs)
    transfers = list(_transfers(property_, callid)) if outward else []
    numbers = {number for leg in legs for number in (leg.call_from, leg.call_to)}
    for party in (each for parties in transfers for each in parties):
        numbers |= {party.extid, party.from_, party.to}
    phones = Phone.objects.filter(property=property_, extension__in=numbers)
    found = {phone.extension: phone for phone in phones.select_related("room")}
    for phone in found.values():
        phone.room.property = property_
    return Conversation(legs, transfers, found)


def caused_by(
    leg: Call,
    others: Sequence[Call],
    transfers: Sequence[Parties],
    phones: Container[str],
    *,
    diverted: bool,
) -> str | None:
    """The extension that caused the outward ``leg``; None: it cannot be told."""
    named = {_transferor(parties, others, phones) for parties in transfers}
    if named:
        if leg.call_from in named:
            return leg.call_from
        return named.pop() if len(named) == 1 else None
    if leg.call_from in phones:
        return leg.call_from
    passed = _called_by(leg.call_from, others) | _callers_of(leg.call_from, others)
    if passed:
        return passed.pop() if len(passed) == 1 else None
    return None if diverted else leg.call_from


def _transferor(parties: Parties, others: Sequence[Call], phones: Container[str]) -> str | None:
    """Who transfers or has forwarded, by one ``Tranfer`` report."""
    inside = [party.extid for party in parties if party.kind == "ext" and party.extid]
    outside = next((party for party in parties if party.kind != "ext"), None)
    if len(inside) > 1 or (inside and outside):
        return inside[0]  # 1005 transfers 1001 (L5355)
    if inside:
        return _one(_called_by(inside[0], others))  # 1006 called 1001, which forwards (L5375)
    if outside is None:
        return None
    if outside.kind == "outbound":
        return outside.from_ or None
    # "to" is what was called at first (L5347): that phone, or a menu or number of the house.
    reached = _called_by(outside.from_, others)
    return _one(reached or ({outside.to} if outside.to in phones else set()))


def _called_by(caller: str, legs: Iterable[Call]) -> set[str]:
    """The extensions of the house that ``caller`` was connected to."""
    inward = (leg for leg in legs if leg.direction != Call.Direction.OUTBOUND)
    return {leg.call_to for leg in inward if leg.call_from == caller and leg.call_to}


def _callers_of(number: str, legs: Iterable[Call]) -> set[str]:
    """The extensions that called ``number`` outside, with or without digits before it."""
    outward = (leg for leg in legs if leg.direction == Call.Direction.OUTBOUND)
    return {
        leg.extension
        for leg in outward
        if number and leg.call_to.endswith(number) and leg.extension
    }


def _one(found: set[str]) -> str | None:
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
