"""Money at the desk: paying, giving back, settling, leaving, transferring."""

import re

import pytest
from django.test import Client

from billing.folio.statement import folio_of
from billing.ledger import posting
from billing.ledger.balances import balance_of
from billing.models import Charge, Payment, Settlement
from rooms.models import AuditEntry, Property, Stay
from rooms.stays import lifecycle
from tests import house
from tests.frontdesk.people import staff
from tests.house import CLERK, yuan

pytestmark = pytest.mark.django_db

PAGE = "/GRAND/stays/R-Smith/"


@pytest.fixture
def alice(hotel: Property) -> Stay:
    """Alice Smith, who owes 45.00 for laundry."""
    stay = house.check_in(hotel, "Smith")
    posting.charge_other(stay, yuan("45.00"), "Laundry", actor=CLERK)
    return stay


@pytest.fixture
def bob(hotel: Property, alice: Stay) -> Stay:
    """Who shares the room with her."""
    return house.check_in(hotel, "Jones", sharing=True)


def form_of(client: Client, page: str, path: str) -> dict[str, str]:
    """The fields of the form on ``page`` that goes to ``path``, as they stand there."""
    text = client.get(page).content.decode()
    form = re.search(rf'action="{re.escape(path)}".*?</form>', text, re.DOTALL)
    assert form, f"no form to {path} on {page}"
    found = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.get("type") != "checkbox":
            found[attributes["name"]] = attributes.get("value", "")
    return {**found, "method": "card"}


def test_the_payment_form_offers_what_is_owed(clara: Client, alice: Stay) -> None:
    form = form_of(clara, PAGE, PAGE + "pay/")
    assert form["amount"] == "45.00"
    answer = clara.post(PAGE + "pay/", {**form, "reference": "Slip 77"}, follow=True)
    shown = answer.content.decode()
    assert "The payment is recorded" in shown
    assert "Slip 77" in shown
    paid = Payment.objects.get()
    assert (paid.amount, paid.method, paid.received_by) == (yuan("45.00"), "card", "clara")
    assert balance_of(alice) == 0


def test_a_form_sent_twice_is_one_payment(clara: Client, alice: Stay) -> None:
    form = {**form_of(clara, PAGE, PAGE + "pay/"), "amount": "10.00"}
    for _ in range(2):
        assert clara.post(PAGE + "pay/", form).status_code == 302
    assert Payment.objects.count() == 1
    changed = clara.post(PAGE + "pay/", {**form, "amount": "20.00"})
    assert changed.status_code == 409
    assert "was already sent with different content" in changed.content.decode()
    fresh = form_of(clara, PAGE, PAGE + "pay/")
    assert fresh["guard"] != form["guard"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": "45.01"}, "45.00 CNY is owed"),
        ({"amount": "-1"}, "greater than or equal to"),
        ({"amount": "1.005"}, "CNY has 2 decimals"),
        ({"amount": "all"}, "Enter an amount in digits"),
        ({"method": "gold"}, "Select a valid choice"),
    ],
)
def test_a_bad_payment_is_told_at_its_form(
    clara: Client, alice: Stay, fields: dict[str, str], words: str
) -> None:
    form = {**form_of(clara, PAGE, PAGE + "pay/"), **fields}
    answer = clara.post(PAGE + "pay/", form)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Payment.objects.exists()


def test_more_than_is_owed_is_taken_when_the_clerk_says_so(clara: Client, alice: Stay) -> None:
    form = {**form_of(clara, PAGE, PAGE + "pay/"), "amount": "100.00", "in_advance": "on"}
    clara.post(PAGE + "pay/", form)
    assert balance_of(alice) == yuan("-55.00")
    refund = form_of(clara, PAGE, PAGE + "refund/")
    assert refund["amount"] == "55.00"
    assert clara.post(PAGE + "refund/", {**refund, "reason": ""}).status_code == 422
    clara.post(PAGE + "refund/", {**refund, "reason": "Change"})
    assert balance_of(alice) == 0
    assert "Refund" in clara.get(PAGE).content.decode()


def test_a_payment_is_reversed_with_its_reason(hotel: Property, clara: Client, alice: Stay) -> None:
    clara.post(PAGE + "pay/", form_of(clara, PAGE, PAGE + "pay/"))
    paid = Payment.objects.get()
    clara.post(f"{PAGE}payments/{paid.pk}/reverse/")
    assert Payment.objects.count() == 1, "without a reason nothing happens"
    clara.post(f"{PAGE}payments/{paid.pk}/reverse/", {"reason": "Wrong guest"})
    assert Payment.objects.get(reverses=paid).reason == "Wrong guest"
    house.check_in(hotel, "Jones", number="202")
    other = f"/GRAND/stays/R-Jones/payments/{paid.pk}/reverse/"
    assert clara.post(other, {"reason": "Not his"}).status_code == 404


def test_settled_in_the_evening_the_supplement_stands_apart(clara: Client, alice: Stay) -> None:
    assert clara.post(PAGE + "settle/").status_code == 422
    clara.post(PAGE + "pay/", form_of(clara, PAGE, PAGE + "pay/"))
    clara.post(PAGE + "settle/")
    assert Settlement.objects.get().number == 1
    posting.charge_other(alice, yuan("8.00"), "Water", actor=CLERK)
    for page in (PAGE, PAGE + "check-out/"):
        shown = clara.get(page).content.decode()
        assert "settled as No. 1" in shown
        assert "Supplement" in shown
    assert "8.00 CNY due" in clara.get(PAGE + "check-out/").content.decode()


