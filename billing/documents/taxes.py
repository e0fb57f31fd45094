"""The tax sum on a folio, with a rate only if it applies to every line."""

from decimal import Decimal

from billing.documents.document import Sum
from billing.documents.wording import Words
from billing.folio.statement import Folio
from billing.ledger.lines import tax_of
from billing.models import Charge
from hotelpbx.money import minor_digits
from rooms.models import Property


def tax_sum(folio: Folio, words: Words, amount: str) -> Sum:
    """The sum of the taxes, with rate and kind if all lines were taxed as today.

    A line keeps the tax of its own day, so after a change of the rate a folio may have two rates.
    """
    property_ = folio.stay.property
    if not property_.tax_rate or not all(_has_todays(line, property_) for line in folio.lines):
        return Sum(words.tax, amount)
    rate = f"{(property_.tax_rate * 100).normalize():f}"
    manner = words.tax_included if property_.tax_included else words.tax_added
    return Sum(words.tax_rate.format(rate=rate), amount, remark=manner)


def _has_todays(line: Charge, property_: Property) -> bool:
    if line.tax_included != property_.tax_included:
        return False
    divided = line.origin_id is not None or line.reverses_id is not None
    # The shares of a split line add up to its tax, so one may differ by a minor unit.
    slack = Decimal(1).scaleb(-minor_digits(property_.currency)) if divided else Decimal(0)
    return abs(line.tax - tax_of(line.amount, property_)) <= slack
