"""The attention list: each kind of item with each of its actions, at the desk and over REST."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import tariff_book
from billing.models import Call, Charge, MinibarEntry, TariffRate
from frontdesk.models import StaffMember
from pbx.models import Command, Report
from rooms.models import AuditEntry, EmergencyCall, Property
from rooms.operations import attention
from rooms.stays.attribution import neighbors
from tests import house
from tests.api.rest import Rest, issue
from tests.frontdesk.people import Browser
from tests.support import attention_rows
from wakeups.models import Occurrence

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    """A decision on an item, and what it must have done. ``before``: what it needs first."""

    kind: str
    action: str
    done: Callable[[Property], bool]
    more: dict[str, str] = field(default_factory=dict)
    before: Callable[[Property], Any] = lambda hotel: None

    def __str__(self) -> str:
        return f"{self.kind} {self.action}"


def charged(hotel: Property, amount: str) -> bool:
    """There is one charge, to Mrs Smith, of that amount."""
    (charge,) = Charge.objects.all()
    return charge.stay.reference == "R-Smith" and charge.amount == house.yuan(amount)


def cover_all_numbers(hotel: Property) -> None:
    """A rate for whatever has none."""
    rate = TariffRate.objects.get(tariff__property=hotel)
    rate.pk, rate.prefix = None, ""
    rate.save()
    tariff_book.mark_changed(hotel)


def make_the_status_unknown(hotel: Property) -> None:
    """There is a price, but was it answered?"""
    cover_all_numbers(hotel)
    Call.objects.update(status="CONGESTION")


ASSIGN: Final = {"stay": "R-Smith"}
DISCARD: Final = {"reason": "A test"}

CASES: Final = [
    Case("parked_report", "replay", lambda _: Report.objects.get().state == "received"),
    Case("parked_report", "discard", lambda _: Report.objects.get().state == "discarded", DISCARD),
    Case("failed_command", "retry", lambda _: _failed().state == "waiting"),
    Case("failed_command", "discard", lambda _: _failed().state == "discarded", DISCARD),
    Case(
        "emergency_call",
        "acknowledge",
        lambda _: EmergencyCall.objects.get().acknowledged_at is not None,
    ),
    Case("unclaimed_call", "assign", lambda hotel: charged(hotel, "1.46"), ASSIGN),
    Case(
        "unclaimed_call",
        "discard",
        lambda _: Call.objects.get().dismissed_reason == "A test" and not Charge.objects.exists(),
        DISCARD,
    ),
    Case("unrated_call", "retry", lambda hotel: charged(hotel, "1.46"), before=cover_all_numbers),
    Case(
        "unrated_call",
        "count",
        lambda hotel: charged(hotel, "1.46"),
        before=make_the_status_unknown,
    ),
    Case("unrated_call", "discard", lambda _: Call.objects.get().rating == "free", DISCARD),
    Case("unclaimed_minibar", "assign", lambda hotel: charged(hotel, "16.00"), ASSIGN),
    Case(
        "unclaimed_minibar",
        "discard",
        lambda _: MinibarEntry.objects.get().state == "discarded",
        DISCARD,
    ),
    Case("repeated_entry", "count", lambda hotel: charged(hotel, "16.00")),
    Case("repeated_entry", "assign", lambda hotel: charged(hotel, "16.00"), ASSIGN),
    Case(
        "repeated_entry",
        "discard",
        lambda _: MinibarEntry.objects.get().state == "discarded",
        DISCARD,
    ),
    Case(
        "wake_up_alarm",
        "acknowledge",
        lambda _: Occurrence.objects.get().acknowledged_at is not None,
    ),
]


def _failed() -> Command:
    return Command.objects.order_by("pk").last() or pytest.fail("there is no command")


def test_every_action_of_every_kind_is_in_the_table() -> None:
    known = {(each.kind, action) for each in attention.providers() for action in each.actions}
    assert {(case.kind, case.action) for case in CASES} == known
    assert set(attention_rows.KINDS) == {each.kind for each in attention.providers()}


class Desk:
    """A clerk in front of the list."""

    actor = ("user", "clara")

    def __init__(self, hotel: Property) -> None:
        user = User.objects.create(username="clara")
        StaffMember.objects.create(user=user, property=hotel, role="clerk")
        self._client = Browser()
        self._client.force_login(user)

    def settle(self, id_: str, body: dict[str, str]) -> tuple[bool, str]:
        """Whether it was done, and what was said."""
        answer = self._client.post(f"/GRAND/attention/{id_}/", body, follow=True)
        assert answer.status_code == 200
        (message,) = answer.context["messages"]
        return message.level_tag == "success", str(message)

    def page(self, query: str = "") -> str:
        """The list."""
        return self._client.get(f"/GRAND/attention/{query}").content.decode()

    def shows(self, id_: str, *words: str) -> bool:
        """Whether the list has the item, with its buttons and these words."""
        page = self.page()
        part = page.partition(f'id="{id_}"')[2].partition("</article>")[0]
        return bool(part) and all(word in part for word in words)


class Pms:
    """A program with a key."""

    actor = ("key", "PMS")

    def __init__(self, hotel: Property) -> None:
        self._rest = Rest(hotel, issue(hotel))

    def settle(self, id_: str, body: dict[str, str]) -> tuple[bool, str]:
        answer = self._rest.post(f"attention/{id_}/resolve/", body)
        return answer.status == 200, str(answer.body.get("detail", ""))

    def shows(self, id_: str, *words: str) -> bool:
        found = [each for each in self._rest.pages("attention/") if each["id"] == id_]
        return bool(found) and all(word.lower() in str(found[0]).lower() for word in words)


@pytest.mark.parametrize("face", [Desk, Pms])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_decision_has_its_effect_once_and_stands_in_the_audit_trail(
    hotel: Property, face: type[Desk] | type[Pms], case: Case
) -> None:
    house.check_in(hotel, "Smith")
    item = attention_rows.make(hotel, case.kind)
    case.before(hotel)
    person = face(hotel)
    assert person.shows(item, case.action.capitalize())
    body = {"action": case.action, **case.more}
    done, words = person.settle(item, body)
    assert done, words
    assert case.done(hotel)
    assert not person.shows(item)
    entry = AuditEntry.objects.get(subject=f"attention:{item}")
    assert entry.action == f"attention {case.action}"
    assert (entry.actor_kind, entry.actor, entry.source) == (*person.actor, "127.0.0.1")
    assert entry.after == {"stay": case.more.get("stay"), "reason": case.more.get("reason", "")}

    again, words = person.settle(item, body)
    assert not again
    assert words.startswith(f"This is resolved already: {case.action} by {person.actor[1]}")
    assert case.done(hotel)
    assert AuditEntry.objects.filter(subject=f"attention:{item}").count() == 1


@pytest.mark.parametrize("face", [Desk, Pms])
@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("unclaimed_call", {"action": "assign"}, ""),
        ("unclaimed_call", {"action": "discard", "reason": " "}, ""),
        ("unclaimed_call", {"action": "assign", "stay": "R-Nobody"}, "no stay R-Nobody"),
        ("unclaimed_call", {"action": "assign", "stay": "R-Jones"}, "has not checked in"),
        ("unrated_call", {"action": "retry"}, "Add a rate for 95512"),
        ("unrated_call", {"action": "acknowledge"}, ""),
    ],
)
def test_a_decision_that_cannot_be_leaves_no_trace(
    hotel: Property, face: type[Desk] | type[Pms], kind: str, body: dict[str, str], words: str
) -> None:
    house.check_in(hotel, "Smith")
    house.reserve(hotel, "Jones")
    item = attention_rows.make(hotel, kind)
    person = face(hotel)
    done, said = person.settle(item, body)
    assert not done
    assert words in said
    assert person.shows(item)
    assert not AuditEntry.objects.filter(subject=f"attention:{item}").exists()
    assert not Charge.objects.exists()


# ---- many ------------------------------------------------------------------------------------


def queries(hotel: Property) -> int:
    """How many it takes to show the list at the desk."""
    with CaptureQueriesContext(connection) as captured:
        for item in attention.items(hotel):
            for stay in item.suggestions:
                assert stay.main_guest
    return len(captured)


def test_two_hundred_of_each_kind_take_as_many_queries_as_two(hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    for number in range(1, 3):
        for kind in attention_rows.KINDS:
            attention_rows.make(hotel, kind, number)
    few = queries(hotel)
    for number in range(3, 211):
        for kind in attention_rows.KINDS:
            attention_rows.make(hotel, kind, number)
    found = attention.items(hotel)
    assert len(found) == 200 * len(attention_rows.KINDS)
    assert queries(hotel) == few <= 20
    with CaptureQueriesContext(connection) as captured:
        assert attention.counts(hotel) == dict.fromkeys(attention_rows.KINDS, 210)
    assert len(captured) == 1
    desk = Desk(hotel)
    assert desk.page().count("<article") == len(found)
    assert "80 more are not shown" in desk.page()
    assert desk.page("?kind=parked_report").count("<article") == 200
    assert "10 more are not shown" in desk.page("?kind=parked_report")
    assert desk.page("?kind=nonsense").count("<article") == len(found)


def test_counts_are_none_where_nothing_waits(hotel: Property) -> None:
    assert attention.counts(hotel) == dict.fromkeys(attention_rows.KINDS, 0)


def test_suggestions_of_a_list_are_those_of_a_single_call(hotel: Property) -> None:
    """The annotation of the list and the function for one say the same."""
    call = attention_rows.unclaimed_call(hotel)
    assert call.room is not None
    house.check_in(hotel, "Smith")
    for _ in range(2):
        (item,) = attention.items(hotel)
        assert item.suggestions == neighbors(call.room, call.started_at)
        Call.objects.update(started_at=house.at("2099-01-01 00:00:00"))
        call.refresh_from_db()
    assert [str(stay) for stay in item.suggestions] == ["R-Smith"]


def test_urgent_things_are_on_top_at_the_desk_and_the_oldest_first_in_rest(
    hotel: Property,
) -> None:
    house.check_in(hotel, "Smith")
    attention_rows.make(hotel, "parked_report")
    Report.objects.update(received_at=house.at("2026-01-01 00:00:00"))
    attention_rows.make(hotel, "wake_up_alarm")
    Occurrence.objects.update(due_at=house.at("2026-01-02 00:00:00"))
    attention_rows.make(hotel, "emergency_call")
    EmergencyCall.objects.update(started_at=house.at("2026-01-03 00:00:00"))
    rest = Rest(hotel, issue(hotel)).pages("attention/")
    kinds = [each["kind"] for each in rest]
    assert kinds == ["parked_report", "wake_up_alarm", "emergency_call"]
    page = Desk(hotel).page()
    places = [page.index(f'id="{kind}:') for kind in reversed(kinds)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"\x00\x01\x1b[31m\xff\xfe", r"\x00\x01\x1b[31m\xff\xfe"),
        ("夜 \u202egnp.exe\ufeff".encode(), r"夜 \u202egnp.exe\ufeff"),
        (b"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        (b"{" + "夜".encode() * 2000, f"{{{'夜' * 1365}\n… 4096 of 6001 bytes are shown."),
        (b"x" * 1_000_000, f"{'x' * 4096}\n… 4096 of 1000000 bytes are shown."),
    ],
    ids=["binary", "direction", "markup", "cut in a character", "long"],
)
def test_a_raw_body_is_shown_safely(hotel: Property, body: bytes, shown: str) -> None:
    report = attention_rows.parked_report(hotel)
    Report.objects.update(body=body)
    page = Desk(hotel).page()
    assert f"<pre>{shown}</pre>" in page
    (item,) = Rest(hotel, issue(hotel)).pages("attention/")
    assert item["id"] == f"parked_report:{report.pk}"
    assert len(item["body"]) < 4200
    assert "\x00" not in item["body"]
