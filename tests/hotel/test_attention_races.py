"""Two people resolve the same item at the same moment, on real connections."""

import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet

from billing.models import Charge
from hotelpbx.refusals import Refusal
from rooms.attention_sources import EmergencyCalls
from rooms.audit import Actor
from rooms.models import AuditEntry, Property, Stay
from rooms.operations import attention
from rooms.operations.attention import Decision
from tests import house
from tests.hotel.test_attention import CASES, Case
from tests.hotel.test_races import at_once
from tests.support import attention_rows

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = [Actor("user", name) for name in ("clara", "max", "nora")]


@pytest.fixture
def open_hotel(transactional_db: None, tmp_path: Path) -> Property:
    """A hotel whose rows other connections can see, with Mrs Smith in room 201."""
    hotel = house.build(tmp_path)
    house.check_in(hotel, "Smith")
    return hotel


def decision(case: Case, actor: Actor) -> Decision:
    stay = Stay.objects.get(reference="R-Smith") if "stay" in case.more else None
    return Decision(case.action, actor, stay, case.more.get("reason", ""))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_of_several_at_once_one_settles_it_and_the_others_are_told(
    open_hotel: Property, case: Case
) -> None:
    item = attention_rows.make(open_hotel, case.kind)
    case.before(open_hotel)
    results = at_once(
        *(partial(attention.resolve, open_hotel, item, decision(case, actor)) for actor in PEOPLE)
    )
    refused = [each for each in results if isinstance(each, Refusal)]
    assert [each for each in results if each not in refused] == [None], results
    (entry,) = AuditEntry.objects.filter(subject=f"attention:{item}")
    for each in refused:
        assert each.code == "not_found"
        assert f"resolved already: {case.action} by {entry.actor}" in each.detail
    assert case.done(open_hotel)


def test_two_different_decisions_at_once_do_not_both_count(open_hotel: Property) -> None:
    """Charged to nobody and to a stay: one of them is true."""
    for number in range(1, 6):
        item = attention_rows.make(open_hotel, "unclaimed_call", number)
        smith = Stay.objects.get(reference="R-Smith")
        results = at_once(
            partial(attention.resolve, open_hotel, item, Decision("assign", PEOPLE[0], smith)),
            partial(
                attention.resolve, open_hotel, item, Decision("discard", PEOPLE[1], None, "Test")
            ),
        )
        assert sorted(type(each).__name__ for each in results) == ["NoneType", "Refusal"]
        entry = AuditEntry.objects.get(subject=f"attention:{item}")
        was_charged = Charge.objects.filter(call=int(item.partition(":")[2])).exists()
        assert was_charged == (entry.action == "attention assign")


def test_without_the_lock_both_would_believe_that_they_settled_it(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race that the lock cures is real."""
    found = threading.Barrier(2)
    resolve = EmergencyCalls.resolve

    def both_have_found_it(*args: Any) -> None:
        found.wait(10)
        resolve(*args)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)
    monkeypatch.setattr(EmergencyCalls, "resolve", both_have_found_it)
    item = attention_rows.make(open_hotel, "emergency_call")
    results = at_once(
        *(
            partial(attention.resolve, open_hotel, item, Decision("acknowledge", actor))
            for actor in PEOPLE[:2]
        )
    )
    assert results == [None, None]
    assert AuditEntry.objects.filter(subject=f"attention:{item}").count() == 2
