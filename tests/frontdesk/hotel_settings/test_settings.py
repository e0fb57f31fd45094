"""The hotel file in the browser: what may be changed, what is refused, what follows."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client

from billing.models import Call, MinibarProduct, PriceBook, Tariff, TariffRate
from frontdesk.hotel_settings.sections import SECTIONS
from pbx.models import Command
from rooms.models import AuditEntry, ClassOfService, Property, Room
from tests import house
from tests.frontdesk.people import staff
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest
from wakeups.models import WakeUpSettings

pytestmark = pytest.mark.django_db

PASSWORD = "night-manager-77"
HOME = "/GRAND/settings/"


def form_of(client: Client, path: str) -> dict[str, Any]:
    """What the form at ``path`` would send if nothing were changed."""
    form = client.get(path).context["form"]
    sent: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if value is True:
            sent[field.name] = "on"
        elif value is not False and value is not None:
            sent[field.name] = value
    return sent


def change(client: Client, path: str, **values: Any) -> Any:
    """Send the form at ``path`` with some other values."""
    return client.post(path, {**form_of(client, path), **values})


def faults(answer: Any) -> dict[str, str]:
    """What the form complains of, by field."""
    assert answer.status_code == 422
    return {name: " ".join(told) for name, told in answer.context["form"].errors.items()}


PAGES = [HOME, f"{HOME}api-keys/", *(f"{HOME}{section.slug}/" for section in SECTIONS)]
PAGES += [f"{HOME}{section.slug}/add/" for section in SECTIONS if section.rows]


@pytest.mark.parametrize("path", PAGES)
def test_the_settings_are_for_managers(hotel: Property, max_: Client, path: str) -> None:
    assert max_.get(path).status_code == 200
    assert staff(hotel, "clara", "clerk").get(path).status_code == 404
    assert staff(hotel, "rosa", "housekeeping").get(path).status_code == 404
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize("path", ["nothing/", "hotel/add/", "rooms/0/", "pbx/1/remove/"])
def test_what_the_settings_do_not_have_is_not_found(max_: Client, path: str) -> None:
    assert max_.get(HOME + path).status_code == 404


@pytest.mark.parametrize("slug", ["hotel", "pbx", "feature-codes", "wake-up-calls"])
def test_saving_a_form_as_it_is_changes_nothing(hotel: Property, max_: Client, slug: str) -> None:
    before = AuditEntry.objects.count()
    assert change(max_, f"{HOME}{slug}/").status_code == 302
    assert AuditEntry.objects.count() == before


def test_the_rows_of_another_hotel_do_not_exist(
    hotel: Property, max_: Client, tmp_path: Any
) -> None:
    other = house.build(tmp_path, code="OTHER")
    room = house.room(other, "201")
    assert max_.get(f"{HOME}rooms/{room.pk}/").status_code == 404
    assert max_.post(f"{HOME}rooms/{room.pk}/remove/").status_code == 404
    assert Room.objects.filter(pk=room.pk).exists()


def test_a_change_is_in_the_audit_trail_with_before_and_after(
    hotel: Property, max_: Client
) -> None:
    change(max_, f"{HOME}hotel/", name="Grander Hotel", emergency_numbers="110, 119 112")
    hotel.refresh_from_db()
    assert (hotel.name, hotel.emergency_numbers) == ("Grander Hotel", ["110", "119", "112"])
    entry = AuditEntry.objects.get(action="change settings")
    assert (entry.actor, entry.source) == ("max", "127.0.0.1")
    assert entry.before == {"name": "Grand Hotel", "emergency_numbers": ["110", "119"]}
    assert entry.after == {"name": "Grander Hotel", "emergency_numbers": ["110", "119", "112"]}


@pytest.mark.parametrize(
    ("slug", "zones", "due", "alarm"),
    [
        ("hotel", ("Asia/Tokyo", "Asia/Tokyo"), "2026-05-05 03:00", "12:00"),
        ("pbx", ("Asia/Shanghai", "Asia/Tokyo"), "2026-05-05 04:00", "13:00"),
    ],
)
@time_machine.travel(house.at("2026-05-04 10:00:00"), tick=False)
def test_a_zone_put_right_moves_the_wake_up_calls(
    hotel: Property, max_: Client, slug: str, zones: tuple[str, str], due: str, alarm: str
) -> None:
    """A PBX that is in the hotel's zone stays in it."""
    call = calls.create(
        house.check_in(hotel, "Smith"),
        WakeUpRequest(date(2026, 5, 5), time(12, 0)),
        actor=house.CLERK,
    )
    assert change(max_, f"{HOME}{slug}/", timezone="Asia/Tokyo").status_code == 302
    hotel.refresh_from_db()
    assert hotel.pbx is not None
    assert (hotel.timezone, hotel.pbx.timezone) == zones
    call.refresh_from_db()
    placed = call.occurrences.exclude(state="withdrawn").get()
    assert call.due_at == placed.due_at == house.at(due)
    assert placed.alarm_time == alarm
    written_down = AuditEntry.objects.filter(action="change settings").values_list(
        "subject", "after"
    )
    assert ("PBX:main", {"timezone": "Asia/Tokyo"}) in written_down


