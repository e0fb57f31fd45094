"""Printed folios: built once, shown as a page or written as a PDF (docs/folio-printing.md)."""

from billing.documents.building import folio_document
from billing.documents.document import FolioDocument
from billing.documents.groups import folio_stays
from billing.documents.pdf import folios_as_pdf
from billing.documents.wording import LANGUAGES, language_of

__all__ = [
    "LANGUAGES",
    "FolioDocument",
    "folio_document",
    "folio_stays",
    "folios_as_pdf",
    "language_of",
]