def test_the_check_out_asks_for_what_is_owed_or_for_a_reason(clara: Client, alice: Stay) -> None:
    answer = clara.post(PAGE + "check-out/")
    assert answer.status_code == 422
    assert "45.00 CNY is still owed" in answer.content.decode()
    alice.refresh_from_db()
    assert alice.status == Stay.Status.IN_HOUSE
    clara.post(PAGE + "check-out/", {"reason": "ACME pays"})
    alice.refresh_from_db()
    assert alice.status == Stay.Status.CHECKED_OUT
    assert AuditEntry.objects.get(action="leave unpaid").after["reason"] == "ACME pays"


def test_a_guest_pays_on_the_check_out_page_and_leaves(clara: Client, alice: Stay) -> None:
    page = PAGE + "check-out/"
    form = form_of(clara, page, PAGE + "pay/")
    wrong = clara.post(PAGE + "pay/", {**form, "amount": "99.00"})
    assert "Check out now" in wrong.content.decode(), "the clerk stays where he is"
    assert clara.post(PAGE + "pay/", form)["Location"] == page
    assert "all paid" in clara.get(page).content.decode()
    clara.post(page)
    alice.refresh_from_db()
    assert alice.status == Stay.Status.CHECKED_OUT
    assert folio_of(alice).parts[0].number == 1


def test_a_reason_of_the_evening_is_not_asked_for_again(clara: Client, alice: Stay) -> None:
    clara.post(PAGE + "settle/", {"reason": "ACME pays"})
    assert "may stay open: ACME pays" in clara.get(PAGE + "check-out/").content.decode()
    assert clara.post(PAGE + "check-out/").status_code == 302


# --- transfers -------------------------------------------------------------------------------


def test_lines_are_chosen_and_go_to_the_other_guest(clara: Client, alice: Stay, bob: Stay) -> None:
    line = alice.charges.get()
    shown = clara.get(PAGE + "transfer/").content.decode()
    assert "Laundry" in shown
    assert "Alice Jones · R-Jones · room 201 · in house" in shown
    body = {"charges": [line.pk], "targets": [bob.pk], "how": "whole", "reason": "His"}
    assert clara.post(PAGE + "transfer/", body).status_code == 302
    assert (balance_of(alice), balance_of(bob)) == (yuan("0"), yuan("45.00"))
    assert "from R-Smith" in clara.get("/GRAND/stays/R-Jones/").content.decode()
    again = clara.post(PAGE + "transfer/", body)
    assert again.status_code == 422
    assert "reversed since" in again.content.decode()


def test_an_amount_and_equal_parts(clara: Client, alice: Stay, bob: Stay) -> None:
    line = alice.charges.get()
    body = {"charges": [line.pk], "targets": [bob.pk], "how": "amount", "amount": "15.00"}
    clara.post(PAGE + "transfer/", body)
    assert (balance_of(alice), balance_of(bob)) == (yuan("30.00"), yuan("15.00"))
    rest = alice.charges.get(origin=line)
    clara.post(PAGE + "transfer/", {"charges": [rest.pk], "targets": [bob.pk], "how": "equal"})
    assert (balance_of(alice), balance_of(bob)) == (yuan("15.00"), yuan("30.00"))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"charges": []}, "Choose at least one line"),
        ({"targets": []}, "Choose who pays"),
        ({"how": "amount"}, "Enter how much"),
        ({"how": "amount", "amount": "45.00"}, "or transfer the whole line"),
        ({"how": "amount", "amount": "0.001"}, "CNY has 2 decimals"),
        ({"how": "whole", "amount": "5.00"}, "Only for an amount"),
        ({"how": "magic"}, "Select a valid choice"),
        ({"charges": ["x", "999"]}, "not a valid value"),
        ({"targets": ["999"]}, "Select a valid choice"),
    ],
)
def test_a_bad_transfer_is_told_and_changes_nothing(
    clara: Client, alice: Stay, bob: Stay, body: dict[str, object], words: str
) -> None:
    good = {"charges": [alice.charges.get().pk], "targets": [bob.pk], "how": "whole"}
    answer = clara.post(PAGE + "transfer/", {**good, **body})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Charge.objects.count() == 1


def test_alone_in_a_room_there_is_nobody_to_transfer_to(clara: Client, alice: Stay) -> None:
    assert "There is no one to transfer lines to" in clara.get(PAGE + "transfer/").content.decode()


def test_another_hotel_s_money_does_not_exist(clara: Client, alice: Stay) -> None:
    for path in ("pay/", "refund/", "settle/", "transfer/", "check-out/"):
        assert clara.post("/GRAND/stays/R-Nobody/" + path).status_code == 404


def test_a_housekeeper_takes_no_money(hotel: Property, alice: Stay) -> None:
    rosa = staff(hotel, "rosa", "housekeeping")
    for path in ("pay/", "refund/", "settle/", "transfer/"):
        assert rosa.post(PAGE + path).status_code == 404
    assert not Payment.objects.exists()


def test_late_charges_are_paid_and_settled_after_the_guest_has_left(
    clara: Client, alice: Stay
) -> None:
    lifecycle.check_out(alice, actor=CLERK)
    posting.charge_other(alice, yuan("8.00"), "Water", actor=CLERK)
    form = form_of(clara, PAGE, PAGE + "pay/")
    assert form["amount"] == "53.00"
    clara.post(PAGE + "pay/", form)
    clara.post(PAGE + "settle/")
    assert [part.title for part in folio_of(alice).parts] == ["main", "late"]
    assert "Late charges" in clara.get(PAGE).content.decode()
