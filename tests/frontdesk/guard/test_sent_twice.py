"""A form that is sent twice, one after the other or at once, is done once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from api.models import ApiKey
from billing.ledger import posting
from billing.models import Charge, MinibarProduct, Payment
from frontdesk.guard.seal import MAX_AGE, Seal
from hotelpbx.clock import now
from rooms.models import Property, Stay, Submission
from rooms.operations import idempotency, retention
from tests import house
from tests.frontdesk.people import staff
from tests.house import CLERK, yuan
from tests.support.threads import begin, until_somebody_waits
from wakeups.models import WakeUpCall

PAGE = "/GRAND/stays/R-Smith/"
WINE = {"code": "77", "name": "Wine", "price": "80.00", "on_sale": "on"}
LAUNDRY = {"description": "Laundry", "amount": "45.00"}


@pytest.fixture
def alice(hotel: Property) -> Stay:
    return house.check_in(hotel, "Smith")


@pytest.mark.django_db
def test_two_equal_charges_one_after_the_other_are_one(clara: Client, alice: Stay) -> None:
    form = {**LAUNDRY, "guard": str(Seal())}
    first = clara.post(PAGE + "charge/", form)
    again = clara.post(PAGE + "charge/", form, follow=True)
    assert Charge.objects.count() == 1
    assert (first.status_code, first["Location"]) == (302, PAGE)
    shown = again.content.decode()
    assert "Laundry is charged." in shown, "the first outcome is told again"
    assert "This form was sent twice and processed once." in shown


PAYS = {"amount": "30.00", "method": "cash", "in_advance": "on"}
BOOKS = {"last_name": "Jones", "arrival": "{today}", "departure": "{today}"}
WAKES = {"date": "{tomorrow}", "time": "07:00", "recurrence": "once"}
WAKES |= {"repeats": "1", "repeat_interval": "5"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "form", "rows", "made"),
    [
        (PAGE + "charge/", LAUNDRY, Charge, 1),
        (PAGE + "minibar/", {"product": "{cola}", "quantity": "2"}, Charge, 1),
        (PAGE + "pay/", PAYS, Payment, 1),
        ("/GRAND/stays/new/", BOOKS, Stay, 2),
        (PAGE + "wake-up-calls/", WAKES, WakeUpCall, 1),
        ("/GRAND/settings/products/add/", WINE, MinibarProduct, 3),
        ("/GRAND/settings/api-keys/", {"name": "PMS", "scopes": "stays:read"}, ApiKey, 1),
    ],
    ids=["charge", "minibar", "payment", "reservation", "wake-up", "settings", "key"],
)
def test_a_form_sent_twice_is_done_once(
    max_: Client, alice: Stay, path: str, form: dict[str, str], rows: Any, made: int
) -> None:
    today = alice.property.local_now().date()
    words = {
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "cola": MinibarProduct.objects.get(code="123456789").pk,
    }
    sent = {name: value.format(**words) for name, value in form.items()}
    sent["guard"] = str(Seal())
    first, again = max_.post(path, sent), max_.post(path, sent)
    assert first.status_code in (200, 302), first.content.decode()
    assert (again.status_code, again.headers.get("Location")) == (
        first.status_code,
        first.headers.get("Location"),
    )
    assert rows.objects.count() == made


@pytest.mark.django_db
def test_two_forms_are_two_charges(clara: Client, alice: Stay) -> None:
    for _ in range(2):
        clara.post(PAGE + "charge/", {**LAUNDRY, "guard": str(Seal())})
    assert Charge.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("charge/", {"description": "Laundry", "amount": "46.00"}),
        ("minibar/", LAUNDRY),
    ],
    ids=["other content", "other address"],
)
def test_one_key_for_two_things_is_told(
    clara: Client, alice: Stay, path: str, form: dict[str, str]
) -> None:
    guard = str(Seal())
    clara.post(PAGE + "charge/", {**LAUNDRY, "guard": guard})
    answer = clara.post(PAGE + path, {**form, "guard": guard})
    assert answer.status_code == 409
    assert "only that was done" in answer.content.decode()
    assert Charge.objects.count() == 1


@pytest.mark.django_db
def test_a_key_is_its_user_s_own(hotel: Property, clara: Client, alice: Stay) -> None:
    form = {**LAUNDRY, "guard": str(Seal())}
    clara.post(PAGE + "charge/", form)
    staff(hotel, "carl", "clerk").post(PAGE + "charge/", form)
    assert Charge.objects.count() == 2


@pytest.mark.django_db
def test_what_was_refused_may_be_sent_again(clara: Client, alice: Stay) -> None:
    """Nothing was done, so nothing is remembered."""
    form = {"amount": "10.00", "method": "cash", "guard": str(Seal())}
    assert clara.post(PAGE + "pay/", form).status_code == 422
    posting.charge_other(alice, yuan("45.00"), "Laundry", actor=CLERK)
    assert clara.post(PAGE + "pay/", form).status_code == 302
    assert Payment.objects.count() == 1


@pytest.mark.django_db
def test_an_answer_of_400_or_more_has_changed_nothing(
    clara: Client, alice: Stay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a view has written before it found out."""
    charge = posting.charge_other

    def twice(*args: Any, **kwargs: Any) -> None:
        charge(*args, **kwargs)
        charge(*args, **{**kwargs, "amount": yuan("-1")})

    monkeypatch.setattr(posting, "charge_other", twice)
    assert clara.post(PAGE + "charge/", LAUNDRY).status_code == 422
    assert Charge.objects.count() == 0


