"""The desk's pages: who may see them, what they show, what they do."""

from datetime import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from billing.ledger import posting
from billing.models import Charge
from pbx.reports import inbox
from pbx.reports.processing import process_reports
from rooms.models import AuditEntry, Phone, Property, Room, Stay
from rooms.stays import lifecycle
from tests import house
from tests.frontdesk.people import PASSWORD, staff
from tests.house import CLERK, yuan
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest
from wakeups.models import WakeUpCall

pytestmark = pytest.mark.django_db

PAGES = [
    "/GRAND/",
    "/GRAND/?show=ready",
    "/GRAND/rooms/201/",
    "/GRAND/arrivals/",
    "/GRAND/in-house/",
    "/GRAND/stays/?q=smith",
    "/GRAND/stays/new/",
    "/GRAND/stays/R-Smith/",
    "/GRAND/stays/R-Smith/edit/",
    "/GRAND/stays/R-Smith/check-out/",
    "/GRAND/stays/R-Smith/folio/",
    "/GRAND/stays/R-Smith/transfer/",
    "/GRAND/wake-up-calls/",
    "/GRAND/attention/",
    "/GRAND/pbx/",
    "/GRAND/calls/?rating=rated",
    "/GRAND/strip/",
]


@pytest.mark.parametrize("path", [*PAGES, "/GRAND/housekeeping/"])
def test_a_page_for_clerks(hotel: Property, clara: Client, path: str) -> None:
    house.check_in(hotel, "Smith")
    answer = clara.get(path)
    assert answer.status_code == 200
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert b"style=" not in answer.content
    assert b"<script>" not in answer.content


@pytest.mark.parametrize("path", PAGES)
def test_a_housekeeper_sees_the_housekeeping_list_and_nothing_else(
    hotel: Property, rosa: Client, path: str
) -> None:
    house.check_in(hotel, "Smith")
    if path != "/GRAND/strip/":
        assert rosa.get(path).status_code == 404
    assert rosa.get("/GRAND/housekeeping/").status_code == 200
    assert rosa.get("/").headers["Location"] == "/GRAND/housekeeping/"


@pytest.mark.parametrize("path", [*PAGES, "/GRAND/housekeeping/", "/GRAND/history/"])
def test_a_stranger_is_sent_to_the_sign_in(hotel: Property, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_another_hotel_does_not_exist_for_its_neighbours(hotel: Property, tmp_path: Any) -> None:
    house.build(tmp_path, code="OTHER")
    clara = staff(hotel, "clara", "manager")
    assert clara.get("/OTHER/").status_code == 404
    assert clara.get("/NOWHERE/").status_code == 404


def test_the_audit_trail_is_for_managers(clara: Client, max_: Client) -> None:
    assert clara.get("/GRAND/history/").status_code == 404
    assert max_.get("/GRAND/history/").status_code == 200


def test_three_hundred_rooms_take_a_handful_of_queries(
    hotel: Property, clara: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(300, 600):
        room = Room.objects.create(property=hotel, number=str(number), floor=str(number)[0])
        Phone.objects.create(property=hotel, room=room, extension=f"9{number}")
    for number in range(300, 330):
        house.check_in(hotel, f"G{number}", number=str(number))
    with django_assert_max_num_queries(25):
        assert clara.get("/GRAND/").status_code == 200


def test_a_walk_in_from_reservation_to_check_out(hotel: Property, clara: Client) -> None:
    today = hotel.local_now().date()
    room, service = house.room(hotel, "202"), hotel.classes_of_service.get(name="standard")
    made = clara.post(
        "/GRAND/stays/new/",
        {"last_name": "Jones", "arrival": today, "departure": today, "room": room.pk},
    )
    stay = Stay.objects.get()
    assert made["Location"] == f"/GRAND/stays/{stay.reference}/"
    page = f"/GRAND/stays/{stay.reference}/"
    clara.post(page + "check-in/", {"room": room.pk, "class_of_service": service.pk})
    stay.refresh_from_db()
    assert stay.status == Stay.Status.IN_HOUSE
    clara.post(
        page + "minibar/", {"product": hotel.minibar_products.get(code="0012").pk, "quantity": 2}
    )
    clara.post(page + "charge/", {"description": "Laundry", "amount": "12.50"})
    assert [charge.amount for charge in Charge.objects.all()] == [yuan("16.00"), yuan("12.50")]
    clara.post(page + "move/", {"to_room": house.room(hotel, "203").pk})
    assert clara.post(page + "check-out/").status_code == 422, "28.50 are owed"
    clara.post(page + "check-out/", {"reason": "ACME pays"})
    stay.refresh_from_db()
    assert (stay.status, stay.room) == (Stay.Status.CHECKED_OUT, house.room(hotel, "203"))
    acts = set(AuditEntry.objects.filter(actor="clara").values_list("action", flat=True))
    assert {"reserve", "check-in", "charge", "move", "check-out"} <= acts


def test_a_refusal_is_shown_on_the_form_and_changes_nothing(hotel: Property, clara: Client) -> None:
    house.check_in(hotel, "Smith")
    bob = house.reserve(hotel, "Jones")
    service = hotel.classes_of_service.get(name="standard")
    body = {"room": house.room(hotel, "201").pk, "class_of_service": service.pk}
    answer = clara.post("/GRAND/stays/R-Jones/check-in/", body)
    assert answer.status_code == 422
    assert "Room 201 is occupied" in answer.content.decode()
    bob.refresh_from_db()
    assert bob.status == Stay.Status.RESERVED


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("charge/", {"description": "Gift", "amount": "-5"}, "greater than or equal to"),
        ("charge/", {"description": "Gift", "amount": "1.005"}, "CNY has 2 decimals"),
        ("minibar/", {"product": "0", "quantity": "1"}, "Select a valid choice"),
        ("move/", {"to_room": "x"}, "Select a valid choice"),
        ("wake-up-calls/", {"date": "2020-01-01", "time": "07:00", "recurrence": "once",
                            "repeats": "2", "repeat_interval": "5"}, "has passed"),
        ("wake-up-calls/", {"date": "soon", "time": "25:00"}, "Enter a valid date"),
    ],
)  # fmt: skip
def test_bad_input_is_told_at_its_form(
    hotel: Property, clara: Client, path: str, body: dict[str, str], words: str
) -> None:
    house.check_in(hotel, "Smith")
    answer = clara.post(f"/GRAND/stays/R-Smith/{path}", body)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Charge.objects.exists()
    assert not WakeUpCall.objects.exists()


