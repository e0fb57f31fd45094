"""Properties: no operation on folios loses or makes a cent."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.folio import settlement
from billing.folio.statement import folio_of
from billing.ledger import payments, posting, transfers
from billing.ledger.amounts import divide
from billing.ledger.balances import balances
from billing.models import Charge
from hotelpbx.money import minor_digits
from hotelpbx.refusals import Refusal
from rooms.models import Property, Stay
from rooms.stays import lifecycle, reservations
from rooms.stays.details import StayDetails
from tests import house
from tests.house import CLERK

pytestmark = pytest.mark.django_db

CURRENCIES = st.sampled_from(["CNY", "JPY", "KWD"])
STAYS = st.integers(0, 2)
LINES = st.integers(0, 30)
UNITS = st.integers(1, 30_000)
STEPS = st.one_of(
    st.tuples(st.just("charge"), STAYS, UNITS),
    st.tuples(st.just("reverse"), LINES),
    st.tuples(st.just("transfer"), LINES, STAYS),
    st.tuples(st.just("transfer part"), LINES, STAYS, UNITS),
    st.tuples(st.just("share"), LINES, st.sets(STAYS, min_size=1)),
    st.tuples(st.just("pay"), STAYS, UNITS, st.booleans()),
    st.tuples(st.just("refund"), STAYS, UNITS),
    st.tuples(st.just("unpay"), LINES),
    st.tuples(st.just("settle"), STAYS),
    st.tuples(st.just("leave"), STAYS),
)


@given(
    units=st.integers(0, 10**9),
    weights=st.lists(st.integers(1, 10**6), min_size=1, max_size=12),
    currency=CURRENCIES,
)
def test_the_parts_of_an_amount_are_the_amount(
    units: int, weights: list[int], currency: str
) -> None:
    minor = Decimal(1).scaleb(-minor_digits(currency))
    whole = units * minor
    parts = divide(whole, [Decimal(weight) for weight in weights], currency)
    assert sum(parts) == whole
    for part, weight in zip(parts, weights, strict=True):
        assert part == part.quantize(minor)
        assert abs(part - whole * weight / sum(weights)) <= minor


class Books:
    """The same money, kept by hand: what every folio and all together must come to."""

    def __init__(self, guests: list[Stay], currency: str) -> None:
        self.guests = guests
        self.minor = Decimal(1).scaleb(-minor_digits(currency))
        self.gross: dict[int, Decimal] = defaultdict(Decimal)
        self.paid: dict[int, Decimal] = defaultdict(Decimal)
        self.tax = Decimal(0)

    def do(self, step: tuple[Any, ...]) -> None:
        """One step, if the hotel allows it; then the books must agree."""
        act = getattr(self, "_" + step[0].replace(" ", "_"))
        try:
            with transaction.atomic():
                act(*step[1:])
        except Refusal:
            pass
        self.compare()

    def compare(self) -> None:
        owed = balances(self.guests)
        for guest in self.guests:
            folio = folio_of(guest)
            assert folio.total == self.gross[guest.pk]
            assert folio.payments == self.paid[guest.pk] == sum(p.amount for p in folio.receipts)
            assert folio.subtotal + folio.tax == folio.total
            assert folio.balance == folio.total - folio.payments == owed[guest.pk]
            assert sum(part.total for part in folio.parts) == folio.total
            assert sum(each.amount for each in folio.totals) == folio.total
            assert [line for part in folio.parts for line in part.lines] == list(folio.lines)
        folios = [folio_of(guest) for guest in self.guests]
        assert sum(folio.tax for folio in folios) == self.tax
        assert all(part.total == part.subtotal + part.tax for f in folios for part in f.parts)

    def _charge(self, guest: int, units: int) -> None:
        line = posting.charge_other(self.guests[guest], units * self.minor, "X", actor=CLERK)
        self.gross[line.stay_id] += line.gross
        self.tax += line.tax

    def _reverse(self, place: int) -> None:
        line = self._line(place)
        posting.reverse(line, actor=CLERK)
        self.gross[line.stay_id] -= line.gross
        self.tax -= line.tax

    def _transfer(self, place: int, guest: int) -> None:
        line, target = self._line(place), self.guests[guest]
        transfers.transfer([line], target, actor=CLERK)
        self.gross[line.stay_id] -= line.gross
        self.gross[target.pk] += line.gross

    def _transfer_part(self, place: int, guest: int, units: int) -> None:
        line, target = self._line(place), self.guests[guest]
        rest, gone = transfers.transfer_part(line, target, units * self.minor, actor=CLERK)
        assert (gone.amount, rest.amount + gone.amount) == (units * self.minor, line.amount)
        assert (rest.tax + gone.tax, gone.stay) == (line.tax, target)
        self.gross[line.stay_id] -= gone.gross
        self.gross[target.pk] += gone.gross

    def _share(self, place: int, guests: set[int]) -> None:
        line, targets = self._line(place), [self.guests[guest] for guest in guests]
        made = transfers.split_equally([line], targets, actor=CLERK)
        assert max(new.amount for new in made) - min(new.amount for new in made) <= self.minor
        assert {new.stay_id for new in made} == {line.stay_id, *(stay.pk for stay in targets)}
        self.gross[line.stay_id] -= line.gross
        for new in made:
            self.gross[new.stay_id] += new.gross

    def _pay(self, guest: int, units: int, in_advance: bool) -> None:
        stay, amount = self.guests[guest], units * self.minor
        payments.take(stay, amount, "cash", actor=CLERK, in_advance=in_advance)
        assert in_advance or self.paid[stay.pk] + amount <= self.gross[stay.pk]
        self.paid[stay.pk] += amount

    def _refund(self, guest: int, units: int) -> None:
        stay, amount = self.guests[guest], units * self.minor
        payments.refund(stay, amount, "cash", actor=CLERK, reason="x")
        self.paid[stay.pk] -= amount
        assert self.paid[stay.pk] >= self.gross[stay.pk]

    def _unpay(self, place: int) -> None:
        receipts = [paid for guest in self.guests for paid in guest.payments.all()]
        if receipts:
            paid = receipts[place % len(receipts)]
            payments.reverse(paid, actor=CLERK, reason="x")
            self.paid[paid.stay_id] -= paid.amount

    def _settle(self, guest: int) -> None:
        settlement.settle(self.guests[guest], actor=CLERK, reason="x")

    def _leave(self, guest: int) -> None:
        lifecycle.check_out(self.guests[guest], actor=CLERK)

    def _line(self, place: int) -> Charge:
        lines = list(Charge.objects.order_by("sequence"))
        if not lines:
            raise Refusal("not_found", "There is no line yet.")
        return lines[place % len(lines)]


@contextmanager
def undone() -> Iterator[None]:
    """A piece of the books that leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def group_of_three(hotel: Property) -> list[Stay]:
    details = StayDetails(group="TOUR")
    return [
        reservations.save_stay(
            hotel, house.check_in(hotel, name, number=number).reference, details, actor=CLERK
        )[0]
        for name, number in (("Smith", "201"), ("Jones", "202"), ("Brown", "203"))
    ]


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(STEPS, min_size=1, max_size=14),
    currency=CURRENCIES,
    included=st.booleans(),
    rate=st.sampled_from(["0", "0.06", "0.19", "0.075"]),
)
def test_every_way_of_the_money_keeps_the_sums(
    hotel: Property, steps: list[tuple[Any, ...]], currency: str, included: bool, rate: str
) -> None:
    with undone():
        hotel.currency, hotel.tax_included, hotel.tax_rate = currency, included, Decimal(rate)
        hotel.save()
        books = Books(group_of_three(hotel), currency)
        for step in steps:
            books.do(step)