def test_a_pbx_in_a_zone_of_its_own_keeps_it(hotel: Property, max_: Client) -> None:
    change(max_, f"{HOME}pbx/", timezone="Asia/Tokyo")
    change(max_, f"{HOME}hotel/", timezone="Asia/Seoul")
    hotel.refresh_from_db()
    assert hotel.pbx is not None
    assert (hotel.timezone, hotel.pbx.timezone) == ("Asia/Seoul", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("slug", "field", "value", "told"),
    [
        ("hotel", "timezone", "Asia/Shangai", 'did you mean "Asia/Shanghai"?'),
        ("hotel", "currency", "YUAN", "is not a currency code"),
        ("hotel", "tax_rate", "6", "Must be a share from 0 to 1"),
        ("hotel", "emergency_numbers", "110, help", "entry 2 must be 1 to 15 digits"),
        ("pbx", "url", "ftp://192.0.2.1", "must be an address"),
        ("pbx", "allowed_sources", "192.168.5.1/24", "did you mean 192.168.5.0/24"),
        ("pbx", "timezone", "Mars", "is not a time zone"),
        ("feature-codes", "housekeeping", "2201", "2201 is already an extension of room 201"),
        ("feature-codes", "housekeeping_statuses", "*01 clean", "has no “=”"),
        ("feature-codes", "housekeeping_statuses", "*01 = shiny", "must be 'dirty'"),
        (
            "feature-codes",
            "housekeeping_statuses",
            "*0 = clean\n*01 = dirty",
            "*0 takes effect at once",
        ),
        ("feature-codes", "staff_number", "9", "9 is not one of"),
        ("feature-codes", "minibar", "777", "Must differ from the housekeeping code"),
        ("wake-up-calls", "repeats", "9", "Must be at most 3"),
        ("wake-up-calls", "snooze_key", "1", "Must differ from the confirmation key"),
        ("wake-up-calls", "confirm_ivr", "778", "778 is already the minibar code"),
        ("wake-up-calls", "prompt", "123", "must contain a letter"),
    ],
)
def test_the_browser_has_the_rules_of_the_file(
    max_: Client, slug: str, field: str, value: str, told: str
) -> None:
    found = faults(change(max_, f"{HOME}{slug}/", **{field: value}))
    assert list(found) == [field]
    assert told.lower() in found[field].lower()
    assert not AuditEntry.objects.filter(action="change settings").exists()


def test_the_currency_stays_once_something_was_charged(hotel: Property, max_: Client) -> None:
    from billing.ledger.posting import charge_other

    stay = house.check_in(hotel, "Smith")
    charge_other(stay, house.yuan("5.00"), "Stamps", actor=house.CLERK)
    assert (
        "currency cannot be changed"
        in faults(change(max_, f"{HOME}hotel/", currency="EUR"))["currency"]
    )


def test_the_password_of_the_pbx_is_written_and_never_shown(hotel: Property, max_: Client) -> None:
    path = f"{HOME}pbx/"
    change(max_, path, username="desk")
    pbx = hotel.pbx
    assert pbx is not None
    pbx.refresh_from_db()
    assert (pbx.username, pbx.password) == ("desk", "secret")
    change(max_, path, password="n3w-s3cret")
    pbx.refresh_from_db()
    assert pbx.password == "n3w-s3cret"
    assert "n3w-s3cret" not in max_.get(path).content.decode()
    assert "n3w-s3cret" not in max_.get("/GRAND/history/").content.decode()
    assert AuditEntry.objects.filter(after={"password": "changed"}).count() == 1
    refused = change(max_, path, password="n3w-s3cret", url="nonsense")
    assert "n3w-s3cret" not in refused.content.decode()


