"""Formatting amounts and times on a folio."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing.documents.wording import Words
from billing.folio.statement import Folio
from hotelpbx.money import minor_digits


@dataclass(frozen=True)
class Formatter:
    """Formats the values of one folio in one language."""

    folio: Folio
    words: Words

    def money(self, amount: Decimal) -> str:
        """``1,234.50``, with the decimals of the folio's currency."""
        return f"{amount:,.{minor_digits(self.folio.currency)}f}"

    def local(self, instant: datetime) -> str:
        """``2026-05-04 10:00``, in hotel local time."""
        return f"{instant.astimezone(self.folio.stay.property.zone):%Y-%m-%d %H:%M}"
