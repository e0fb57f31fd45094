"""Two at one row: nobody's change is wiped, and what both have changed is asked about."""

import re
import threading
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from billing.ledger import payments, posting
from frontdesk.guard.seal import Seal
from frontdesk.hotel_settings.hotel import FeatureCodesForm
from frontdesk.views import stays as stay_views
from hotelpbx.clock import now
from rooms import housekeeping
from rooms.models import Property, Room, Stay
from rooms.stays import lifecycle, reservations
from tests import house
from tests.frontdesk.people import seal_in, staff
from tests.house import CLERK, yuan
from tests.support.threads import begin, until_somebody_waits

PAGE = "/GRAND/stays/R-Smith/"
EDIT = PAGE + "edit/"
LATER = f"{now().date() + timedelta(days=6)}"


@pytest.fixture
def alice(hotel: Property) -> Stay:
    return house.check_in(hotel, "Smith")


@pytest.fixture
def carl(hotel: Property) -> Client:
    """The other clerk."""
    return staff(hotel, "carl", "clerk")


def filled_in(client: Client, path: str) -> dict[str, Any]:
    """The form of a page as a browser would send it back unchanged."""
    text = client.get(path).content.decode()
    (form,) = re.findall(
        r'<form method="post"(?: autocomplete="off")? ?>.*?</form>', text, re.DOTALL
    )
    return values_of(form)


def values_of(form: str) -> dict[str, Any]:
    found: dict[str, Any] = {"guard": seal_in(form)}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if given.get("type") in ("checkbox", "radio") and " checked" not in tag:
            continue
        found.setdefault(given["name"], unescape(given.get("value", "")))
    for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found[name] = unescape(text).replace("\n", "\r\n")
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