def test_feature_codes_and_wake_up_settings_are_kept(hotel: Property, max_: Client) -> None:
    change(
        max_,
        f"{HOME}feature-codes/",
        housekeeping="888",
        housekeeping_statuses="*07 = pickup",
        staff_number="#",
    )
    hotel.refresh_from_db()
    assert (hotel.housekeeping_code, hotel.housekeeping_statuses) == ("888", {"*07": "pickup"})
    assert hotel.staff_number == "#"
    change(max_, f"{HOME}wake-up-calls/", repeats="3", desk_extension="8000")
    kept = WakeUpSettings.objects.get(property=hotel)
    assert (kept.repeats, kept.desk_extension) == (3, "8000")


def test_a_room_is_added_changed_and_removed(hotel: Property, max_: Client) -> None:
    body = {"number": "301", "floor": "3", "type": "suite", "extensions": "2301, 2302"}
    max_.post(f"{HOME}rooms/add/", body)
    room = house.room(hotel, "301")
    assert [phone.extension for phone in room.phones.all()] == ["2301", "2302"]
    path = f"{HOME}rooms/{room.pk}/"
    change(max_, path, number="999", extensions="2302 2301")
    room = house.room(hotel, "301")
    assert [phone.extension for phone in room.phones.all()] == ["2302", "2301"]
    assert max_.post(f"{path}remove/").status_code == 302
    assert not Room.objects.filter(pk=room.pk).exists()
    acts = AuditEntry.objects.filter(subject="room:301").order_by("pk")
    assert [act.action for act in acts] == ["add settings", "change settings", "remove settings"]


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"number": "201"}, "number", "Room 201 already exists"),
        ({"number": "3/1"}, "number", "Must be 1 to 16 characters"),
        ({"extensions": "2201"}, "extensions", "already an extension of room 201"),
        ({"extensions": "777"}, "extensions", "already the housekeeping code"),
        ({"extensions": "2301 2301"}, "extensions", "listed twice"),
        ({"extensions": ""}, "extensions", "required"),
        ({"extensions": "12-3"}, "extensions", "must be 1 to 8 digits"),
    ],
)
def test_a_room_that_cannot_be_is_told_at_its_field(
    max_: Client, values: dict[str, str], field: str, told: str
) -> None:
    body = {"number": "301", "floor": "3", "extensions": "2301", **values}
    found = faults(max_.post(f"{HOME}rooms/add/", body))
    assert list(found) == [field]
    assert told in found[field]


def test_a_phone_added_to_an_occupied_room_gets_the_guests_name(
    hotel: Property, max_: Client
) -> None:
    house.check_in(hotel, "Smith")
    path = f"{HOME}rooms/{house.room(hotel, '201').pk}/"
    change(max_, path, extensions="2201 2299")
    assert Command.objects.get(extension="2299").payload["username"] == "Smith Alice"


def test_a_phone_taken_from_a_guest_is_wiped_and_the_new_one_gets_the_name(
    hotel: Property, max_: Client
) -> None:
    house.check_in(hotel, "Smith")
    Command.objects.all().delete()
    change(max_, f"{HOME}rooms/{house.room(hotel, '201').pk}/", extensions="2299")
    assert house.room(hotel, "201").main_extension == "2299"
    told = list(Command.objects.order_by("pk").values_list("extension", "kind"))
    assert told == [("2201", "check_out"), ("2201", "configure"), ("2299", "configure")]
    assert Command.objects.get(extension="2299").payload["username"] == "Smith Alice"


def test_a_room_with_a_history_stays(hotel: Property, max_: Client) -> None:
    house.check_in(hotel, "Smith")
    answer = max_.post(f"{HOME}rooms/{house.room(hotel, '201').pk}/remove/")
    assert answer.status_code == 422
    assert "has a history" in answer.content.decode()
    assert house.room(hotel, "201").main_extension == "2201"


