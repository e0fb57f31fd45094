"""Rating: the price of one call, to the letter of contract §3."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Context, Decimal, localcontext
from enum import StrEnum
from typing import Final

from billing.rating.tariffs import Rate, Tariff, normalise_number
from hotelpbx.money import round_money

# Wide enough that nothing is rounded before the one rounding at the minor unit.
_EXACT: Final = Context(prec=60)


class Outcome(StrEnum):
    """How the rating of a call ended; the API's ``rating``."""

    RATED = "rated"
    FREE = "free"
    UNRATED = "unrated"


class UnratedReason(StrEnum):
    """Why a call has no price yet."""

    NO_TARIFF = "no_tariff"  # none had begun when the call began
    NO_RATE = "no_rate"  # the tariff has no rate for this number at this hour


@dataclass(frozen=True, slots=True)
class Rating:
    """The price of one call and where it comes from.

    :param amount: at the currency's minor unit; ``None`` if unrated. A rated call may round to 0:
        it stays ``rated`` and makes no charge
    :param number: the number that was looked up
    :param description, prefix: of the rate; empty and ``None`` where none was needed or found
    :param effective_from: the edition of the tariff; ``None`` where none was needed or found
    :param reason: only of an unrated call
    """

    outcome: Outcome
    amount: Decimal | None
    billed_seconds: int
    number: str
    description: str = ""
    prefix: str | None = None
    effective_from: datetime | None = None
    reason: UnratedReason | None = None


def rate_call(
    tariffs: Sequence[Tariff],
    dialled: str,
    started_at_utc: datetime,
    zone: tzinfo,
    talk_seconds: int,
    currency: str,
) -> Rating:
    """Rate one outbound call.

    :param tariffs: all editions of one name; the latest that has begun at call start counts
    :param dialled: the number as the PBX reports it, outside-line digits included
    :param started_at_utc: the aware instant at which the call began
    :param zone: the property's time zone
    :param talk_seconds: the answered part; 0 is free, whether there is a tariff or not
    :param currency: ISO 4217, that of the property
    :raises ValueError: if ``talk_seconds`` is negative
    """
    if talk_seconds < 0:
        raise ValueError(f"talk_seconds must not be negative: {talk_seconds}")
    tariff = _in_effect(tariffs, started_at_utc)
    number = normalise_number(dialled, tariff.strip_prefixes if tariff else ())
    rate = tariff.find_rate(number, started_at_utc.astimezone(zone)) if tariff else None
    if talk_seconds == 0 and rate is None:
        return Rating(Outcome.FREE, round_money(Decimal(0), currency), 0, number)
    if tariff is None:
        return Rating(Outcome.UNRATED, None, 0, number, reason=UnratedReason.NO_TARIFF)
    if rate is None:
        return Rating(
            Outcome.UNRATED,
            None,
            0,
            number,
            effective_from=tariff.effective_from,
            reason=UnratedReason.NO_RATE,
        )
    free = talk_seconds <= rate.free_seconds
    billed = 0 if free else rate.billed_seconds(talk_seconds)
    return Rating(
        Outcome.FREE if free else Outcome.RATED,
        round_money(Decimal(0), currency) if free else _amount(rate, tariff, billed, currency),
        billed,
        number,
        rate.description,
        rate.prefix,
        tariff.effective_from,
    )


def _in_effect(tariffs: Sequence[Tariff], instant: datetime) -> Tariff | None:
    begun = (tariff for tariff in tariffs if tariff.effective_from <= instant)
    return max(begun, key=lambda tariff: tariff.effective_from, default=None)


def _amount(rate: Rate, tariff: Tariff, billed_seconds: int, currency: str) -> Decimal:
    with localcontext(_EXACT):
        # Divided last: a sixtieth of a price seldom ends, its sum often does.
        sixtyfold = rate.connection_fee * 60 + billed_seconds * rate.price_per_minute
        return round_money(sixtyfold * (1 + tariff.surcharge) / 60, currency)
