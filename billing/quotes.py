"""What a call costs in this house: the right tariff, the emergency numbers, the engine."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.models import Call
from billing.rating import Outcome, Rate, Rating, rate_call
from billing.tariff_book import Book
from hotelpbx.money import round_money
from rooms.models import Property
from rooms.reports import emergency_number

_EMERGENCY: Final = Rate("", "Emergency call", Decimal(0), Decimal(0), 0, 1, 0)


def quote(
    property_: Property,
    book: Book,
    dialled: str,
    started_at: datetime,
    talk_seconds: int,
    *,
    tariff: str = "",
    trunk: str = "",
) -> Rating:
    """The price of one outbound call; nothing is read from the database.

    :param tariff: the name that the caller's class of service gives; empty: the first one
    :param trunk: the one it went out by: its tariff, if it has one, goes before the class's
    """
    if emergency_number(property_, dialled) is not None:
        nothing = round_money(Decimal(0), property_.currency)
        return Rating(Outcome.FREE, nothing, 0, dialled, rate=_EMERGENCY)
    return rate_call(
        book.editions_for(tariff, trunk, started_at),
        dialled,
        started_at,
        property_.zone,
        talk_seconds,
        property_.currency,
    )


def quote_of(call: Call, book: Book) -> Rating:
    """The price of a call on record; its ``stay__class_of_service`` should be at hand."""
    stay = call.stay
    service = stay.class_of_service if stay else None
    return quote(
        call.property,
        book,
        call.call_to,
        call.started_at,
        call.talk_seconds,
        tariff=service.tariff if service else "",
        trunk=call.trunk,
    )