def test_a_changed_class_goes_to_the_phones_of_its_guests(hotel: Property, max_: Client) -> None:
    house.check_in(hotel, "Smith")
    standard = hotel.classes_of_service.get(name="standard")
    Command.objects.all().delete()
    change(max_, f"{HOME}classes/{standard.pk}/")
    assert not Command.objects.exists(), "nothing was changed"
    change(max_, f"{HOME}classes/{standard.pk}/", outbound_routes="local")
    assert Command.objects.get(extension="2201").payload["selectoutroute"] == ["local"]


def test_there_is_one_usual_class(hotel: Property, max_: Client) -> None:
    barred = hotel.classes_of_service.get(name="barred")
    change(max_, f"{HOME}classes/{barred.pk}/", default="on")
    assert [row.name for row in ClassOfService.objects.filter(is_default=True)] == ["barred"]
    standard = hotel.classes_of_service.get(name="standard")
    max_.post(f"{HOME}classes/{standard.pk}/remove/")
    answer = max_.post(f"{HOME}classes/{barred.pk}/remove/")
    assert "needs a class of service" in answer.content.decode()


def test_a_product_that_was_sold_goes_off_sale_instead(hotel: Property, max_: Client) -> None:
    from billing.ledger.posting import charge_minibar

    cola = MinibarProduct.objects.get(code="123456789")
    path = f"{HOME}products/{cola.pk}/"
    assert "CNY has 2 decimals" in faults(change(max_, path, price="15.001"))["price"]
    change(max_, path, price="16")
    charge_minibar(house.check_in(hotel, "Smith"), cola, 1, actor=house.CLERK)
    assert max_.post(f"{path}remove/").status_code == 422
    body = form_of(max_, path)
    del body["on_sale"]
    max_.post(path, body)
    cola.refresh_from_db()
    assert (cola.on_sale, cola.price) == (False, house.yuan("16.00"))


def test_a_new_rate_prices_the_calls_that_had_none(hotel: Property, max_: Client) -> None:
    stay = house.check_in(hotel, "Smith")
    call = Call.objects.create(
        property=hotel, leg="x", callid="1.1", stay=stay, room=stay.room, extension="2201",
        started_at=house.at("2026-05-04 10:00:00"), call_from="2201", call_to="13800000000",
        direction="outbound", talk_seconds=60, status="ANSWERED", rating="unrated",
    )  # fmt: skip
    version = PriceBook.objects.get(property=hotel).version
    tariff = Tariff.objects.get()
    body = {**form_of(max_, f"{HOME}rates/add/?tariff={tariff.pk}"), "prefix": "13"}
    assert body["tariff"] == str(tariff.pk)
    assert max_.post(f"{HOME}rates/add/", {**body, "price_per_minute": "0.25"}).status_code == 302
    call.refresh_from_db()
    assert (call.rating, call.amount) == ("rated", house.yuan("0.250"))
    assert PriceBook.objects.get(property=hotel).version > version


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"prefix": "0"}, "prefix", "already has a rate for that time: mon-sun, 00:00 to 24:00"),
        ({"prefix": "x"}, "prefix", "must be digits"),
        ({"days": "someday"}, "days", "must be days such as"),
        ({"begins": "24:00"}, "begins", "for midnight"),
        ({"begins": "08:00", "ends": "08:00"}, "ends", "must differ from"),
        ({"price_per_minute": "-1"}, "price_per_minute", "not negative"),
        ({"increment": "0"}, "increment", "at least 1"),
    ],
)
def test_a_rate_that_cannot_be_is_told_at_its_field(
    max_: Client, values: dict[str, str], field: str, told: str
) -> None:
    tariff = Tariff.objects.get()
    body = {**form_of(max_, f"{HOME}rates/add/?tariff={tariff.pk}"), "prefix": "5"}
    found = faults(max_.post(f"{HOME}rates/add/", {**body, "price_per_minute": "1", **values}))
    assert list(found) == [field]
    assert told.lower() in found[field].lower()
    assert TariffRate.objects.count() == 1


def test_bands_of_one_prefix_may_stand_side_by_side(max_: Client) -> None:
    rate = TariffRate.objects.get()
    path = f"{HOME}rates/{rate.pk}/"
    change(max_, path, days="mon-fri,sun", begins="22:00", ends="06:00")
    rate.refresh_from_db()
    assert (rate.days, rate.start_minute, rate.end_minute) == ([0, 1, 2, 3, 4, 6], 1320, 360)
    assert form_of(max_, path)["days"] == "mon-fri,sun"
    body = {**form_of(max_, path), "days": "mon-sun", "begins": "06:00", "ends": "22:00"}
    assert max_.post(f"{HOME}rates/add/", body).status_code == 302
    assert TariffRate.objects.count() == 2


