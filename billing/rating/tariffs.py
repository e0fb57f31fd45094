"""Tariffs and their rates, and how a dialled number finds its rate."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Final

from billing.rating.bands import ALWAYS, Band

_DIALLABLE: Final = frozenset("0123456789+*#")


def normalise_number(dialled: str, strip_prefixes: Iterable[str]) -> str:
    """The number behind ``dialled``: what prices and destinations are looked up by.

    Digits, ``+``, ``*`` and ``#`` stay. Then the longest of ``strip_prefixes`` (outside-line
    digits, which the PBX leaves in ``callto``) that fits is taken away, once.
    """
    number = "".join(character for character in dialled if character in _DIALLABLE)
    fitting = (prefix for prefix in strip_prefixes if number.startswith(prefix))
    return number.removeprefix(max(fitting, key=len, default=""))


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

    def billed_seconds(self, talk_seconds: int) -> int:
        """``initial_increment`` and the whole ``increment`` steps that cover what goes beyond."""
        beyond = max(talk_seconds - self.initial_increment, 0)
        steps = -(-beyond // self.increment)
        return self.initial_increment + steps * self.increment


@dataclass(frozen=True)
class Tariff:
    """One edition of a price list.

    :param effective_from: the aware instant of its beginning; it holds until the next edition
    :param strip_prefixes: outside-line digits; the longest that fits is taken away, once
    :param surcharge: share added on top, ``Decimal("0.15")`` = 15 %
    """

    name: str
    effective_from: datetime
    strip_prefixes: tuple[str, ...]
    surcharge: Decimal
    rates: tuple[Rate, ...]

    @cached_property
    def _rates_by_prefix(self) -> dict[str, list[Rate]]:
        by_prefix: dict[str, list[Rate]] = {}
        for rate in self.rates:
            by_prefix.setdefault(rate.prefix, []).append(rate)
        return by_prefix

    @cached_property
    def _prefix_lengths(self) -> list[int]:
        return sorted({len(prefix) for prefix in self._rates_by_prefix}, reverse=True)

    def find_rate(self, number: str, local: datetime) -> Rate | None:
        """The rate of the longest prefix of ``number`` among those whose band covers ``local``.

        :param number: as :func:`normalise_number` gives it
        :param local: the call's beginning in property time
        """
        for length in self._prefix_lengths:
            if length > len(number):
                continue
            for rate in self._rates_by_prefix.get(number[:length], ()):
                if rate.band.covers(local):
                    return rate
        return None