def request_of(stay: Stay, wall: str) -> dict[str, str]:
    """What the form of a wake-up call sends."""
    return {
        "date": stay.departure.isoformat(),
        "time": wall,
        "recurrence": "once",
        "repeats": "2",
        "repeat_interval": "5",
    }


def test_a_wake_up_call_is_made_and_cancelled(hotel: Property, clara: Client) -> None:
    stay = house.check_in(hotel, "Smith")
    body = request_of(stay, "06:45")
    clara.post("/GRAND/stays/R-Smith/wake-up-calls/", body)
    call = WakeUpCall.objects.get()
    assert "06:45" in clara.get("/GRAND/stays/R-Smith/").content.decode()
    clara.post(f"/GRAND/wake-up-calls/{call.pk}/cancel/")
    call.refresh_from_db()
    assert call.status == "cancelled"


def test_a_wake_up_call_is_changed_at_the_desk(hotel: Property, clara: Client) -> None:
    stay = house.check_in(hotel, "Smith")
    body = request_of(stay, "06:45")
    clara.post("/GRAND/stays/R-Smith/wake-up-calls/", {**body, "confirm": "on"})
    call = WakeUpCall.objects.get()
    assert call.confirm
    page = f"/GRAND/wake-up-calls/{call.pk}/"
    assert page in clara.get("/GRAND/stays/R-Smith/").content.decode()
    form = clara.get(page).content.decode()
    assert 'value="06:45"' in form
    assert f'value="{stay.departure}"' in form
    answer = clara.post(page, {**body, "time": "07:15"})
    assert answer.headers["Location"] == "/GRAND/stays/R-Smith/"
    call.refresh_from_db()
    assert (call.time, call.confirm) == (time(7, 15), False)
    assert AuditEntry.objects.filter(actor="clara", action="change wake-up call").exists()


def test_a_change_that_cannot_be_is_told_and_changes_nothing(
    hotel: Property, clara: Client
) -> None:
    stay = house.check_in(hotel, "Smith")
    early, late = (
        calls.create(stay, WakeUpRequest(date=stay.departure, time=time(hour)), actor=CLERK)
        for hour in (6, 7)
    )
    body = request_of(stay, "07:00")
    for pk, changed, words in (
        (early.pk, {}, "has a wake-up call at 07:00"),
        (early.pk, {"date": "2020-01-01"}, "has passed"),
        (early.pk, {"time": "25:00"}, "Enter a valid time"),
        (early.pk, {"recurrence": "weekdays"}, "Name days"),
    ):
        answer = clara.post(f"/GRAND/wake-up-calls/{pk}/", {**body, **changed})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    calls.cancel(late, actor=CLERK)
    answer = clara.post(f"/GRAND/wake-up-calls/{late.pk}/", {**body, "time": "08:00"})
    assert "is cancelled: make a new one" in answer.content.decode()
    early.refresh_from_db()
    assert early.time == time(6)
    assert clara.get("/GRAND/wake-up-calls/0/").status_code == 404


