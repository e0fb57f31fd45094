"""Races on real connections: what the locks and constraints are for.

Each race is tried many times and, where the protection can be removed, once without it to show that
the race is real.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from billing.models import Charge
from hotelpbx.refusals import Refusal
from pbx.delivery import claiming
from pbx.delivery.claiming import claim
from pbx.models import Command, Report
from pbx.reports import inbox, processing
from rooms.models import Occupancy, Property, Room, Stay
from rooms.phones import provisioning
from rooms.stays import lifecycle
from rooms.stays.overrides import OVERRIDE_ALL
from tests import house
from tests.house import CLERK
from tests.support.threads import in_another_thread

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run functions at the same moment, each on its own connection; their results or errors."""
    results: list[Any] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(place: int) -> None:
        try:
            gate.wait(10)
            results[place] = acts[place]()
        except Exception as fault:
            results[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_two_check_ins_into_one_room_give_one_guest(open_hotel: Property) -> None:
    for number in range(5):
        alice = house.reserve(open_hotel, f"Smith{number}", number="201")
        bob = house.reserve(open_hotel, f"Jones{number}", number="201")
        results = at_once(
            partial(
                lifecycle.check_in, alice, actor=CLERK, accept_dirty=True, override=OVERRIDE_ALL
            ),
            partial(lifecycle.check_in, bob, actor=CLERK, accept_dirty=True, override=OVERRIDE_ALL),
        )
        refused = [each for each in results if isinstance(each, Refusal)]
        assert [each.code for each in refused] == ["room_occupied"], results
        winner = next(each for each in results if not isinstance(each, Exception))
        lifecycle.check_out(winner, actor=CLERK)


def test_without_the_lock_the_constraint_still_keeps_the_second_guest_out(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both pass the check before either writes: the race that the lock cures is real."""
    passed = threading.Barrier(2)
    hold = lifecycle._occupy

    def both_have_checked(*args: Any) -> None:
        passed.wait(10)
        hold(*args)

    monkeypatch.setattr(
        "rooms.locking.lock_rooms",
        lambda rooms: {room.pk: house.room(open_hotel, room.number) for room in rooms if room},
    )
    monkeypatch.setattr(lifecycle, "_occupy", both_have_checked)
    guests = [house.reserve(open_hotel, name) for name in ("Smith", "Jones")]
    results = at_once(
        *(
            partial(lifecycle.check_in, guest, actor=CLERK, override=OVERRIDE_ALL)
            for guest in guests
        )
    )
    faults = [type(each).__name__ for each in results if isinstance(each, Exception)]
    assert faults == ["IntegrityError"]
    assert Occupancy.objects.filter(until=None).count() == 1


def test_check_in_against_check_out_of_one_room_keeps_the_lane_in_order(
    open_hotel: Property,
) -> None:
    alice = house.check_in(open_hotel, "Smith")
    bob = house.reserve(open_hotel, "Jones")
    at_once(
        lambda: lifecycle.check_out(alice, actor=CLERK),
        lambda: lifecycle.check_in(bob, actor=CLERK, accept_dirty=True),
    )
    kinds = list(
        Command.objects.filter(extension="2201").order_by("pk").values_list("kind", "subject")
    )
    wiped = kinds.index(("check_out", f"stay:{alice.pk}"))
    named = [place for place, each in enumerate(kinds) if each == ("configure", f"stay:{bob.pk}")]
    assert all(place > wiped for place in named), kinds


def test_one_stay_checked_in_twice_at_once_holds_one_room(open_hotel: Property) -> None:
    stay = house.reserve(open_hotel, "Smith", number=None)
    results = at_once(
        lambda: lifecycle.check_in(stay, actor=CLERK, room=house.room(open_hotel, "201")),
        lambda: lifecycle.check_in(stay, actor=CLERK, room=house.room(open_hotel, "202")),
    )
    refused = [each.code for each in results if isinstance(each, Refusal)]
    assert refused == ["invalid_transition"], results
    assert Occupancy.objects.filter(until=None).count() == 1


def test_the_same_report_twice_at_once_is_one(open_hotel: Property) -> None:
    house.check_in(open_hotel, "Smith")
    pbx = open_hotel.pbx
    assert pbx is not None
    for number in range(5):
        body = json.dumps(
            {
                "action": "DTMF",
                "callid": house.callid(counter=number),
                "call": [{"ext": {"extid": "2201"}}],
                "infos": "778*123456789*1",
            }
        ).encode()
        results = at_once(*[partial(inbox.store, pbx, body, None)] * 4)
        assert not [each for each in results if isinstance(each, Exception)], results
    assert Report.objects.count() == 5
    at_once(*[lambda: processing.process_reports(pbx)] * 3)
    assert Charge.objects.count() == 5
    assert sorted(Charge.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]


def test_two_workers_never_have_two_commands_of_one_lane(open_hotel: Property) -> None:
    for number in ("201", "202", "203"):
        lifecycle.check_out(house.check_in(open_hotel, f"G{number}", number=number), actor=CLERK)
    pbx = open_hotel.pbx
    assert pbx is not None
    claimed = [command for result in at_once(*[lambda: claim(pbx)] * 6) for command in result]
    lanes = [command.extension for command in claimed]
    assert sorted(lanes) == ["2201", "2202", "2203"]
    assert {command.kind for command in claimed} == {"configure"}
    assert claim(pbx) == [], "the rest of each lane waits for its head"


def test_without_the_unique_fingerprint_a_report_would_count_twice(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.check_in(open_hotel, "Smith")
    pbx = open_hotel.pbx
    assert pbx is not None
    body = json.dumps(
        {
            "action": "DTMF",
            "callid": house.callid(),
            "call": [{"ext": {"extid": "2201"}}],
            "infos": "778*123456789*1",
        }
    ).encode()
    looked = threading.Barrier(2)
    create = QuerySet.create

    def both_have_looked(rows: QuerySet[Any], **values: Any) -> Any:
        if rows.model is Report:
            looked.wait(10)
        return create(rows, **values)

    monkeypatch.setattr(QuerySet, "create", both_have_looked)
    with without_constraint("pbx_report", "report_counts_once", "UNIQUE (pbx_id, fingerprint)"):
        at_once(*[partial(inbox.store, pbx, body, None)] * 2)
        processing.process_reports(pbx)
        assert (Report.objects.count(), Charge.objects.count()) == (2, 2)
        Report.objects.all().delete()


def test_without_the_claim_s_lock_two_workers_would_have_one_command(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    lifecycle.check_out(house.check_in(open_hotel, "Smith"), actor=CLERK)
    pbx = open_hotel.pbx
    assert pbx is not None
    Command.objects.filter(kind="configure", state="superseded").delete()
    looked = threading.Barrier(2)
    companions = claiming._same_request_commands

    def both_have_looked(*args: Any) -> list[Command]:
        looked.wait(10)
        return companions(*args)

    monkeypatch.setattr(
        claiming, "_heads", lambda pbx: claiming._due(pbx).select_related("pbx").order_by("pk")
    )
    monkeypatch.setattr(claiming, "_same_request_commands", both_have_looked)
    claimed = [command.pk for result in at_once(*[lambda: claim(pbx)] * 2) for command in result]
    assert len(claimed) == 2
    assert len(set(claimed)) == 1


def bob_has_the_phone(bob: Stay) -> bool:
    """The phone of 201 gets the guest's name, and no command after that resets it."""
    lane = Command.objects.filter(extension="2201").exclude(state="superseded").order_by("pk")
    named = lane.filter(payload__username__isnull=False).last()
    wiped = lane.filter(kind="check_out").last()
    if named is None or named.subject != f"stay:{bob.pk}":
        return False
    return wiped is None or wiped.pk < named.pk


def test_a_second_guest_comes_in_while_the_first_leaves(open_hotel: Property) -> None:
    """The guest who remains keeps the phone."""
    alice = house.check_in(open_hotel, "Smith")
    bob = house.reserve(open_hotel, "Jones")
    results = at_once(
        lambda: lifecycle.check_out(alice, actor=CLERK),
        lambda: lifecycle.check_in(bob, actor=CLERK, sharing=True, accept_dirty=True),
    )
    assert not [each for each in results if isinstance(each, Exception)], results
    assert bob_has_the_phone(bob)


def test_without_the_lock_the_wipe_would_hit_the_second_guest(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second guest checks in after the first saw that nobody remains, before the commit."""
    alice = house.check_in(open_hotel, "Smith")
    bob = house.reserve(open_hotel, "Jones")
    deprovision = provisioning.deprovision

    def bob_comes_first(stay: Stay, room: Room) -> None:
        in_another_thread(lambda: lifecycle.check_in(bob, actor=CLERK, sharing=True))
        deprovision(stay, room)

    monkeypatch.setattr(
        "rooms.locking.lock_rooms",
        lambda rooms: {room.pk: house.room(open_hotel, room.number) for room in rooms if room},
    )
    monkeypatch.setattr(provisioning, "deprovision", bob_comes_first)
    lifecycle.check_out(alice, actor=CLERK)
    bob.refresh_from_db()
    assert bob.status == Stay.Status.IN_HOUSE
    assert not bob_has_the_phone(bob)


@contextmanager
def without_constraint(table: str, name: str, definition: str) -> Iterator[None]:
    """Take a constraint away for a while; the rows must fit it again at the end."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


@pytest.mark.parametrize("skipping", [True, False], ids=["as it is", "without skipping"])
def test_who_enqueues_does_not_wait_for_who_finishes(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch, skipping: bool
) -> None:
    """Finishing a command may need its room, which the enqueuing process has locked: a deadlock."""
    alice = house.check_in(open_hotel, "Smith")
    select_for_update = QuerySet.select_for_update

    def leave() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        return lifecycle.check_out(alice, actor=CLERK)

    with transaction.atomic():
        assert list(Command.objects.select_for_update())
        if not skipping:
            monkeypatch.setattr(
                QuerySet,
                "select_for_update",
                lambda rows, **options: select_for_update(
                    rows, **{**options, "skip_locked": False}
                ),
            )
        (left,) = at_once(leave)
    assert isinstance(left, OperationalError) is not skipping, left
