"""The sections with the lines of a folio, one for each part."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from billing.documents.document import Column, Row, Section, Sum
from billing.documents.formatting import Formatter
from billing.documents.text import printable
from billing.folio.parts import MAIN, FolioPart
from billing.models import Charge

# As in the descriptions that billing/calls/charging.py writes.
_CALL_TO: Final = "Call to "
# The most stays named where a line was split between them: a row must fit on a sheet.
_FEW: Final = 5


def parts(formatter: Formatter) -> list[Section]:
    """A section for each part of the folio, with its own sums if there are several."""
    lines = _Lines(formatter)
    several = len(formatter.folio.parts) > 1
    return [_part(part, lines, several=several) for part in formatter.folio.parts]


def _part(part: FolioPart, lines: "_Lines", *, several: bool) -> Section:
    formatter, words = lines.formatter, lines.formatter.words
    remark = words.not_settled if several else ""
    if part.settled_at is not None:
        remark = words.settled.format(number=part.number, at=formatter.local(part.settled_at))
    return Section(
        title=words.parts.get(part.title, words.parts[MAIN]),
        remark=remark,
        columns=(
            Column(words.number, 15),
            Column(words.when, 32),
            Column(words.room, 16),
            Column(words.what, 73),
            Column(words.tax, 20, is_number=True),
            Column(f"{words.amount} {formatter.folio.currency}", 24, is_number=True),
        ),
        rows=[lines.row(line) for line in part.lines],
        wide=3,
        sums=_sums(part, formatter) if several else (),
        empty=words.nothing,
    )


def _sums(part: FolioPart, formatter: Formatter) -> Sequence[Sum]:
    words = formatter.words
    return (
        Sum(words.subtotal, formatter.money(part.subtotal)),
        Sum(words.tax, formatter.money(part.tax)),
        Sum(words.total, formatter.money(part.total), strong=True),
    )


class _Lines:
    """Describes lines from their data, so that everything but entered text is translated."""

    def __init__(self, formatter: Formatter) -> None:
        self.formatter = formatter
        self._by_id = {line.pk: line for line in formatter.folio.lines}
        self._payers = _payers(formatter.folio.reversed)

    def row(self, line: Charge) -> Row:
        formatter = self.formatter
        return Row(
            cells=(
                str(line.sequence),
                formatter.local(line.occurred_at),
                printable(line.room.number) if line.room else "–",
                self._what(line),
                formatter.money(line.tax),
                formatter.money(line.amount),
            ),
            remark=" · ".join(self._remarks(line)),
            is_reversed=line.pk in formatter.folio.reversed or line.reverses_id is not None,
        )

    def _what(self, line: Charge) -> str:
        words = self.formatter.words
        original = self._by_id.get(line.reverses_id) if line.reverses_id else None
        if original is not None:
            payers = self._payers.get(original.pk, [])
            form = words.handed_over if payers else words.taken_back
            stays = ", ".join(payers[:_FEW]) + (" …" if len(payers) > _FEW else "")
            return form.format(what=self._what(original), stays=stays)
        if line.origin is not None:
            return self._share(line, line.origin)
        text = printable(line.description)
        if line.type == Charge.Type.CALL and text.startswith(_CALL_TO):
            return words.call_to.format(number=text.removeprefix(_CALL_TO))
        return text

    def _share(self, line: Charge, origin: Charge) -> str:
        what = self._what(origin)
        if line.amount == origin.amount:
            return what
        whole = f"{self.formatter.money(origin.amount)} {self.formatter.folio.currency}"
        return self.formatter.words.share.format(what=what, whole=whole)

    def _remarks(self, line: Charge) -> Iterator[str]:
        words = self.formatter.words
        if line.pk in self.formatter.folio.reversed:
            yield words.reversed
        original = self._by_id.get(line.reverses_id) if line.reverses_id else None
        if original is not None:
            yield words.reversal.format(number=original.sequence)
        if line.origin is not None and line.origin.stay_id != line.stay_id:
            yield words.from_stay.format(reference=printable(line.origin.stay.reference))
        if line.reason:
            yield printable(line.reason)


def _payers(reversed_ids: frozenset[int]) -> dict[int, list[str]]:
    """The stays to which lines were transferred or split, by the line's id."""
    found: dict[int, list[str]] = defaultdict(list)
    heirs = Charge.objects.filter(origin__in=reversed_ids).order_by("sequence")
    for origin, reference in heirs.values_list("origin_id", "stay__reference"):
        if origin is not None:
            found[origin].append(printable(reference))
    return found
