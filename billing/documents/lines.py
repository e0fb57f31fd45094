"""The lines of a folio, part by part."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from billing.documents.document import Column, Row, Section, Sum
from billing.documents.notation import Notation
from billing.documents.text import printable
from billing.folio.parts import MAIN, FolioPart
from billing.models import Charge

# As the program writes it into a line (billing/calls/charging.py).
_CALL_TO: Final = "Call to "
# Stays that are named where a line was divided among them; a row must fit on a sheet.
_FEW: Final = 5


def parts(notation: Notation) -> list[Section]:
    """A section for each part of the folio; with its own sums where there are several."""
    lines = _Lines(notation)
    several = len(notation.folio.parts) > 1
    return [_part(part, lines, several=several) for part in notation.folio.parts]


def _part(part: FolioPart, lines: "_Lines", *, several: bool) -> Section:
    notation, words = lines.notation, lines.notation.words
    remark = words.not_settled if several else ""
    if part.settled_at is not None:
        remark = words.settled.format(number=part.number, at=notation.local(part.settled_at))
    return Section(
        title=words.parts.get(part.title, words.parts[MAIN]),
        remark=remark,
        columns=(
            Column(words.number, 15),
            Column(words.when, 32),
            Column(words.room, 16),
            Column(words.what, 73),
            Column(words.tax, 20, is_number=True),
            Column(f"{words.amount} {notation.folio.currency}", 24, is_number=True),
        ),
        rows=[lines.row(line) for line in part.lines],
        wide=3,
        sums=_sums(part, notation) if several else (),
        empty=words.nothing,
    )


def _sums(part: FolioPart, notation: Notation) -> Sequence[Sum]:
    words = notation.words
    return (
        Sum(words.subtotal, notation.money(part.subtotal)),
        Sum(words.tax, notation.money(part.tax)),
        Sum(words.total, notation.money(part.total), strong=True),
    )


class _Lines:
    """Describes lines from what they are, so that only what was entered stays untranslated."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation
        self._by_id = {line.pk: line for line in notation.folio.lines}
        self._payers = _payers(notation.folio.reversed)

    def row(self, line: Charge) -> Row:
        notation = self.notation
        return Row(
            cells=(
                str(line.sequence),
                notation.local(line.occurred_at),
                printable(line.room.number) if line.room else "–",
                self._what(line),
                notation.money(line.tax),
                notation.money(line.amount),
            ),
            remark=" · ".join(self._remarks(line)),
            gone=line.pk in notation.folio.reversed or line.reverses_id is not None,
        )

    def _what(self, line: Charge) -> str:
        words = self.notation.words
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
        whole = f"{self.notation.money(origin.amount)} {self.notation.folio.currency}"
        return self.notation.words.share.format(what=what, whole=whole)

    def _remarks(self, line: Charge) -> Iterator[str]:
        words = self.notation.words
        if line.pk in self.notation.folio.reversed:
            yield words.reversed
        original = self._by_id.get(line.reverses_id) if line.reverses_id else None
        if original is not None:
            yield words.reversal.format(number=original.sequence)
        if line.origin is not None and line.origin.stay_id != line.stay_id:
            yield words.from_stay.format(reference=printable(line.origin.stay.reference))
        if line.reason:
            yield printable(line.reason)


def _payers(reversed_ids: frozenset[int]) -> dict[int, list[str]]:
    """To which stays each line went that was transferred or divided, by the line's id."""
    found: dict[int, list[str]] = defaultdict(list)
    heirs = Charge.objects.filter(origin__in=reversed_ids).order_by("sequence")
    for origin, reference in heirs.values_list("origin_id", "stay__reference"):
        if origin is not None:
            found[origin].append(printable(reference))
    return found
