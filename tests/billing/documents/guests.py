"""Folios to be printed."""

from copy import copy
from decimal import Decimal
from typing import Any

from django.db.models import F

from billing.documents import FolioDocument, folio_document
from billing.folio.statement import folio_of
from billing.ledger import posting
from billing.models import Charge, MinibarProduct, PostingCounter
from rooms.models import Stay
from tests.house import CLERK


def printed(stay: Stay, language: str = "en") -> FolioDocument:
    """The folio of ``stay`` as it is now."""
    return folio_document(folio_of(Stay.objects.get(pk=stay.pk)), language)


def drink(stay: Stay, times: int = 1) -> None:
    """So many bottles of water, each a line of 8.00."""
    water = MinibarProduct.objects.get(property=stay.property, code="0012")
    first = posting.charge_minibar(stay, water, 1, actor=CLERK)
    # The others are copies: posting five hundred takes its time.
    counter = PostingCounter.objects.filter(property=stay.property_id)
    counter.update(last=F("last") + times - 1)
    copies = [copy(first) for _ in range(times - 1)]
    for number, charge in enumerate(copies, start=1):
        charge.pk, charge.sequence = None, first.sequence + number
    Charge.objects.bulk_create(copies)


def charge(stay: Stay, description: str, amount: str = "45.00", **more: Any) -> Any:
    """An entered charge."""
    return posting.charge_other(stay, Decimal(amount), description, actor=CLERK, **more)


def texts(document: FolioDocument) -> str:
    """All that the document says."""
    rows = [row for section in document.sections for row in section.rows]
    sums = [*document.by_kind[1], *document.sums]
    sums += [each for section in document.sections for each in section.sums]
    said = [document.title, document.printed, document.by_kind[0]]
    said.append(document.page.format(page=1, pages=2))
    said += [part for fact in document.details for part in fact]
    said += [part for section in document.sections for part in (section.title, section.remark)]
    said += [column.title for section in document.sections for column in section.columns]
    said += [part for row in rows for part in (*row.cells, row.remark)]
    return "\n".join(said + [part for each in sums for part in (each.words, each.remark)])
