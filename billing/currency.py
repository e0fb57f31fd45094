"""Changing the hotel's currency: only without transactions, and only if all amounts fit it."""

from collections.abc import Iterator
from decimal import Decimal

from hotelpbx.money import minor_digits, round_money
from hotelpbx.refusals import invalid
from rooms.models import Property, Stay


def check_no_transactions(property_: Property, currency: str) -> None:
    """Refuse to change the currency while there are charges or payments in the present one."""
    if currency == property_.currency:
        return
    for rows, what in ((property_.charges, "charges"), (property_.payments, "payments")):
        if rows.exists():
            detail = f"There are {what} in {property_.currency}: the currency cannot be changed."
            raise invalid("/currency", detail)


def check_change(property_: Property, currency: str) -> None:
    """Refuse also a currency whose minor unit is too coarse for a stored price or limit."""
    check_no_transactions(property_, currency)
    if currency == property_.currency:
        return
    found = next(amounts_too_fine(property_, currency), "")
    if found:
        digits = minor_digits(currency)
        raise invalid(
            "/currency", f"{currency} has {digits} decimals, and {found}: change it first."
        )


def amounts_too_fine(property_: Property, currency: str) -> Iterator[str]:
    """Describe the stored amounts that have more decimals than ``currency``."""
    for product in property_.minibar_products.all():
        if _is_finer(product.price, currency):
            yield f"the price of the product {product.code} is {_plain(product.price)}"
    for service in property_.classes_of_service.all():
        for amount, what in (
            (service.credit_limit, "credit limit"),
            (service.allowance_amount, "free amount"),
        ):
            if amount is not None and _is_finer(amount, currency):
                yield f"the {what} of the class {service} is {_plain(amount)}"
    limited = property_.stays.filter(own_credit_limit__isnull=False).exclude(
        status__in=(Stay.Status.CANCELLED, Stay.Status.NO_SHOW, Stay.Status.CHECKED_OUT)
    )
    for stay in limited:
        if stay.own_credit_limit is not None and _is_finer(stay.own_credit_limit, currency):
            yield f"the credit limit of stay {stay.reference} is {_plain(stay.own_credit_limit)}"


def _is_finer(amount: Decimal, currency: str) -> bool:
    return amount != round_money(amount, currency)


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
