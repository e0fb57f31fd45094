"""The credit limit: when a phone is barred and released, and what is refused."""

from decimal import Decimal
from typing import Any

import pytest

from billing import minibar
from billing.calls import legs
from billing.ledger import credit_limit, posting
from billing.models import Call, Charge, MinibarEntry
from events.models import Event
from hotelpbx.clock import now
from hotelpbx.refusals import Refusal
from pbx.client import ExtensionSettings
from pbx.models import Command
from rooms.models import AuditEntry, ClassOfService, Phone, Property, Stay
from rooms.phones import provisioning
from rooms.resync.difference import Survey
from rooms.resync.phones import Phones
from rooms.stays import lifecycle, reservations
from rooms.stays.details import StayDetails
from tests import house
from tests.house import CLERK, yuan

pytestmark = pytest.mark.django_db

OPEN = {"selectoutroute": ["local", "national"], "callrestriction": "off"}
BARRED = {"selectoutroute": [], "callrestriction": "on"}


def limit(stay: Stay, amount: str | None) -> Stay:
    """The stay with a limit of its own; None: that of its class."""
    wanted = Decimal(amount) if amount is not None else ""
    details = StayDetails(credit_limit=wanted)  # type: ignore[arg-type]
    return reservations.save_stay(stay.property, stay.reference, details, actor=CLERK)[0]


def told(extension: str = "2201") -> dict[str, Any]:
    """Routes and restriction as the phone was last told."""
    last = Command.objects.filter(extension=extension, kind="configure").order_by("pk").last()
    assert last is not None
    return {name: last.payload[name] for name in OPEN if name in last.payload}


def barred(stay: Stay) -> bool:
    return Stay.objects.get(pk=stay.pk).phone_barred


def laundry(stay: Stay, amount: str, **options: Any) -> Charge:
    return posting.charge_other(stay, yuan(amount), "Laundry", actor=CLERK, **options)


def a_call(hotel: Property, seconds: int = 3600, extension: str = "2201", key: str = "leg") -> Call:
    """An outside call: 0.50 and 0.60 a minute, an hour is 36.50."""
    leg = legs.Leg(
        key=key,
        callid=house.callid(),
        started_at=now(),
        call_from=extension,
        call_to="9010123456",
        direction=Call.Direction.OUTBOUND,
        trunk="out",
        call_seconds=seconds,
        talk_seconds=seconds,
        status="ANSWERED",
    )
    return legs.record(hotel, leg)[0]


