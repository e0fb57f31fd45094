"""The payments of a folio."""

from billing.documents.document import Column, Row, Section
from billing.documents.notation import Notation
from billing.documents.text import printable
from billing.models import Payment


def receipts(notation: Notation) -> list[Section]:
    """A section with the payments, if there are any."""
    folio, words = notation.folio, notation.words
    if not folio.receipts:
        return []
    columns = (
        Column(words.number, 15),
        Column(words.when, 32),
        Column(words.method, 109),
        Column(f"{words.amount} {folio.currency}", 24, is_number=True),
    )
    rows = [_row(each, notation) for each in folio.receipts]
    return [Section(title=words.payments, remark="", columns=columns, rows=rows, wide=2)]


def _row(receipt: Payment, notation: Notation) -> Row:
    return Row(
        cells=(
            str(receipt.sequence),
            notation.local(receipt.received_at),
            notation.words.methods.get(receipt.method, receipt.method),
            notation.money(receipt.amount),
        ),
        remark=" · ".join(_remarks(receipt, notation)),
        gone=receipt.pk in notation.folio.paid_back or receipt.reverses_id is not None,
    )


def _remarks(receipt: Payment, notation: Notation) -> list[str]:
    words, numbers = notation.words, {each.pk: each.sequence for each in notation.folio.receipts}
    found = [words.refund] if receipt.is_refund else []
    if receipt.pk in notation.folio.paid_back:
        found.append(words.reversed)
    if receipt.reverses_id in numbers:
        found.append(words.reversal.format(number=numbers[receipt.reverses_id]))
    return found + [text for text in map(printable, (receipt.reference, receipt.reason)) if text]