def test_the_next_edition_of_a_tariff_takes_its_rates_along(hotel: Property, max_: Client) -> None:
    old = Tariff.objects.get()
    body = {
        "name": "standard",
        "effective_from": "2027-01-01T00:00",
        "strip_prefixes": "9",
        "surcharge": "0.15",
        "copy_rates_of": old.pk,
    }
    max_.post(f"{HOME}tariffs/add/", body)
    new = Tariff.objects.exclude(pk=old.pk).get()
    assert new.effective_from == datetime(2026, 12, 31, 16, tzinfo=UTC), "hotel time"
    assert [rate.prefix for rate in new.rates.all()] == ["0"]
    assert (
        "already takes effect then"
        in faults(max_.post(f"{HOME}tariffs/add/", body))["effective_from"]
    )


def test_the_tariff_of_a_class_stays(hotel: Property, max_: Client) -> None:
    hotel.classes_of_service.filter(name="standard").update(tariff="standard")
    path = f"{HOME}tariffs/{Tariff.objects.get().pk}/remove/"
    assert "Classes of service use this tariff" in max_.post(path).content.decode()
    hotel.classes_of_service.update(tariff="")
    assert max_.post(path).status_code == 302
    assert not Tariff.objects.exists()


def test_a_login_is_made_changed_and_taken_away(hotel: Property, max_: Client) -> None:
    path = f"{HOME}staff/add/"
    body = {"username": "anna", "role": "clerk"}
    assert "needs a password" in faults(max_.post(path, body))["password"]
    assert "too short" in faults(max_.post(path, {**body, "password": "short"}))["password"]
    max_.post(path, {**body, "password": PASSWORD})
    assert Client().login(username="anna", password=PASSWORD)
    assert "already works here" in faults(max_.post(path, body))["username"]
    member = hotel.staff.get(user__username="anna")
    change(max_, f"{HOME}staff/{member.pk}/", role="housekeeping")
    member.refresh_from_db()
    assert member.role == "housekeeping"
    assert Client().login(username="anna", password=PASSWORD), "an empty password changes nothing"
    max_.post(f"{HOME}staff/{member.pk}/remove/")
    assert not Client().login(username="anna", password=PASSWORD)
    told = str(list(AuditEntry.objects.values_list("before", "after")))
    assert PASSWORD not in told


def test_nobody_changes_his_own_role(hotel: Property, max_: Client) -> None:
    me = hotel.staff.get(user__username="max")
    path = f"{HOME}staff/{me.pk}/"
    answer = change(max_, path, role="clerk")
    assert "Another manager" in faults(answer)["__all__"]
    assert "Another manager" in max_.post(f"{path}remove/").content.decode()
    assert hotel.staff.get(pk=me.pk).role == "manager"


def test_an_api_key_is_shown_once_and_revoked(hotel: Property, max_: Client) -> None:
    path = f"{HOME}api-keys/"
    answer = max_.post(path, {"name": "our PMS", "scopes": ["rooms:read"]})
    key = answer.context["key"]
    assert key in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert key not in max_.get(path).content.decode()
    rooms = "/api/v1/properties/GRAND/rooms/"
    program = Client(HTTP_AUTHORIZATION=f"Bearer {key}")
    assert program.get(rooms).status_code == 200
    row = apps.get_model("api.ApiKey").objects.get()
    max_.post(f"{path}{row.pk}/revoke/")
    assert program.get(rooms).status_code == 401
    acts = list(AuditEntry.objects.filter(subject="key:our PMS").order_by("pk"))
    assert [act.action for act in acts] == ["issue API key", "revoke API key"]
    assert key not in str([act.after for act in acts])


@pytest.mark.parametrize("body", [{"name": "", "scopes": ["rooms:read"]}, {"name": "x"},
                                  {"name": "x", "scopes": ["everything"]}])  # fmt: skip
def test_a_key_without_name_or_scope_is_not_issued(max_: Client, body: dict[str, Any]) -> None:
    assert max_.post(f"{HOME}api-keys/", body).status_code == 422
    assert not apps.get_model("api.ApiKey").objects.exists()
