"""Tariffs and their rates, and finding the rate of a dialed number."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Context, Decimal
from functools import cached_property
from math import lcm
from typing import Final

from billing.rating.bands import ALWAYS, Band
from hotelpbx.money import minor_digits

# Only prefix lengths that occur with the same first digits are looked up.
_HEAD: Final = 5
# Enough digits for any amount, whatever the caller's decimal context is.
_WIDE: Final = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of calls to one destination, during ``band``.

    :param prefix: the first digits of the number; empty matches every number
    :param connection_fee: once per call
    :param initial_increment: minimum number of billed seconds
    :param increment: seconds per step after that, at least 1
    :param free_seconds: a call that lasts no longer is free, without the connection fee
    """

    prefix: str
    description: str
    connection_fee: Decimal
    price_per_minute: Decimal
    initial_increment: int
    increment: int
    free_seconds: int
    band: Band = ALWAYS
    # (fee, price of a second, denominator): integers, so that nothing is rounded before the end.
    exact: tuple[int, int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        fee, fee_in = self.connection_fee.as_integer_ratio()
        minute, minute_in = self.price_per_minute.as_integer_ratio()
        unit = lcm(fee_in, minute_in * 60)
        exact = (fee * (unit // fee_in), minute * (unit // (minute_in * 60)), unit)
        object.__setattr__(self, "exact", exact)

    def billed_seconds(self, talk_seconds: int) -> int:
        """``initial_increment`` plus the ``increment`` steps, rounded up, that cover the rest."""
        beyond = talk_seconds - self.initial_increment
        if beyond <= 0:
            return self.initial_increment
        return self.initial_increment - (-beyond // self.increment) * self.increment


@dataclass(frozen=True)
class Tariff:
    """One edition of a tariff.

    :param effective_from: the aware instant of its beginning; it applies until the next edition
    :param strip_prefixes: outside-line digits; the longest that matches is removed, once
    :param surcharge: added to the price, ``Decimal("0.15")`` = 15 %
    :param trunks: calls by these have this tariff, whatever the caller's class of service
    """

    name: str
    effective_from: datetime
    strip_prefixes: tuple[str, ...]
    surcharge: Decimal
    rates: tuple[Rate, ...]
    trunks: frozenset[str] = frozenset()

    def find_rate(self, number: str, instant: datetime, zone: tzinfo) -> Rate | None:
        """The rate with the longest prefix of ``number`` whose band covers the call.

        :param number: as returned by :func:`pbx.numbers.normalize_number`
        :param instant: the beginning of the call, aware
        :param zone: the property's time zone, in which bands are defined
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
        """Fee and ``seconds`` at the price of ``rate``, plus surcharge, rounded half up once."""
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
        """The lengths of prefixes shorter than a head, the longest first."""
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