def test_without_a_limit_a_guest_may_owe_any_amount(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    laundry(stay, "99999.00")
    assert not barred(stay)
    assert told() == OPEN


def test_the_phone_is_barred_when_the_limit_is_reached_and_not_before(hotel: Property) -> None:
    stay = limit(house.check_in(hotel, "Smith"), "100.00")
    laundry(stay, "99.99")
    assert not barred(stay)
    laundry(stay, "0.01")
    assert barred(stay)
    assert told() == BARRED


def test_the_limit_of_the_class_holds_where_the_stay_has_none(hotel: Property) -> None:
    ClassOfService.objects.filter(name="standard").update(credit_limit=50)
    stay = house.check_in(hotel, "Smith")
    laundry(stay, "50.00")
    assert barred(stay)
    limit(stay, "60.00")
    assert not barred(stay)
    limit(stay, None)
    assert barred(stay)


def test_tax_on_top_counts_as_owed(hotel: Property) -> None:
    hotel.tax_included = False
    hotel.save()
    stay = limit(house.check_in(hotel, "Smith"), "106.00")
    with pytest.raises(Refusal, match=r"owes 0\.00 of at most 106\.00 CNY: another 106\.01"):
        laundry(stay, "100.01")
    laundry(stay, "100.00")
    assert barred(stay)


def test_a_call_above_the_limit_is_charged_and_bars_the_phone(hotel: Property) -> None:
    stay = limit(house.check_in(hotel, "Smith"), "30.00")
    call = a_call(hotel)
    assert call.charges.get().amount == yuan("36.50")
    assert barred(stay)
    assert told() == BARRED


def test_a_minibar_entry_is_charged_above_the_limit(hotel: Property) -> None:
    stay = limit(house.check_in(hotel, "Smith"), "10.00")
    product = minibar.product_on_sale(hotel, "123456789")
    assert product is not None
    phone = Phone.objects.select_related("room__property").get(extension="2201")
    entry = minibar.record_entry(
        phone, product, 2, occurred_at=now(), callid="1.1", report_id=1, repeated=False
    )
    assert entry.state == MinibarEntry.State.CHARGED
    assert barred(stay)


@pytest.mark.parametrize(("amount", "is_refused"), [("40.00", False), ("40.01", True)])
def test_a_manual_charge_may_reach_the_limit_but_not_pass_it(
    hotel: Property, amount: str, is_refused: bool
) -> None:
    stay = limit(house.check_in(hotel, "Smith"), "100.00")
    laundry(stay, "60.00")
    if is_refused:
        with pytest.raises(Refusal) as refusal:
            laundry(stay, amount)
        assert refusal.value.code == "credit_limit_reached"
        assert Charge.objects.count() == 1
    else:
        laundry(stay, amount)
        assert barred(stay)


def test_a_manual_minibar_charge_above_the_limit_is_refused(hotel: Property) -> None:
    stay = limit(house.check_in(hotel, "Smith"), "14.99")
    product = minibar.product_on_sale(hotel, "123456789")
    assert product is not None
    with pytest.raises(Refusal, match="Take a payment, raise the limit"):
        posting.charge_minibar(stay, product, 1, actor=CLERK)
    charge = posting.charge_minibar(stay, product, 1, actor=CLERK, accept_over_limit=True)
    assert charge.amount == yuan("15.00")
    assert AuditEntry.objects.get(action="charge").after["above_credit_limit"] is True


def test_a_late_charge_knows_no_limit(hotel: Property) -> None:
    stay = limit(house.check_in(hotel, "Smith"), "10.00")
    lifecycle.check_out(stay, actor=CLERK)
    assert laundry(stay, "20.00").late
    assert not barred(stay)


def test_a_reversal_lifts_the_bar(hotel: Property) -> None:
    stay = limit(house.check_in(hotel, "Smith"), "100.00")
    charge = laundry(stay, "100.00")
    posting.reverse(charge, actor=CLERK)
    assert not barred(stay)
    assert told() == OPEN


def test_what_the_folio_owes_decides(hotel: Property, monkeypatch: pytest.MonkeyPatch) -> None:
    """A payment changes nothing but the balance: the bar follows that one function."""
    stay = limit(house.check_in(hotel, "Smith"), "100.00")
    laundry(stay, "100.00")
    monkeypatch.setattr(credit_limit, "balances", lambda found: {stay.pk: yuan("99.99")})
    credit_limit.lock_and_sync_phone_bar(stay)
    assert not barred(stay)
    monkeypatch.undo()
    credit_limit.lock_and_sync_phone_bar(stay)
    assert barred(stay)


def test_a_guest_without_credit_is_barred_from_the_first_minute(hotel: Property) -> None:
    stay = limit(house.reserve(hotel, "Smith"), "0")
    assert not barred(stay)
    returned = lifecycle.check_in(stay, actor=CLERK)
    assert returned.phone_barred
    assert told() == BARRED


def test_a_move_carries_the_bar_along_and_frees_the_old_phone(hotel: Property) -> None:
    stay = limit(house.check_in(hotel, "Smith"), "10.00")
    laundry(stay, "10.00")
    lifecycle.move(stay, house.room(hotel, "202"), actor=CLERK)
    assert told("2202") == BARRED
    assert told("2201") == {"callrestriction": "off"}
    assert barred(stay)


def test_a_check_out_clears_the_bar_and_the_next_guest_can_call(hotel: Property) -> None:
    stay = limit(house.check_in(hotel, "Smith"), "10.00")
    laundry(stay, "10.00")
    lifecycle.check_out(stay, actor=CLERK)
    assert not barred(stay)
    house.check_in(hotel, "Jones")
    assert told() == OPEN


def test_a_guest_who_shares_bars_nobody_until_the_phone_is_his(hotel: Property) -> None:
    main = house.check_in(hotel, "Smith")
    second = limit(house.check_in(hotel, "Jones", sharing=True), "10.00")
    laundry(second, "10.00")
    assert barred(second)
    assert told() == OPEN
    lifecycle.check_out(main, actor=CLERK)
    assert told() == BARRED


def test_a_bar_keeps_the_routes_for_emergency_calls(hotel: Property) -> None:
    hotel.emergency_routes = ["emergency"]
    hotel.save()
    stay = limit(house.check_in(hotel, "Smith"), "10.00")
    laundry(stay, "10.00")
    assert told() == {"selectoutroute": ["emergency"], "callrestriction": "off"}


def test_the_bar_goes_through_the_lane_under_the_stays_subject(hotel: Property) -> None:
    stay = limit(house.check_in(hotel, "Smith"), "10.00")
    Command.objects.update(state=Command.State.IN_FLIGHT)
    laundry(stay, "10.00")
    waiting = Command.objects.get(state=Command.State.WAITING)
    assert (waiting.extension, waiting.subject) == ("2201", provisioning.command_subject(stay))


def test_the_desk_and_the_pms_are_told_once(hotel: Property) -> None:
    stay = limit(house.check_in(hotel, "Smith"), "10.00")
    Event.objects.all().delete()
    laundry(stay, "10.00")
    laundry(stay, "1.00", accept_over_limit=True)
    (event,) = Event.objects.filter(type="stay.updated")
    assert event.data["phone_barred"] is True
    assert event.data["credit_limit"] == {"amount": "10.00", "currency": "CNY"}
    entry = AuditEntry.objects.get(action="bar phone")
    assert entry.subject == "stay:R-Smith"
    assert entry.after["balance"] == {"amount": "10.00", "currency": "CNY"}


def test_a_charge_that_fails_bars_nothing(hotel: Property, monkeypatch: pytest.MonkeyPatch) -> None:
    """Charge and bar are one transaction: a crash between them leaves neither."""
    stay = limit(house.check_in(hotel, "Smith"), "10.00")
    monkeypatch.setattr(provisioning, "reprovision", lambda stay: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        laundry(stay, "10.00")
    assert not Charge.objects.exists()
    assert not barred(stay)


@pytest.mark.parametrize(
    ("amount", "reason"),
    [("-1", "must be 0 to"), ("100000000", "must be 0 to"), ("1.005", "CNY has 2 decimals")],
)
def test_a_limit_is_an_amount_of_the_currency(hotel: Property, amount: str, reason: str) -> None:
    stay = house.check_in(hotel, "Smith")
    with pytest.raises(Refusal, match=reason) as refusal:
        limit(stay, amount)
    assert refusal.value.faults[0].pointer == "/credit_limit"


def test_a_comparison_expects_the_bar(hotel: Property) -> None:
    """A phone with all its routes while its guest is barred is put right, not taken for good."""
    stay = limit(house.check_in(hotel, "Smith"), "10.00")
    laundry(stay, "10.00")
    phone = Phone.objects.select_related("room__property__pbx").get(extension="2201")
    shown = {"username": "Smith Alice", "hasvoicemail": "on", "callrestriction": "off"}
    actual = ExtensionSettings("2201", shown, ("local", "national"), ())
    survey = Survey(hotel, None, [phone], {"2201": actual}, set(), set())  # type: ignore[arg-type]
    differences = {each.key: each for each in Phones().compare(survey)}
    assert {"selectoutroute", "callrestriction"} <= differences.keys()
    assert all(differences[key].ours for key in ("selectoutroute", "callrestriction"))
    Command.objects.all().delete()
    Phones().repair(hotel, differences["selectoutroute"])
    assert told() == {"selectoutroute": []}
