"""Two clerks, the phone and the PMS concurrently, on real connections."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet
from django.db.utils import IntegrityError

from billing.folio import settlement
from billing.folio.statement import folio_of
from billing.ledger import payments, posting, transfers
from billing.ledger.balances import balance_of, balances
from billing.models import Charge, Payment, Settlement
from hotelpbx.refusals import Refusal
from rooms.models import Property, Stay
from rooms.stays import lifecycle, reservations
from rooms.stays.details import StayDetails
from tests import house
from tests.hotel.test_races import at_once
from tests.house import CLERK, yuan

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def group(transactional_db: None, tmp_path: Path) -> list[Stay]:
    """Three rooms of a tour, whose rows other connections can see."""
    hotel = house.build(tmp_path)
    return [
        _in_tour(hotel, house.check_in(hotel, name, number=number))
        for name, number in (("Smith", "201"), ("Jones", "202"), ("Brown", "203"))
    ]


def _in_tour(hotel: Property, stay: Stay) -> Stay:
    return reservations.save_stay(hotel, stay.reference, StayDetails(group="TOUR"), actor=CLERK)[0]


def charge(stay: Stay, amount: str) -> Charge:
    return posting.charge_other(stay, yuan(amount), "Laundry", actor=CLERK)


@contextmanager
def without_locks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What would happen if nobody waited for anybody."""
    with monkeypatch.context() as patched:
        patched.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)
        yield


