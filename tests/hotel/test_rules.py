"""Each business rule at each of its entry points (docs/rules.md): refused, nothing changed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from api.models import ApiKey
from billing.ledger import payments, posting
from billing.models import Charge, MinibarProduct, Payment, Tariff, TariffRate
from configuration.hotel_file.faults import HotelFileFaults
from configuration.hotel_file.loading.load import load_hotel
from frontdesk.models import StaffMember
from pbx.models import Report
from pbx.reports import inbox, processing
from rooms.models import ClassOfService, Phone, Property, Room, Stay
from rooms.stays import lifecycle
from rooms.stays.overrides import OVERRIDE_ALL
from tests import house
from tests.api.rest import Rest, issue
from tests.frontdesk.hotel_settings.test_settings import form_of
from tests.frontdesk.people import staff
from tests.house import CLERK, yuan
from wakeups.models import WakeUpCall, WakeUpSettings

pytestmark = pytest.mark.django_db

BOOKS = (Charge, Payment, Stay, Room, Phone, Property, MinibarProduct, Tariff, TariffRate)
BOOKS += (ClassOfService, WakeUpCall, WakeUpSettings, ApiKey, StaffMember)  # type: ignore[assignment]
# What changes by itself.
UNWATCHED = {"last_used_at"}


@dataclass
class Doors:
    """The ways into the house. Each answers with what it says."""

    hotel: Property
    file_path: Path
    clerk: Client
    manager: Client
    rest: Rest

    def desk(self, path: str, **typed: Any) -> str:
        """Act at the desk; the page that follows."""
        return text(self.clerk.post(f"/GRAND/{path}", typed, follow=True))

    def settings(self, path: str, **typed: Any) -> str:
        """Change the form of the settings at ``path``."""
        path = f"/GRAND/settings/{path}"
        return text(self.manager.post(path, {**form_of(self.manager, path), **typed}, follow=True))

    def remove(self, path: str) -> str:
        return text(self.manager.post(f"/GRAND/settings/{path}remove/"))

    def program(self, method: str, path: str, body: Any = None) -> str:
        """A program over REST: the code."""
        return str(self.rest.send(method, path, body).body)

    def file(self, *replacements: tuple[str, str], more: str = "", prune: bool = False) -> str:
        """Load the hotel file, with other words in it."""
        words = self.file_path.read_text(encoding="utf-8") + more
        for old, new in replacements:
            assert old in words, old
            words = words.replace(old, new)
        other = self.file_path.with_name("other.toml")
        other.write_text(words, encoding="utf-8")
        try:
            return "\n".join(load_hotel(other, prune=prune))
        except HotelFileFaults as faults:
            return str(faults)

    def phone(self, keys: str) -> str:
        """What becomes of an entry keyed in room 201."""
        call = {"callid": house.callid(), "call": [{"ext": {"extid": "2201"}}], "infos": keys}
        pbx = self.hotel.pbx
        assert pbx is not None
        inbox.store(pbx, json.dumps({"action": "DTMF", **call}).encode(), None)
        processing.process_reports(pbx)
        report = Report.objects.latest("pk")
        return f"{report.state}: {report.reason}"

    def command(self, *words: str) -> str:
        try:
            call_command(*words)
        except CommandError as fault:
            return str(fault)
        return ""


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


@pytest.fixture
def doors(hotel: Property, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doors:
    monkeypatch.setenv("HOTELPBX_STAFF_PASSWORD", "a-long-pass-phrase")
    return Doors(
        hotel,
        tmp_path / "GRAND.toml",
        staff(hotel, "clara", "clerk"),
        staff(hotel, "max", "manager"),
        Rest(hotel, issue(hotel)),
    )


def books() -> dict[str, list[dict[str, Any]]]:
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in UNWATCHED}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in BOOKS
    }


Try = Callable[[Doors], str]
Setup = Callable[[Doors], object]


@dataclass(frozen=True)
class Rule:
    """What stands before, what each door is asked, and what each says."""

    name: str
    setup: Setup
    tries: dict[str, tuple[Try, str]]


def guest(doors: Doors) -> Stay:
    return house.check_in(doors.hotel, "Smith")


def charged(doors: Doors) -> Charge:
    return posting.charge_other(guest(doors), yuan("45.00"), "Laundry", actor=CLERK)


def paid(doors: Doors) -> Payment:
    return payments.take(guest(doors), yuan("9"), "cash", actor=CLERK, in_advance=True)


def reserved(doors: Doors) -> Stay:
    return house.reserve(doors.hotel, "Smith")


def room_is(**axes: str) -> Setup:
    def put(doors: Doors) -> None:
        house.reserve(doors.hotel, "Smith", number="202")
        Room.objects.filter(number="202").update(**axes)

    return put


def moving_to(**axes: str) -> Setup:
    def put(doors: Doors) -> None:
        guest(doors)
        Room.objects.filter(number="202").update(**axes)

    return put


def pk_of(number: str) -> int:
    return Room.objects.get(number=number).pk


def class_pk() -> int:
    return ClassOfService.objects.get(name="standard").pk


def manager_pk() -> int:
    return StaffMember.objects.get(role="manager").pk


def off_sale(doors: Doors) -> None:
    guest(doors)
    MinibarProduct.objects.filter(code="0012").update(on_sale=False)


def limited(doors: Doors) -> None:
    guest(doors)
    Stay.objects.update(own_credit_limit=yuan("10"))


def reversed_charge(doors: Doors) -> None:
    posting.reverse(charged(doors), actor=CLERK)


def reversed_payment(doors: Doors) -> None:
    payments.reverse(paid(doors), actor=CLERK, reason="Slip")


def room_beside_the_file(doors: Doors) -> None:
    """Somebody has added a room in the browser."""
    room = Room.objects.create(property=doors.hotel, number="999")
    Phone.objects.create(property=doors.hotel, room=room, extension="2999")


def tariff_beside_the_file(doors: Doors) -> None:
    Tariff.objects.create(
        property=doors.hotel,
        name="gsm",
        trunks=["GSM"],
        effective_from="2020-01-01T00:00Z",
        position=9,
    )


def product_beside_the_file(doors: Doors) -> None:
    MinibarProduct.objects.create(
        property=doors.hotel, code="77", name="Wine", price=yuan("80.50"), on_sale=True
    )


def sold(doors: Doors) -> None:
    cola = MinibarProduct.objects.get(code="123456789")
    posting.charge_minibar(guest(doors), cola, 1, actor=CLERK)


STAY = "stays/R-Smith/"
OTHER = {"stay": "R-Smith", "type": "other", "description": "Laundry"}
COLA = {"stay": "R-Smith", "type": "minibar", "product": "123456789"}
WAKE = {"stay": "R-Smith", "recurrence": "once", "repeats": 1, "repeat_interval": 5}
WAKE_FORM = {"recurrence": "once", "repeats": "1", "repeat_interval": "5", "time": "07:00"}


def day(doors: Doors, days: int = 0) -> str:
    return f"{doors.hotel.local_now().date() + timedelta(days=days)}"


def product_pk(code: str) -> int:
    return MinibarProduct.objects.get(code=code).pk


def amount(value: str, words: str) -> dict[str, tuple[Try, str]]:
    """An amount that somebody types, wherever somebody types one."""
    pay = {"amount": value, "method": "cash"}
    return {
        "desk, charge": (
            lambda doors: doors.desk(f"{STAY}charge/", description="Laundry", amount=value),
            words,
        ),
        "desk, payment": (lambda doors: doors.desk(f"{STAY}pay/", **pay), words),
        "REST, charge": (
            lambda doors: doors.program("POST", "charges/", {**OTHER, "amount": value}),
            "/amount",
        ),
        "REST, payment": (
            lambda doors: doors.program("POST", f"{STAY}payments/", pay),
            "/amount",
        ),
    }


RULES = [
    *(
        Rule(
            f"the currency stays under {what}",
            setup,
            {
                "settings": (
                    lambda doors: doors.settings("hotel/", currency="EUR"),
                    f"There are {what} in CNY: the currency cannot be changed.",
                ),
                "hotel file": (
                    lambda doors: doors.file(('"CNY"', '"EUR"')),
                    f"[property]: currency: There are {what} in CNY: the currency cannot be "
                    "changed.",
                ),
            },
        )
        for what, setup in (("charges", charged), ("payments", paid))
    ),
    Rule(
        "prices fit the currency's minor unit",
        product_beside_the_file,
        {
            "settings, hotel": (
                lambda doors: doors.settings("hotel/", currency="JPY"),
                "JPY has 0 decimals, and the price of the product 77 is 80.5",
            ),
            "settings, product": (
                lambda doors: doors.settings(
                    "products/add/", code="78", name="Rum", price="9.005", on_sale="on"
                ),
                "CNY has 2 decimals.",
            ),
            "settings, class": (
                lambda doors: doors.settings(f"classes/{class_pk()}/", credit_limit="9.005"),
                "CNY has 2 decimals.",
            ),
            "hotel file": (
                lambda doors: doors.file(('"15.00"', '"15.005"')),
                "may have at most 2 decimals in CNY",
            ),
            "hotel file, beside it": (
                lambda doors: doors.file(('"CNY"', '"JPY"')),
                "the price of the product 77 is 80.5",
            ),
        },
    ),
    Rule(
        "no number means two things",
        room_beside_the_file,
        {
            "settings, codes": (
                lambda doors: doors.settings("feature-codes/", minibar="2999"),
                "2999 is already an extension of room 999",
            ),
            "settings, wake-ups": (
                lambda doors: doors.settings("wake-up-calls/", confirm_ivr="2999"),
                "2999 is already an extension of room 999",
            ),
            "settings, rooms": (
                lambda doors: doors.settings("rooms/add/", number="998", extensions="2999"),
                "2999 is already an extension of room 999",
            ),
            "hotel file": (
                lambda doors: doors.file(more='[feature_codes]\nminibar = "2201"\n'),
                "2201 is already the minibar code",
            ),
            "hotel file, beside it": (
                lambda doors: doors.file(more='[feature_codes]\nminibar = "2999"\n'),
                "2999 is the minibar code and an extension of room 999",
            ),
        },
    ),
    Rule(
        "a trunk has one tariff",
        tariff_beside_the_file,
        {
            "settings": (
                lambda doors: doors.settings(
                    f"tariffs/{Tariff.objects.get(name='standard').pk}/", trunks="GSM"
                ),
                "Tariff gsm already has one of these trunks.",
            ),
            "hotel file, beside it": (
                lambda doors: doors.file(
                    ('strip_prefixes = ["9"]', 'strip_prefixes = ["9"]\ntrunks = ["GSM"]')
                ),
                "have a trunk in common",
            ),
        },
    ),
    Rule(
        "a room number can stand in an address",
        lambda doors: None,
        {
            "settings": (
                lambda doors: doors.settings("rooms/add/", number="2/4", extensions="2204"),
                "none of them /",
            ),
            "hotel file": (
                lambda doors: doors.file(('number = "201"', 'number = "2/1"')),
                "none of them /",
            ),
        },
    ),
    Rule(
        "the confirm key is not the snooze key",
        lambda doors: None,
        {
            "settings": (
                lambda doors: doors.settings("wake-up-calls/", snooze_key="1"),
                "Must differ from the confirmation key.",
            ),
            "hotel file": (
                lambda doors: doors.file(more='[wake_up_calls]\nsnooze_key = "1"\n'),
                '"1" is already the confirm_key',
            ),
        },
    ),
    Rule(
        "what was sold, stayed in or is named elsewhere is not removed",
        sold,
        {
            "settings, product": (
                lambda doors: doors.remove(f"products/{product_pk('123456789')}/"),
                "was sold",
            ),
            "settings, room": (
                lambda doors: doors.remove(f"rooms/{pk_of('201')}/"),
                "has a history",
            ),
            "settings, class": (
                lambda doors: doors.remove(f"classes/{class_pk()}/"),
                "There are stays of the class",
            ),
        },
    ),
    Rule(
        "only what is on sale is sold",
        off_sale,
        {
            "desk": (
                lambda doors: doors.desk(
                    f"{STAY}minibar/", product=product_pk("0012"), quantity="1"
                ),
                "Select a valid choice",
            ),
            "REST": (
                lambda doors: doors.program("POST", "charges/", {**COLA, "product": "0012"}),
                "There is no such minibar product.",
            ),
            "phone": (lambda doors: doors.phone("778*0012*1"), "parked: "),
        },
    ),
    Rule(
        "1 to 99 of a product",
        guest,
        {
            "desk": (
                lambda doors: doors.desk(
                    f"{STAY}minibar/", product=product_pk("0012"), quantity="100"
                ),
                "less than or equal to 99",
            ),
            "REST": (
                lambda doors: doors.program("POST", "charges/", {**COLA, "quantity": 100}),
                "/quantity",
            ),
            "phone": (lambda doors: doors.phone("778*0012*100"), "parked: "),
        },
    ),
    Rule("an amount has the currency's decimals", charged, amount("1.005", "CNY has 2 decimals.")),
    Rule("an amount is more than 0", charged, amount("0", "greater than or equal to")),
    Rule(
        "an amount is a hotel bill's", charged, amount("100000000", "The amount must be more than")
    ),
    Rule(
        "a credit limit has the currency's decimals",
        guest,
        {
            "desk": (
                lambda doors: text(
                    doors.clerk.post(
                        f"/GRAND/{STAY}edit/",
                        {
                            **form_of(doors.clerk, f"/GRAND/{STAY}edit/"),
                            "credit_limit": "1.005",
                        },
                    )
                ),
                "CNY has 2 decimals.",
            ),
            "REST": (
                lambda doors: doors.program("PUT", STAY, {"credit_limit": "1.005"}),
                "/credit_limit",
            ),
        },
    ),
    Rule(
        "nothing above the credit limit without a yes",
        limited,
        {
            "desk": (
                lambda doors: doors.desk(f"{STAY}charge/", description="Tour", amount="11.00"),
                "limit",
            ),
            "REST": (
                lambda doors: doors.program("POST", "charges/", {**OTHER, "amount": "11.00"}),
                "credit_limit_reached",
            ),
        },
    ),
    Rule(
        "no more is taken than is owed",
        charged,
        {
            "desk": (
                lambda doors: doors.desk(f"{STAY}pay/", amount="45.01", method="cash"),
                "45.00 CNY is owed",
            ),
            "REST": (
                lambda doors: doors.program(
                    "POST", f"{STAY}payments/", {"amount": "45.01", "method": "cash"}
                ),
                "45.00 CNY is owed",
            ),
        },
    ),
    Rule(
        "a charge is reversed once",
        reversed_charge,
        {
            "desk": (
                lambda doors: doors.desk(f"{STAY}reverse/{Charge.objects.earliest('pk').pk}/"),
                "has already been reversed",
            ),
            "REST": (
                lambda doors: doors.program(
                    "POST", f"charges/{Charge.objects.earliest('pk').pk}/reverse/", {}
                ),
                "invalid_transition",
            ),
        },
    ),
    Rule(
        "a payment is reversed once",
        reversed_payment,
        {
            "desk": (
                lambda doors: doors.desk(
                    f"{STAY}payments/{Payment.objects.earliest('pk').pk}/reverse/", reason="x"
                ),
                "has already been reversed",
            ),
            "REST": (
                lambda doors: doors.program(
                    "POST",
                    f"{STAY}payments/{Payment.objects.earliest('pk').pk}/reverse/",
                    {"reason": "x"},
                ),
                "invalid_transition",
            ),
        },
    ),
    Rule(
        "nobody comes into a room that is out of order",
        room_is(availability_status="out_of_order"),
        {
            "desk": (
                lambda doors: doors.desk(
                    f"{STAY}check-in/", room=pk_of("202"), class_of_service=class_pk()
                ),
                "Select a valid choice",
            ),
            "REST": (
                lambda doors: doors.program("POST", f"{STAY}check-in/", {}),
                "room_out_of_order",
            ),
        },
    ),
    Rule(
        "nobody moves into a room that is out of order",
        moving_to(availability_status="out_of_order"),
        {
            "desk": (
                lambda doors: doors.desk(f"{STAY}move/", to_room=pk_of("202")),
                "Select a valid choice",
            ),
            "REST": (
                lambda doors: doors.program("POST", f"{STAY}move/", {"to_room": "202"}),
                "room_out_of_order",
            ),
        },
    ),
    Rule(
        "nobody comes into a dirty room without a yes",
        room_is(housekeeping_status="dirty"),
        {
            "desk": (
                lambda doors: doors.desk(
                    f"{STAY}check-in/", room=pk_of("202"), class_of_service=class_pk()
                ),
                "Room 202 is dirty",
            ),
            "REST": (
                lambda doors: doors.program("POST", f"{STAY}check-in/", {}),
                "room_not_ready",
            ),
        },
    ),
    Rule(
        "a departure is not before the arrival",
        reserved,
        {
            "desk": (
                lambda doors: text(
                    doors.clerk.post(
                        f"/GRAND/{STAY}edit/",
                        {
                            **form_of(doors.clerk, f"/GRAND/{STAY}edit/"),
                            "departure": day(doors, -1),
                        },
                    )
                ),
                "The departure is before the arrival.",
            ),
            "REST": (
                lambda doors: doors.program("PUT", STAY, {"departure": day(doors, -1)}),
                "/departure",
            ),
        },
    ),
    Rule(
        "a day is one that a hotel can mean",
        guest,
        {
            "desk, stay": (
                lambda doors: text(
                    doors.clerk.post(
                        f"/GRAND/{STAY}edit/",
                        {**form_of(doors.clerk, f"/GRAND/{STAY}edit/"), "departure": "9999-12-31"},
                    )
                ),
                "2100",
            ),
            "desk, wake-up": (
                lambda doors: doors.desk(f"{STAY}wake-up-calls/", date="9999-12-31", **WAKE_FORM),
                "2100",
            ),
            "REST, stay": (
                lambda doors: doors.program("PUT", STAY, {"departure": "9999-12-31"}),
                "2100",
            ),
            "REST, wake-up": (
                lambda doors: doors.program(
                    "POST", "wake-up-calls/", {**WAKE, "date": "9999-12-31", "time": "07:00"}
                ),
                "2100",
            ),
        },
    ),
    Rule(
        "nobody is woken in the past",
        guest,
        {
            "desk": (
                lambda doors: doors.desk(f"{STAY}wake-up-calls/", date=day(doors, -1), **WAKE_FORM),
                "has passed",
            ),
            "REST": (
                lambda doors: doors.program(
                    "POST", "wake-up-calls/", {**WAKE, "date": day(doors, -1), "time": "07:00"}
                ),
                "wake_up_in_past",
            ),
        },
    ),
    Rule(
        "only who is in house is woken, leaves or moves",
        reserved,
        {
            "desk, wake-up": (
                lambda doors: doors.desk(f"{STAY}wake-up-calls/", date=day(doors, 1), **WAKE_FORM),
                "is not in house",
            ),
            "desk, check-out": (
                lambda doors: doors.desk(f"{STAY}check-out/"),
                "is not in house",
            ),
            "REST, wake-up": (
                lambda doors: doors.program(
                    "POST", "wake-up-calls/", {**WAKE, "date": day(doors, 1), "time": "07:00"}
                ),
                "stay_not_in_house",
            ),
            "REST, check-out": (
                lambda doors: doors.program("POST", f"{STAY}check-out/"),
                "stay_not_in_house",
            ),
        },
    ),
    Rule(
        "a room has a status that there is",
        lambda doors: None,
        {
            "desk, housekeeping": (
                lambda doors: doors.desk("housekeeping/201/", housekeeping_status="sparkling"),
                "Choose one of: dirty",
            ),
            "REST": (
                lambda doors: doors.program(
                    "PATCH", "rooms/201/", {"housekeeping_status": "sparkling"}
                ),
                "/housekeeping_status",
            ),
            "phone": (lambda doors: doors.phone("777*77"), "parked: "),
        },
    ),
    Rule(
        "a property keeps a manager",
        lambda doors: None,
        {
            "settings, role": (
                lambda doors: doors.settings(f"staff/{manager_pk()}/", role="clerk"),
                "Another manager must change your own role.",
            ),
            "settings, removal": (
                lambda doors: doors.remove(f"staff/{manager_pk()}/"),
                "Another manager must remove your login.",
            ),
            "command": (
                lambda doors: doors.command("create_staff", "GRAND", "max", "--role", "clerk"),
                "max is the last manager",
            ),
        },
    ),
    Rule(
        "a key has a name and scopes that there are",
        lambda doors: None,
        {
            "settings, name": (
                lambda doors: doors.settings("api-keys/", name="P\tMS", scopes=["stays:read"]),
                "Give the key a name",
            ),
            "settings, scope": (
                lambda doors: doors.settings("api-keys/", name="PMS", scopes=["all"]),
                "Select a valid choice",
            ),
            "command, name": (
                lambda doors: doors.command(
                    "create_api_key", "GRAND", "P\tMS", "--scope", "stays:read"
                ),
                "Give the key a name",
            ),
            "command, scope": (
                lambda doors: doors.command("create_api_key", "GRAND", "PMS", "--scope", "all"),
                "There is no scope all.",
            ),
        },
    ),
]


@pytest.mark.parametrize(
    ("rule", "door"),
    [pytest.param(rule, door, id=f"{rule.name}: {door}") for rule in RULES for door in rule.tries],
)
def test_a_rule_holds_at_each_of_its_doors(doors: Doors, rule: Rule, door: str) -> None:
    rule.setup(doors)
    before = books()
    attempt, words = rule.tries[door]
    said = attempt(doors)
    assert words in said, said
    assert books() == before


def test_a_file_that_prunes_keeps_what_has_a_history(doors: Doors) -> None:
    """A room from whose minibar somebody took, a product that was sold, a class's tariff."""
    sold(doors)
    lifecycle.check_out(Stay.objects.get(), actor=CLERK)
    room = Room.objects.create(property=doors.hotel, number="998")
    doors.hotel.calls.create(  # nobody ever stayed there
        room=room,
        leg="1.1",
        callid="1.1",
        started_at="2026-01-01T00:00Z",
        direction="outbound",
        call_from="2998",
        call_to="0123",
        rating="free",
    )
    tariff_beside_the_file(doors)
    ClassOfService.objects.create(property=doors.hotel, name="gold", tariff="gsm")
    stay = house.check_in(doors.hotel, "Jones", number="202")
    Stay.objects.filter(pk=stay.pk).update(class_of_service=ClassOfService.objects.get(name="gold"))
    said = doors.file(("Cola", "Old"), ("123456789", "5"), prune=True)
    assert "- room 998: out of order, without phones; its history stays" in said
    assert Room.objects.get(number="998").calls.count() == 1
    assert not MinibarProduct.objects.get(code="123456789").on_sale
    assert "= tariff gsm is kept: classes of service use it: gold" in said
    assert Tariff.objects.filter(name="gsm").exists()


def test_every_rule_stands_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    assert [rule.name for rule in RULES if rule.name not in page] == []


def test_who_may_do_whatever_is_not_asked(doors: Doors) -> None:
    """The setups above are no refusals themselves."""
    stay = house.reserve(doors.hotel, "Smith", number="202")
    lifecycle.check_in(stay, actor=CLERK, override=OVERRIDE_ALL)
    assert Stay.objects.get().status == Stay.Status.IN_HOUSE
