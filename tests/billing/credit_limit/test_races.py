"""Concurrent changes of one folio: why the credit limit needs locks."""

import threading
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from billing.ledger import credit_limit, posting
from billing.models import Charge
from hotelpbx.refusals import Refusal
from pbx.models import Command
from rooms.models import ClassOfService, Property, Stay
from rooms.stays import lifecycle, reservations
from rooms.stays.details import StayDetails
from tests import house
from tests.hotel.test_races import at_once
from tests.house import CLERK, yuan
from tests.support.threads import begin, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice(open_hotel: Property) -> Stay:
    """A guest who may owe 100."""
    stay = house.check_in(open_hotel, "Smith")
    details = StayDetails(credit_limit=Decimal(100))
    return reservations.save_stay(open_hotel, stay.reference, details, actor=CLERK)[0]


def sixty(stay: Stay) -> Callable[[], Charge]:
    return partial(posting.charge_other, stay, yuan("60.00"), "Laundry", actor=CLERK)


def test_of_two_charges_at_once_the_second_sees_the_first(alice: Stay) -> None:
    results = at_once(sixty(alice), sixty(alice))
    refused = [each.code for each in results if isinstance(each, Refusal)]
    assert refused == ["credit_limit_reached"], results
    assert Charge.objects.count() == 1


def test_without_the_lock_both_charges_pass(alice: Stay, monkeypatch: pytest.MonkeyPatch) -> None:
    """The race is real: each looks before the other has written."""
    looked = threading.Barrier(2)
    over_limit_reason = credit_limit.over_limit_reason

    def both_have_looked(*args: Any) -> str:
        found = over_limit_reason(*args)
        looked.wait(10)
        return found

    monkeypatch.setattr(posting, "lock_with_room", lambda stay, room: (stay, {}))
    monkeypatch.setattr(credit_limit, "over_limit_reason", both_have_looked)
    at_once(sixty(alice), sixty(alice))
    assert Charge.objects.count() == 2


def test_a_charge_and_a_move_at_once_leave_the_phone_barred_where_the_guest_is(
    alice: Stay, open_hotel: Property
) -> None:
    for number in ("202", "201", "202", "201"):
        posting.charge_other(alice, yuan("40.00"), "Tea", actor=CLERK)
        results = at_once(
            sixty(alice),
            partial(lifecycle.move, alice, house.room(open_hotel, number), actor=CLERK,
                    accept_dirty=True),
        )  # fmt: skip
        assert not [each for each in results if isinstance(each, Exception)], results
        last = Command.objects.filter(extension=f"2{number}", kind="configure").order_by("pk")
        (told,) = [each.payload for each in last][-1:]
        assert (told["selectoutroute"], told["callrestriction"]) == ([], "on")
        for charge in Charge.objects.filter(reverses=None, reversed_by=None):
            posting.reverse(charge, actor=CLERK)
        assert not Stay.objects.get(pk=alice.pk).phone_barred


def test_a_limit_that_falls_while_a_charge_waits_is_the_one_that_counts(
    open_hotel: Property,
) -> None:
    """The charge waits for the stay behind whoever changes the class, then reads the class anew."""
    stay = house.check_in(open_hotel, "Smith")
    ClassOfService.objects.filter(name="standard").update(credit_limit=500)
    with transaction.atomic():
        ClassOfService.objects.filter(name="standard").update(credit_limit=50)
        credit_limit.sync_all_phone_bars(open_hotel)
        waiting = begin(partial(_charge, stay))
        until_somebody_waits()
    waiting.result(30)
    assert Charge.objects.count() == 1
    assert Stay.objects.get(pk=stay.pk).phone_barred


def _charge(stay: Stay) -> None:
    posting.charge_other(stay, yuan("60.00"), "Laundry", actor=CLERK, accept_over_limit=True)