@pytest.mark.django_db
def test_the_later_save_keeps_the_earlier_note(clara: Client, carl: Client, alice: Stay) -> None:
    """The very fault: Carl's form was opened before Clara saved her note."""
    theirs, mine = filled_in(clara, EDIT), filled_in(carl, EDIT)
    assert clara.post(EDIT, {**theirs, "notes": "Allergic to nuts"}).status_code == 302
    assert carl.post(EDIT, {**mine, "departure": LATER}).status_code == 302
    alice.refresh_from_db()
    assert (alice.notes, str(alice.departure)) == ("Allergic to nuts", LATER)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("choice", "kept"), [("mine", "Wants a cot\nsoon"), ("other", "Allergic")], ids=str
)
def test_what_both_have_changed_is_asked_about(
    clara: Client, carl: Client, alice: Stay, choice: str, kept: str
) -> None:
    theirs, mine = filled_in(clara, EDIT), filled_in(carl, EDIT)
    clara.post(EDIT, {**theirs, "notes": "Allergic"})
    answer = carl.post(EDIT, {**mine, "notes": "Wants a cot\r\nsoon", "last_name": "Smyth"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Someone else changed this in the meantime" in shown
    assert "<q>Allergic</q>" in shown
    assert "Wants a cot\nsoon" in shown.replace("\r", "")
    assert Stay.objects.get().notes == "Allergic", "nothing is saved"
    (form,) = re.findall(r'<form method="post">.*?</form>', shown, re.S)
    again = values_of(form)
    undecided = carl.post(EDIT, again)
    assert undecided.status_code == 422
    assert Stay.objects.get().notes == "Allergic", "it stays asked until it is answered"
    assert carl.post(EDIT, {**again, "decide-notes": choice}).status_code == 302
    stay = Stay.objects.get()
    assert stay.notes.replace("\r", "") == kept
    assert str(stay.main_guest) == "Alice Smyth"


@pytest.mark.django_db
def test_a_third_change_is_asked_about_anew(clara: Client, carl: Client, alice: Stay) -> None:
    theirs, mine = filled_in(clara, EDIT), filled_in(carl, EDIT)
    clara.post(EDIT, {**theirs, "notes": "Allergic"})
    shown = carl.post(EDIT, {**mine, "notes": "Cot"}).content.decode()
    (form,) = re.findall(r'<form method="post">.*?</form>', shown, re.S)
    clara.post(EDIT, {**filled_in(clara, EDIT), "notes": "Allergic to nuts"})
    answer = carl.post(EDIT, {**values_of(form), "decide-notes": "mine"})
    assert answer.status_code == 422
    assert "<q>Allergic to nuts</q>" in answer.content.decode()
    assert Stay.objects.get().notes == "Allergic to nuts"


@pytest.mark.django_db
def test_what_cannot_be_changed_any_more_is_told(clara: Client, hotel: Property) -> None:
    """The guest came in meanwhile; the room that was chosen is not dropped in silence."""
    alice = house.reserve(hotel, "Smith", number="201")
    mine = filled_in(clara, EDIT)
    lifecycle.check_in(alice, actor=CLERK)
    answer = clara.post(EDIT, {**mine, "room": str(house.room(hotel, "202").pk)})
    assert answer.status_code == 422
    assert "Room can no longer be changed here" in answer.content.decode()


@pytest.mark.django_db
def test_a_room_is_merged_axis_by_axis(clara: Client, hotel: Property) -> None:
    mine = filled_in(clara, "/GRAND/rooms/201/")
    room = house.room(hotel, "201")
    housekeeping.update_room(room, actor=CLERK, housekeeping_status="dirty")
    sent = clara.post("/GRAND/rooms/201/", {**mine, "availability_status": "out_of_service"})
    assert sent.status_code == 302
    room.refresh_from_db()
    assert (room.housekeeping_status, room.availability_status) == ("dirty", "out_of_service")


@pytest.mark.django_db
def test_a_tap_on_a_stale_list_does_not_clean_a_room(rosa: Client, hotel: Property) -> None:
    """She saw it before the guest left."""
    alice = house.check_in(hotel, "Smith")
    text = rosa.get("/GRAND/housekeeping/").content.decode()
    form = re.search(r'<form[^>]*action="/GRAND/housekeeping/201/".*?</form>', text, re.S)
    assert form
    lifecycle.check_out(alice, actor=CLERK)
    tap = {"guard": seal_in(form[0]), "housekeeping_status": "clean"}
    shown = rosa.post("/GRAND/housekeeping/201/", tap, follow=True).content.decode()
    assert "the occupancy was occupied and is now vacant" in shown
    assert Room.objects.get(number="201").housekeeping_status == "dirty"


@pytest.mark.django_db
def test_a_payment_on_a_stale_form_says_so_and_takes_nothing(clara: Client, alice: Stay) -> None:
    posting.charge_other(alice, yuan("45.00"), "Laundry", actor=CLERK)
    text = clara.get(PAGE).content.decode()
    form = re.search(rf'<form[^>]*action="{PAGE}pay/".*?</form>', text, re.S)
    assert form
    payments.take(alice, yuan("5.00"), "cash", actor=CLERK)
    pays = {"guard": seal_in(form[0]), "amount": "40.00", "method": "cash"}
    answer = clara.post(PAGE + "pay/", pays)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "the balance was 45.00 CNY and is now 40.00 CNY. Nothing was done" in unescape(shown)
    assert alice.payments.count() == 1
    form = re.search(rf'<form[^>]*action="{PAGE}pay/".*?</form>', shown, re.S)
    assert form
    assert 'value="40.00"' in form[0], "what was typed stays"
    assert clara.post(PAGE + "pay/", {**pays, "guard": seal_in(form[0])}).status_code == 302


@pytest.mark.django_db
def test_settings_are_merged_key_by_key(max_: Client, hotel: Property) -> None:
    path = "/GRAND/settings/hotel/"
    mine, theirs = filled_in(max_, path), filled_in(max_, path)
    assert max_.post(path, {**theirs, "name": "The Grand"}).status_code == 302
    assert max_.post(path, {**mine, "tax_number": "DE 1"}).status_code == 302
    hotel.refresh_from_db()
    assert (hotel.name, hotel.tax_number) == ("The Grand", "DE 1")


@pytest.mark.django_db
def test_a_form_without_what_it_was_made_from_is_refused(clara: Client, alice: Stay) -> None:
    mine = filled_in(clara, EDIT)
    answer = clara.post(EDIT, {**mine, "notes": "x", "guard": str(Seal())})
    assert answer.status_code == 422
    assert "This form is incomplete" in answer.content.decode()


@pytest.mark.django_db
def test_a_page_opened_before_a_field_was_added_keeps_its_value(
    max_: Client, hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "/GRAND/settings/feature-codes/"
    with monkeypatch.context() as earlier:
        fields = FeatureCodesForm.base_fields
        older = {name: field for name, field in fields.items() if name != "minibar"}
        earlier.setattr(FeatureCodesForm, "base_fields", older)
        open_page = filled_in(max_, path)
    assert "minibar" not in open_page
    assert max_.post(path, {**open_page, "housekeeping": "71"}).status_code == 302
    hotel.refresh_from_db()
    assert (hotel.housekeeping_code, hotel.minibar_code) == ("71", "778")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False], ids=["as it is", "without the lock"])
def test_two_saves_at_the_same_moment(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """The second reads the row only when the first is in the books."""
    alice = house.check_in(open_hotel, "Smith")
    clara, carl = staff(open_hotel, "clara", "clerk"), staff(open_hotel, "carl", "clerk")
    theirs, mine = filled_in(clara, EDIT), filled_in(carl, EDIT)
    begun, may_go_on = threading.Event(), threading.Event()
    save = reservations.save_stay

    def slow(*args: Any, **kwargs: Any) -> Any:
        if not begun.is_set():
            begun.set()
            assert may_go_on.wait(30)
        return save(*args, **kwargs)

    monkeypatch.setattr(reservations, "save_stay", slow)
    if not locked:
        monkeypatch.setattr(stay_views, "lock_with_room", lambda *args: None)
    first = begin(lambda: Client.post(clara, EDIT, {**theirs, "notes": "Allergic"}))
    assert begun.wait(30)
    second = begin(lambda: Client.post(carl, EDIT, {**mine, "departure": LATER}))
    if locked:
        until_somebody_waits()
    else:
        second.result(60)
    may_go_on.set()
    assert [each.result(60).status_code for each in (first, second)] == [302, 302]
    alice.refresh_from_db()
    both = (alice.notes, str(alice.departure)) == ("Allergic", LATER)
    assert both is locked
