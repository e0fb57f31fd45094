"""Allowances: free minutes or a free amount by class of service and stay.

The tariff: 0.50 a call and 0.60 a minute, 60 s at least, then steps of 6 s.
"""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from billing.calls import charging
from billing.calls.allowances import allowance_of
from billing.folio.statement import folio_of
from billing.ledger import posting
from billing.models import Call, Charge
from frontdesk.models import StaffMember
from rooms.models import ClassOfService, Occupancy, Property, Stay
from tests import house
from tests.billing.calls.test_attribution import cdr, clock, send
from tests.house import CLERK, yuan

pytestmark = pytest.mark.django_db

NOON = clock("12:00:00")


def give(hotel: Property, *, minutes: int | None = None, amount: str | None = None) -> None:
    ClassOfService.objects.filter(property=hotel, name="standard").update(
        allowance_minutes=minutes, allowance_amount=amount
    )


@pytest.fixture
def alice(hotel: Property) -> Stay:
    stay = house.check_in(hotel, "Smith")
    Occupancy.objects.filter(stay=stay).update(since=NOON - timedelta(hours=1))
    return stay


def ring_up(hotel: Property, talk: int, at: datetime = NOON, **more: str) -> Call:
    """A call of ``talk`` seconds, reported."""
    send(hotel, [cdr(at, talkduraction=str(talk), **more)])
    return Call.objects.latest("pk")


# name · minutes · amount · talk of each call, in order of arrival · what each is charged
TABLE = [
    ("no allowance", None, None, [60], ["1.10"]),
    ("within: no fee either", 2, None, [60], ["0"]),
    ("just all of it", 2, None, [120], ["0"]),
    # 126 s billed, 120 free: 0.50 + 6/60 × 0.60 = 0.56
    ("a step beyond: the fee and the step", 2, None, [121], ["0.56"]),
    # 60 free of 120 left 60; 66 − 60 = 6 s: 0.56
    ("the second call begins where the first ended", 2, None, [60, 61], ["0", "0.56"]),
    ("used up", 1, None, [60, 60], ["0", "1.10"]),
    # billed are 60 s of a call of 1 s, and those are used
    ("billed seconds are used, not talked ones", 1, None, [1, 1], ["0", "1.10"]),
    ("nobody answered: nothing used", 1, None, [0, 60], ["0", "0"]),
    ("an amount: a part of it", None, "3.00", [60], ["0"]),
    ("an amount: 1.10 + 1.10, then 0.80 of 1.10", None, "3.00", [60, 60, 60], ["0", "0", "0.30"]),
    ("an amount: exactly", None, "1.10", [60, 60], ["0", "1.10"]),
    ("an amount: a cent short", None, "1.09", [60], ["0.01"]),
    ("an amount of nothing", None, "0.00", [60], ["1.10"]),
]


@pytest.mark.parametrize(
    ("minutes", "amount", "talks", "charged"), [pytest.param(*row[1:], id=row[0]) for row in TABLE]
)
def test_calls_are_free_until_the_allowance_is_used(
    hotel: Property,
    alice: Stay,
    minutes: int | None,
    amount: str | None,
    talks: list[int],
    charged: list[str],
) -> None:
    give(hotel, minutes=minutes, amount=amount)
    for place, talk in enumerate(talks):
        call = ring_up(hotel, talk, NOON + timedelta(minutes=place))
        assert call.amount == yuan(charged[place])
    assert sum((line.amount for line in Charge.objects.all()), Decimal(0)) == sum(
        map(yuan, charged)
    )


def test_it_is_seen_on_the_call_and_on_the_folio(hotel: Property, alice: Stay) -> None:
    give(hotel, minutes=2)
    free, partly = ring_up(hotel, 60), ring_up(hotel, 61, NOON + timedelta(minutes=5))
    assert (free.rating, free.rating_detail) == ("free", "free: allowance (National)")
    assert (partly.rating, partly.rating_detail) == ("rated", "National, 1:00 free: allowance")
    assert Charge.objects.get().description == (
        "Call to 0215551234 National (1:01, 1:00 free: allowance)"
    )
    account = folio_of(Stay.objects.get(pk=alice.pk)).allowance
    assert account is not None
    # 1.10 whole, and of 1.16 all but 0.56
    assert (account.used.seconds, account.used.amount, account.used.calls) == (120, yuan("1.70"), 2)
    assert account.left.seconds == 0