def both_have_looked(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """Let two acts meet after the check ``name`` and before they write."""
    gate, check = threading.Barrier(2), getattr(module, name)

    def wait(*args: Any, **kwargs: Any) -> Any:
        found = check(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            gate.wait(5)
        return found

    monkeypatch.setattr(module, name, wait)


# --- transfers -------------------------------------------------------------------------------


def test_one_line_transferred_by_two_clerks_ends_on_one_folio(group: list[Stay]) -> None:
    alice, bob, brown = group
    for _ in range(5):
        line = charge(alice, "45.00")
        results = at_once(
            partial(transfers.transfer, [line], bob, actor=CLERK),
            partial(transfers.transfer, [line], brown, actor=CLERK),
        )
        assert [type(each) for each in results].count(Refusal) == 1, results
        assert Charge.objects.filter(origin=line).count() == 1
        assert Charge.objects.filter(reverses=line).count() == 1
    owed = balances(group)
    assert owed[alice.pk] == 0
    assert owed[bob.pk] + owed[brown.pk] == yuan("225.00")


def test_without_the_locks_the_constraint_still_lets_one_transfer_through(
    group: list[Stay], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have seen that the line stands: the race that the locks cure is real."""
    alice, bob, brown = group
    line = charge(alice, "45.00")
    both_have_looked(monkeypatch, transfers, "require_active")
    with without_locks(monkeypatch):
        results = at_once(
            partial(transfers.transfer, [line], bob, actor=CLERK),
            partial(transfers.transfer, [line], brown, actor=CLERK),
        )
    assert [type(each) for each in results].count(IntegrityError) == 1, results
    assert Charge.objects.filter(origin=line).count() == 1
    assert sum(balances(group).values()) == yuan("45.00")


def test_a_line_is_transferred_or_reversed(group: list[Stay]) -> None:
    alice, bob, _ = group
    for _ in range(5):
        line = charge(alice, "45.00")
        results = at_once(
            partial(transfers.transfer, [line], bob, actor=CLERK),
            partial(posting.reverse, line, actor=CLERK),
        )
        assert [type(each) for each in results].count(Refusal) == 1, results
        assert Charge.objects.filter(reverses=line).count() == 1
        assert balance_of(alice) == 0


def test_lines_that_cross_do_not_lock_each_other_out(group: list[Stay]) -> None:
    """Alice's line to Bob while Bob's goes to Alice: both stays are locked by their ids."""
    alice, bob, _ = group
    for _ in range(10):
        hers, his = charge(alice, "1.00"), charge(bob, "2.00")
        results = at_once(
            partial(transfers.transfer, [hers], bob, actor=CLERK),
            partial(transfers.transfer, [his], alice, actor=CLERK),
        )
        assert not [each for each in results if isinstance(each, Exception)], results
    assert (balance_of(alice), balance_of(bob)) == (yuan("20.00"), yuan("10.00"))


# --- payments --------------------------------------------------------------------------------


def test_two_clerks_take_the_same_balance_once(group: list[Stay]) -> None:
    alice = group[0]
    for count in range(1, 6):
        charge(alice, "45.00")
        results = at_once(*[partial(payments.take, alice, yuan("45.00"), "cash", actor=CLERK)] * 3)
        assert [type(each) for each in results].count(Refusal) == 2, results
        assert Payment.objects.count() == count
        assert balance_of(alice) == 0


def test_without_the_lock_the_balance_would_be_paid_twice(
    group: list[Stay], monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = group[0]
    charge(alice, "45.00")
    both_have_looked(monkeypatch, payments, "balance_of")
    with without_locks(monkeypatch):
        at_once(*[partial(payments.take, alice, yuan("45.00"), "cash", actor=CLERK)] * 2)
    assert Payment.objects.count() == 2


def test_what_was_overpaid_goes_back_once(group: list[Stay]) -> None:
    alice = group[0]
    payments.take(alice, yuan("45.00"), "cash", actor=CLERK, in_advance=True)
    give = partial(payments.refund, alice, yuan("45.00"), "cash", actor=CLERK, reason="Unused")
    results = at_once(*[give] * 3)
    assert [type(each) for each in results].count(Refusal) == 2, results
    assert balance_of(alice) == 0


def test_a_payment_is_reversed_once_by_two(group: list[Stay]) -> None:
    alice = group[0]
    charge(alice, "45.00")
    paid = payments.take(alice, yuan("45.00"), "cash", actor=CLERK)
    back = partial(payments.reverse, paid, actor=CLERK, reason="Wrong guest")
    results = at_once(*[back] * 3)
    assert [type(each) for each in results].count(Refusal) == 2, results
    assert balance_of(alice) == yuan("45.00")


def test_a_payment_and_a_late_charge_both_count(group: list[Stay]) -> None:
    alice = group[0]
    charge(alice, "45.00")
    lifecycle.check_out(alice, actor=CLERK)
    results = at_once(
        partial(payments.take, alice, yuan("45.00"), "card", actor=CLERK),
        partial(posting.charge_other, alice, yuan("8.00"), "Water", actor=CLERK),
    )
    assert not [each for each in results if isinstance(each, Exception)], results
    folio = folio_of(alice)
    assert (folio.payments, folio.balance) == (yuan("45.00"), yuan("8.00"))
    assert [part.title for part in folio.parts] == ["main", "late"]


# --- settling and leaving --------------------------------------------------------------------


def test_two_clerks_settle_once(group: list[Stay]) -> None:
    alice = group[0]
    charge(alice, "45.00")
    results = at_once(*[partial(settlement.settle, alice, actor=CLERK, reason="ACME")] * 3)
    assert [type(each) for each in results].count(Refusal) == 2, results
    assert Settlement.objects.get().number == 1


def test_a_charge_during_the_check_out_is_on_the_bill_or_late_and_nobody_waits_in_a_circle(
    group: list[Stay],
) -> None:
    for stay in group:
        charge(stay, "45.00")
        results = at_once(
            partial(settlement.check_out, stay, actor=CLERK, reason="ACME pays"),
            partial(posting.charge_other, stay, yuan("8.00"), "Water", actor=CLERK),
        )
        assert not [each for each in results if isinstance(each, Exception)], results
        folio = folio_of(stay)
        assert folio.total == yuan("53.00")
        assert [part.title for part in folio.parts] in (["main"], ["main", "late"])
        assert (len(folio.parts) == 2) is folio.lines[-1].late
