"""Tariffs and their rates, and how a dialled number finds its rate."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Context, Decimal
from functools import cached_property
from math import lcm
from typing import Final

from billing.rating.bands import ALWAYS, Band
from hotelpbx.money import minor_digits

# Rates are looked for by lengths that occur among prefixes with the same first digits.
_HEAD: Final = 5
# Wide enough for any amount; the caller's own context must not cut it.
_WIDE: Final = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Rate:
    """What calls to one destination cost, at the hours of ``band``.

    :param prefix: the first digits of the number; empty matches every number
    :param connection_fee: of the tariff's currency, once a call
    :param price_per_minute: of the tariff's currency
    :param initial_increment: seconds billed at least
    :param increment: seconds per step after that, at least 1
    :param free_seconds: a call that talks no longer costs nothing, not even the fee
    """

    prefix: str
    description: str
    connection_fee: Decimal
    price_per_minute: Decimal
    initial_increment: int
    increment: int
    free_seconds: int
    band: Band = ALWAYS
    # (fee, price of a second, denominator): whole numbers, so that nothing is ever rounded.
    exact: tuple[int, int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        fee, fee_in = self.connection_fee.as_integer_ratio()
        minute, minute_in = self.price_per_minute.as_integer_ratio()
        unit = lcm(fee_in, minute_in * 60)
        exact = (fee * (unit // fee_in), minute * (unit // (minute_in * 60)), unit)
        object.__setattr__(self, "exact", exact)

    def billed_seconds(self, talk_seconds: int) -> int:
        """``initial_increment`` and the whole ``increment`` steps that cover what goes beyond."""
        beyond = talk_seconds - self.initial_increment
        if beyond <= 0:
            return self.initial_increment
        return self.initial_increment - (-beyond // self.increment) * self.increment


@dataclass(frozen=True)
class Tariff:
    """One edition of a price list.

    :param effective_from: the aware instant of its beginning; it holds until the next edition
    :param strip_prefixes: outside-line digits; the longest that fits is taken away, once
    :param surcharge: share added on top, ``Decimal("0.15")`` = 15 %
    :param trunks: calls over these have this tariff, whatever the caller's class
    """

    name: str
    effective_from: datetime
    strip_prefixes: tuple[str, ...]
    surcharge: Decimal
    rates: tuple[Rate, ...]
    trunks: frozenset[str] = frozenset()

    def find_rate(self, number: str, instant: datetime, zone: tzinfo) -> Rate | None:
        """The rate of the longest prefix of ``number`` among those whose band covers the call.

        :param number: as :func:`pbx.numbers.normalize_number` gives it
        :param instant: the call's beginning, aware
        :param zone: the property's time zone, in which bands are meant
        """
        rates = self._rates_by_prefix
        local: datetime | None = None
        for length in self._lengths_by_head.get(number[:_HEAD], self._short_lengths):
            found = rates.get(number[:length])
            if found is not None:
                for rate in found:
                    if rate.band is ALWAYS:
                        return rate
                    local = local or instant.astimezone(zone)
                    if rate.band.covers(local):
                        return rate
        return None

    def amount(self, rate: Rate, seconds: int, currency: str) -> Decimal:
        """(fee + ``seconds`` at the price of ``rate``) with the surcharge, rounded half up once."""
        fee, second, unit = rate.exact
        share, share_in = self._share
        digits = minor_digits(currency)
        twice = 2 * (fee + seconds * second) * share * 10**digits
        unit *= share_in
        return _WIDE.scaleb(Decimal((twice + unit) // (2 * unit)), -digits)

    @cached_property
    def _share(self) -> tuple[int, int]:
        surcharge, unit = self.surcharge.as_integer_ratio()
        return unit + surcharge, unit

    @cached_property
    def _rates_by_prefix(self) -> dict[str, list[Rate]]:
        by_prefix: dict[str, list[Rate]] = {}
        for rate in self.rates:
            by_prefix.setdefault(rate.prefix, []).append(rate)
        return by_prefix

    @cached_property
    def _short_lengths(self) -> tuple[int, ...]:
        """Of the prefixes that have fewer digits than a head; the longest first."""
        lengths = {len(prefix) for prefix in self._rates_by_prefix if len(prefix) < _HEAD}
        return tuple(sorted(lengths, reverse=True))

    @cached_property
    def _lengths_by_head(self) -> dict[str, tuple[int, ...]]:
        by_head: dict[str, set[int]] = {}
        for prefix in self._rates_by_prefix:
            if len(prefix) >= _HEAD:
                by_head.setdefault(prefix[:_HEAD], set()).add(len(prefix))
        return {
            head: (*sorted(lengths, reverse=True), *self._short_lengths)
            for head, lengths in by_head.items()
        }