def test_the_desk_sees_it_on_the_stay_s_page(
    hotel: Property, alice: Stay, admin_client: Client
) -> None:
    give(hotel, minutes=30)
    ring_up(hotel, 90)
    StaffMember.objects.all().delete()
    told = {
        "": "1:30 of 30:00 minutes used; 1 call saved 1.40 CNY",
        "folio/?language=en": "1:30 of 30:00 minutes used, 1.40 CNY spared",
        "folio/?language=zh-hans": "已用 1:30 / 30:00 分钟，减免 1.40 CNY",
    }
    for page, words in told.items():
        assert words in admin_client.get(f"/GRAND/stays/R-Smith/{page}").content.decode()


def test_a_reversed_call_gives_its_part_back(hotel: Property, alice: Stay) -> None:
    give(hotel, minutes=2)
    ring_up(hotel, 121)
    posting.reverse(Charge.objects.get(), actor=CLERK, reason="Wrong connection")
    assert ring_up(hotel, 120, NOON + timedelta(minutes=9)).amount == 0


def test_order_of_arrival_decides_not_that_of_the_calls(hotel: Property, alice: Stay) -> None:
    give(hotel, minutes=1)
    late, early = ring_up(hotel, 60), ring_up(hotel, 60, NOON - timedelta(minutes=9))
    assert late.amount == 0
    assert early.amount == yuan("1.10")


def test_each_stay_has_its_own(hotel: Property, alice: Stay) -> None:
    give(hotel, minutes=1)
    bob = house.check_in(hotel, "Jones", number="202")
    Occupancy.objects.filter(stay=bob).update(since=NOON - timedelta(hours=1))
    assert ring_up(hotel, 60).amount == ring_up(hotel, 60, callfrom="2202").amount == 0


def test_a_late_call_still_uses_it(hotel: Property, alice: Stay) -> None:
    give(hotel, minutes=1)
    Occupancy.objects.filter(stay=alice).update(until=NOON - timedelta(minutes=1))
    Stay.objects.filter(pk=alice.pk).update(status="checked_out")
    assert ring_up(hotel, 60).amount == 0


def test_an_unclaimed_call_uses_it_when_it_is_given_to_the_stay(
    hotel: Property, alice: Stay
) -> None:
    give(hotel, minutes=1)
    call = ring_up(hotel, 60, callfrom="2203")
    assert (call.unclaimed, call.amount) == (True, yuan("1.10"))
    charging.assign_to_stay(call, alice)
    call.refresh_from_db()
    assert (call.rating, call.allowance_seconds) == ("free", 60)
    assert call.amount == 0
    assert not Charge.objects.exists()


def test_after_a_change_of_class_what_was_spared_counts(hotel: Property, alice: Stay) -> None:
    give(hotel, minutes=2)
    ring_up(hotel, 60)
    give(hotel, amount="1.50")
    assert ring_up(hotel, 60, NOON + timedelta(minutes=2)).amount == yuan("0.70")  # 1.10 − 0.40
    give(hotel, minutes=1)
    account = allowance_of(Stay.objects.get(pk=alice.pk))
    assert account is not None
    assert account.left.seconds == 0


def test_a_toll_free_call_uses_nothing(hotel: Property, alice: Stay) -> None:
    give(hotel, minutes=1)
    hotel.tariffs.get().rates.create(prefix="800", price_per_minute=0, days=list(range(7)))
    assert ring_up(hotel, 600, callto="98001234").allowance_seconds == 0
    assert ring_up(hotel, 60, NOON + timedelta(minutes=20)).amount == 0
