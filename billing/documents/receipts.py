"""The section with the payments of a folio."""

from billing.documents.document import Column, Row, Section
from billing.documents.formatting import Formatter
from billing.documents.text import printable
from billing.models import Payment


def receipts(formatter: Formatter) -> list[Section]:
    """A section with the payments, if there are any."""
    folio, words = formatter.folio, formatter.words
    if not folio.receipts:
        return []
    columns = (
        Column(words.number, 15),
        Column(words.when, 32),
        Column(words.method, 109),
        Column(f"{words.amount} {folio.currency}", 24, is_number=True),
    )
    rows = [_row(each, formatter) for each in folio.receipts]
    return [Section(title=words.payments, remark="", columns=columns, rows=rows, wide=2)]


def _row(receipt: Payment, formatter: Formatter) -> Row:
    is_reversed = receipt.pk in formatter.folio.reversed_payments
    return Row(
        cells=(
            str(receipt.sequence),
            formatter.local(receipt.received_at),
            formatter.words.methods.get(receipt.method, receipt.method),
            formatter.money(receipt.amount),
        ),
        remark=" · ".join(_remarks(receipt, formatter)),
        is_reversed=is_reversed or receipt.reverses_id is not None,
    )


def _remarks(receipt: Payment, formatter: Formatter) -> list[str]:
    words, numbers = formatter.words, {each.pk: each.sequence for each in formatter.folio.receipts}
    found = [words.refund] if receipt.is_refund else []
    if receipt.pk in formatter.folio.reversed_payments:
        found.append(words.reversed)
    if receipt.reverses_id in numbers:
        found.append(words.reversal.format(number=numbers[receipt.reverses_id]))
    return found + [text for text in map(printable, (receipt.reference, receipt.reason)) if text]
