"""Rating: the price of one call (docs/rating.md)."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from billing.rating.tariffs import Rate, Tariff
from hotelpbx.money import round_money
from pbx.numbers import normalize_number


class Outcome(StrEnum):
    """The outcome of rating a call; ``rating`` in the API."""

    RATED = "rated"
    FREE = "free"
    UNRATED = "unrated"


class UnratedReason(StrEnum):
    """Why a call has no price yet."""

    NO_TARIFF = "no_tariff"  # none was in effect when the call began
    NO_RATE = "no_rate"  # the tariff has no rate for this number at this hour
    NO_NUMBER = "no_number"  # what was dialed is not a number
    NO_STATUS = "no_status"  # it is unknown whether the call was answered


class Rating(NamedTuple):
    """The price of one call and how it was found.

    :param amount: rounded to the minor unit; ``None`` if unrated. A rated call may round to 0:
        it is still ``rated``, and no charge is posted
    :param number: the number that was looked up
    :param tariff, rate: by which it was rated; ``None`` if none was needed or found
    :param reason: only of an unrated call
    """

    outcome: Outcome
    amount: Decimal | None
    billed_seconds: int
    number: str
    tariff: Tariff | None = None
    rate: Rate | None = None
    reason: UnratedReason | None = None

    @property
    def description(self) -> str:
        """The rate's name of the destination; empty if there is none."""
        return self.rate.description if self.rate else ""

    @property
    def prefix(self) -> str | None:
        """The rate's prefix; None without a rate."""
        return self.rate.prefix if self.rate else None

    @property
    def effective_from(self) -> datetime | None:
        """The beginning of the tariff's edition; None without a tariff."""
        return self.tariff.effective_from if self.tariff else None


def rate_call(
    tariffs: Sequence[Tariff],
    dialed: str,
    started_at_utc: datetime,
    zone: tzinfo,
    talk_seconds: int,
    currency: str,
) -> Rating:
    """Rate one outbound call.

    :param tariffs: all editions of one tariff; the latest that had begun at call start applies
    :param dialed: the number as the PBX reports it, outside-line digits included
    :param started_at_utc: the aware instant at which the call began
    :param zone: the property's time zone
    :param talk_seconds: the answered part; 0 is free, with or without a tariff
    :param currency: the property's, ISO 4217
    :raises ValueError: if ``talk_seconds`` is negative
    """
    if talk_seconds < 0:
        raise ValueError(f"talk_seconds must not be negative: {talk_seconds}")
    tariff = in_effect(tariffs, started_at_utc)
    number = normalize_number(dialed, tariff.strip_prefixes if tariff else ())
    rate = tariff.find_rate(number, started_at_utc, zone) if tariff else None
    if talk_seconds == 0 and rate is None:
        return Rating(Outcome.FREE, _nothing(currency), 0, number)
    if tariff is None:
        return Rating(Outcome.UNRATED, None, 0, number, reason=UnratedReason.NO_TARIFF)
    if rate is None:
        return Rating(Outcome.UNRATED, None, 0, number, tariff, reason=UnratedReason.NO_RATE)
    if talk_seconds <= rate.free_seconds:
        return Rating(Outcome.FREE, _nothing(currency), 0, number, tariff, rate)
    billed = rate.billed_seconds(talk_seconds)
    amount = tariff.amount(rate, billed, currency)
    return Rating(Outcome.RATED, amount, billed, number, tariff, rate)


def in_effect(tariffs: Sequence[Tariff], instant: datetime) -> Tariff | None:
    """The edition in effect at ``instant``: the latest that has begun; None: none has."""
    found: Tariff | None = None
    for tariff in tariffs:
        if tariff.effective_from <= instant and (
            found is None or tariff.effective_from > found.effective_from
        ):
            found = tariff
    return found


def _nothing(currency: str) -> Decimal:
    return round_money(Decimal(0), currency)