def test_a_charge_is_reversed_with_its_reason(hotel: Property, clara: Client) -> None:
    stay = house.check_in(hotel, "Smith")
    charge = posting.charge_other(stay, yuan("5.00"), "Stamps", actor=CLERK)
    clara.post(f"/GRAND/stays/R-Smith/reverse/{charge.pk}/", {"reason": "Not hers"})
    assert Charge.objects.get(reverses=charge).reason == "Not hers"
    for page in ("", "folio/", "check-out/"):
        text = clara.get(f"/GRAND/stays/R-Smith/{page}").content.decode()
        assert text.count('<tr class="gone">') == 2, "the charge and its reversal"
    bob = house.check_in(hotel, "Jones", number="202")
    other = posting.charge_other(bob, yuan("5.00"), "Stamps", actor=CLERK)
    assert clara.post(f"/GRAND/stays/R-Smith/reverse/{other.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("currency", "amount", "shown"),
    [("JPY", "500", ">500<"), ("KWD", "1.250", ">1.250<"), ("CNY", "2.50", ">2.50<")],
)
def test_amounts_have_the_decimals_of_their_currency(
    hotel: Property, clara: Client, currency: str, amount: str, shown: str
) -> None:
    stay = house.check_in(hotel, "Smith")
    hotel.currency = currency
    hotel.save()
    stay.refresh_from_db()
    posting.charge_other(stay, yuan(amount), "Stamps", actor=CLERK)
    assert shown in clara.get("/GRAND/stays/R-Smith/folio/").content.decode()


def test_a_housekeeper_cleans_a_room_on_her_phone(hotel: Property, rosa: Client) -> None:
    lifecycle.check_out(house.check_in(hotel, "Smith"), actor=CLERK)
    rosa.post("/GRAND/housekeeping/201/", {"housekeeping_status": "inspected"})
    assert house.room(hotel, "201").housekeeping_status == "inspected"
    rosa.post("/GRAND/housekeeping/201/", {"housekeeping_status": "sparkling"})
    assert house.room(hotel, "201").housekeeping_status == "inspected"


def test_what_needs_attention_is_settled_at_the_desk(hotel: Property, clara: Client) -> None:
    pbx = hotel.pbx
    assert pbx is not None
    body = b'{"action":"DTMF","callid":"1.1","call":[{"ext":{"extid":"2201"}}],"infos":"778*77*1"}'
    inbox.store(pbx, body, None)
    process_reports(pbx)
    page = clara.get("/GRAND/attention/").content.decode()
    assert "No minibar product has the code 77" in page
    assert "1 needs attention" in page
    number = page.partition("parked_report:")[2].partition('"')[0]
    path = f"/GRAND/attention/parked_report:{number}/"
    clara.post(path, {"action": "discard"}, follow=True)
    assert "1 needs attention" in clara.get("/GRAND/attention/").content.decode()
    clara.post(path, {"action": "discard", "reason": "A test"})
    assert "Nothing needs attention" in clara.get("/GRAND/attention/").content.decode()


def test_names_are_escaped_wherever_they_stand(hotel: Property, clara: Client) -> None:
    stay = house.reserve(hotel, "<script>alert(1)</script>", reference="<i>")
    lifecycle.check_in(stay, actor=CLERK)
    for path in ("/GRAND/", "/GRAND/in-house/", "/GRAND/stays/?q=<script>alert(1)"):
        page = clara.get(path).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page


@pytest.mark.parametrize("path", ["/GRAND/rooms/999/", "/GRAND/stays/none/", "/GRAND/x/y/z/"])
def test_what_is_not_there_is_told_on_a_page_of_ours(clara: Client, path: str) -> None:
    answer = clara.get(path)
    assert answer.status_code == 404


def test_only_post_changes_anything(hotel: Property, clara: Client) -> None:
    house.check_in(hotel, "Smith")
    for path in ("check-in/", "move/", "end/", "charge/", "minibar/", "pay/", "refund/", "settle/"):
        assert clara.get(f"/GRAND/stays/R-Smith/{path}").status_code == 405
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(User.objects.get(username="clara"))
    assert guarded.post("/GRAND/stays/R-Smith/check-out/").status_code == 403
    assert Stay.objects.get().status == Stay.Status.IN_HOUSE


def test_a_login_is_made_on_the_command_line(
    hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTELPBX_STAFF_PASSWORD", PASSWORD)
    call_command("create_staff", "GRAND", "anna", "--role", "clerk", verbosity=0)
    assert Client().login(username="anna", password=PASSWORD)
    with pytest.raises(CommandError, match="no property NOWHERE"):
        call_command("create_staff", "NOWHERE", "anna")
    monkeypatch.setenv("HOTELPBX_STAFF_PASSWORD", "short")
    with pytest.raises(CommandError, match="too short"):
        call_command("create_staff", "GRAND", "berta")
    assert not User.objects.filter(username="berta").exists()
