"""Quoting calls: what a call costs, by its status, tariff and number, without writing anything."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.models import Call
from billing.rating import Outcome, Rate, Rating, UnratedReason, rate_call
from billing.tariff_book import Book
from hotelpbx.money import round_money
from pbx.numbers import emergency_number
from pbx.reports.parsing import Answer, answer_of
from rooms.models import Property

_EMERGENCY: Final = Rate("", "Emergency call", Decimal(0), Decimal(0), 0, 1, 0)


def quote(
    property_: Property,
    book: Book,
    dialed: str,
    started_at: datetime,
    talk_seconds: int,
    *,
    answer: Answer = Answer.ANSWERED,
    tariff: str = "",
    trunk: str = "",
) -> Rating:
    """The price of one outbound call; nothing is read from the database.

    :param answer: an unanswered call is free, whatever ``talk_seconds`` says; if the answer is
        unknown, a call that would have a cost is unrated until a person decides
    :param tariff: named by the caller's class of service; empty: the first one
    :param trunk: by which it went out; its tariff, if any, takes precedence over the class's
    """
    emergency = emergency_number(dialed, property_.emergency_numbers, lambda: book.outside_digits)
    if emergency is not None:
        nothing = round_money(Decimal(0), property_.currency)
        return Rating(Outcome.FREE, nothing, 0, emergency, rate=_EMERGENCY)
    rating = rate_call(
        book.editions_for(tariff, trunk, started_at),
        dialed,
        started_at,
        property_.zone,
        0 if answer == Answer.UNANSWERED else talk_seconds,
        property_.currency,
    )
    doubt = _doubt(dialed, answer) if rating.amount else None
    if doubt is not None:
        return Rating(Outcome.UNRATED, None, 0, rating.number, rating.tariff, reason=doubt)
    return rating


def quote_call(call: Call, book: Book) -> Rating:
    """The price of a recorded call; select its ``stay__class_of_service`` along with it."""
    stay = call.stay
    service = stay.class_of_service if stay else None
    return quote(
        call.property,
        book,
        call.call_to,
        call.started_at,
        call.talk_seconds,
        answer=effective_answer(call.status, counted=call.counted_as_answered),
        tariff=service.tariff if service else "",
        trunk=call.trunk,
    )


def _doubt(dialed: str, answer: Answer) -> UnratedReason | None:
    """Why a person has to decide whether a call with a cost is charged; None: no reason."""
    if not any(character.isdigit() for character in dialed):
        return UnratedReason.NO_NUMBER
    return UnratedReason.NO_STATUS if answer == Answer.UNKNOWN else None


def effective_answer(status: str, *, counted: bool) -> Answer:
    """The answer by the record's status, or as ``counted`` by a person."""
    return Answer.ANSWERED if counted else answer_of(status)