@pytest.mark.django_db
def test_a_new_api_key_is_shown_again_and_not_stored_in_clear(max_: Client) -> None:
    form = {"name": "PMS", "scopes": ["stays:read"], "guard": str(Seal())}
    first = max_.post("/GRAND/settings/api-keys/", form)
    again = max_.post("/GRAND/settings/api-keys/", form)
    key = first.content.decode().split("hpx_", 1)[1][:20]
    assert key in again.content.decode()
    assert again["Cache-Control"] == "no-store"
    ((stored,),) = raw_answers()
    assert key not in stored
    assert "text/html" not in stored


@pytest.mark.django_db
def test_no_word_can_be_tried_against_what_is_stored(
    max_: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body may hold a password: its digest in the database is made with the house's key."""
    asked: list[idempotency.Request] = []
    keep = idempotency.store_answer

    def listening(request: idempotency.Request, answer: idempotency.Answer) -> None:
        asked.append(request)
        keep(request, answer)

    monkeypatch.setattr(idempotency, "store_answer", listening)
    max_.post("/GRAND/settings/products/add/", WINE)
    (request,) = asked
    assert request.digest not in (Submission.objects.get().digest, "")


@pytest.mark.django_db
def test_a_form_older_than_a_day_does_nothing(clara: Client, alice: Stay) -> None:
    """So a key that is forgotten can never count once more."""
    form = {**LAUNDRY, "guard": str(Seal())}
    clara.post(PAGE + "charge/", form)
    with time_machine.travel(now() + MAX_AGE + timedelta(minutes=1)):
        clara.force_login(clara_of(alice))
        answer = Client.post(clara, PAGE + "charge/", form)
    assert answer.status_code == 409
    assert "more than a day ago" in answer.content.decode()
    assert Charge.objects.count() == 1


@pytest.mark.django_db
def test_answers_go_when_no_form_can_ask_for_them(clara: Client, alice: Stay) -> None:
    clara.post(PAGE + "charge/", LAUNDRY)
    retention.prune()
    assert Submission.objects.count() == 1
    with time_machine.travel(now() + idempotency.KEPT + timedelta(minutes=1)):
        retention.prune()
    assert Submission.objects.count() == 0
    assert idempotency.KEPT > MAX_AGE


class Held:
    """The first charge waits in the middle of its transaction until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.may_go_on = threading.Event(), threading.Event()
        charge = posting.charge_other

        def slow(*args: Any, **kwargs: Any) -> Any:
            charged = charge(*args, **kwargs)
            if not self.begun.is_set():
                self.begun.set()
                assert self.may_go_on.wait(30)
            return charged

        monkeypatch.setattr(posting, "charge_other", slow)


def both(hotel: Property, held: Held, meanwhile: Callable[[], None]) -> list[Any]:
    clara, form = staff(hotel, "clara", "clerk"), {**LAUNDRY, "guard": str(Seal())}
    again = Client()
    again.cookies = clara.cookies
    send = Client.post
    first = begin(lambda: send(clara, PAGE + "charge/", form))
    assert held.begun.wait(30)
    second = begin(lambda: send(again, PAGE + "charge/", form))
    meanwhile()
    held.may_go_on.set()
    return [first.result(60), second.result(60)]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_waits_for_the_first(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.check_in(open_hotel, "Smith")
    first, second = both(open_hotel, Held(monkeypatch), until_somebody_waits)
    assert Charge.objects.count() == 1
    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Idempotent-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_is_told_when_it_takes_long(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.check_in(open_hotel, "Smith")
    monkeypatch.setattr("frontdesk.guard.posts._PATIENCE", 0.2)
    held = Held(monkeypatch)
    clara, form = staff(open_hotel, "clara", "clerk"), {**LAUNDRY, "guard": str(Seal())}
    first = begin(lambda: Client.post(clara, PAGE + "charge/", form))
    assert held.begun.wait(30)
    second = begin(lambda: Client.post(clara, PAGE + "charge/", form)).result(60)
    held.may_go_on.set()
    assert first.result(60).status_code == 302
    assert second.status_code == 409
    assert "still being worked on" in second.content.decode()
    assert Charge.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_key_two_at_once_charge_twice(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race that the key cures is real."""
    house.check_in(open_hotel, "Smith")
    monkeypatch.setattr(idempotency, "find_answer", lambda request, patience: None)
    monkeypatch.setattr(idempotency, "store_answer", lambda request, answer: None)
    both(open_hotel, Held(monkeypatch), lambda: None)
    assert Charge.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_constraint_still_keeps_the_second_effect_out(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.check_in(open_hotel, "Smith")
    looked = threading.Barrier(2)
    find_answer = idempotency.find_answer

    def both_have_looked(request: Any, patience: float) -> Any:
        found = find_answer(request, patience=patience)
        looked.wait(30)
        return found

    monkeypatch.setattr(idempotency, "lock_for_transaction", lambda name, seconds: True)
    monkeypatch.setattr(idempotency, "find_answer", both_have_looked)
    clara, form = staff(open_hotel, "clara", "clerk"), {**LAUNDRY, "guard": str(Seal())}
    clara.raise_request_exception = False
    sent = [begin(lambda: Client.post(clara, PAGE + "charge/", form)) for _ in range(2)]
    assert sorted(each.result(60).status_code for each in sent) == [302, 500]
    assert Charge.objects.count() == 1


def raw_answers() -> list[tuple[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM rooms_submission")
        return list(cursor.fetchall())


def clara_of(stay: Stay) -> Any:
    return stay.property.staff.get(user__username="clara").user
