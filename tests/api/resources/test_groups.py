"""``groups/{group}/wake-up-calls/`` and ``jobs/{id}/``"""

from datetime import timedelta
from typing import Any

import pytest

from rooms.models import Property
from rooms.operations import jobs
from rooms.stays import reservations
from rooms.stays.details import StayDetails
from tests import house
from tests.api.rest import Rest, issue
from tests.house import CLERK
from wakeups.models import WakeUpCall

pytestmark = pytest.mark.django_db


@pytest.fixture
def tour(hotel: Property) -> Property:
    """Smith and Jones of the tour are in house, Brown is expected, Miller is not with them."""
    for name, number in (("Smith", "201"), ("Jones", "202"), ("Miller", "203")):
        stay = house.check_in(hotel, name, number=number)
        if name != "Miller":
            reservations.save_stay(hotel, stay.reference, StayDetails(group="TOUR"), actor=CLERK)
    brown = house.reserve(hotel, "Brown", number=None)
    reservations.save_stay(hotel, brown.reference, StayDetails(group="TOUR"), actor=CLERK)
    return hotel


def wanted(hotel: Property, **more: Any) -> dict[str, Any]:
    day = hotel.local_now().date() + timedelta(days=1)
    return {"date": day.isoformat(), "time": "06:30", **more}


def test_a_group_is_woken_and_each_stay_has_its_own_result(pms: Rest, tour: Property) -> None:
    answer = pms.post("groups/TOUR/wake-up-calls/", wanted(tour, repeats=3))
    assert answer.status == 202
    job = pms.get(answer.body["job"])
    assert (job.body["state"], job.body["total"], job.body["done"]) == ("queued", 3, 0)
    assert not WakeUpCall.objects.exists()
    jobs.run_due()
    job = pms.get(answer.body["job"])
    assert job.body == {
        "state": "completed",
        "total": 3,
        "done": 2,
        "failed": [
            {
                "reference": "R-Brown",
                "code": "stay_not_in_house",
                "detail": "Stay R-Brown is not in house: check it in first.",
            }
        ],
    }
    rooms = WakeUpCall.objects.values_list("stay__room__number", "repeats")
    assert sorted(rooms) == [("201", 3), ("202", 3)]


def test_asked_once_more_each_has_such_a_call(pms: Rest, tour: Property) -> None:
    for _ in range(2):
        answer = pms.post("groups/TOUR/wake-up-calls/", wanted(tour))
    jobs.run_due()
    codes = [each["code"] for each in pms.get(answer.body["job"]).body["failed"]]
    assert sorted(codes) == ["stay_not_in_house", "wake_up_exists", "wake_up_exists"]


def test_who_leaves_before_is_named_unless_the_flag_says_that_it_is_meant(
    pms: Rest, tour: Property
) -> None:
    late = wanted(tour, date=(tour.local_now().date() + timedelta(days=3)).isoformat())
    for flag, failed in ((False, 3), (True, 1)):
        answer = pms.post("groups/TOUR/wake-up-calls/", {**late, "outside_stay": flag})
        jobs.run_due()
        assert len(pms.get(answer.body["job"]).body["failed"]) == failed
    assert WakeUpCall.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "status", "code", "pointers"),
    [
        ({"date": "2020-01-01"}, 409, "wake_up_in_past", []),
        (
            {"date": "2020-01-01", "recurrence": "daily", "until": "2020-01-03"},
            409, "wake_up_in_past", [],
        ),
        ({"time": "6:30"}, 422, "validation_error", ["/time"]),
        ({"recurrence": "weekdays"}, 422, "validation_error", ["/weekdays"]),
        ({"stay": "R-Smith"}, 422, "validation_error", ["/stay"]),
        ({"repeats": 4}, 422, "validation_error", ["/repeats"]),
    ],
)  # fmt: skip
def test_what_would_fail_for_all_is_refused_at_once(
    pms: Rest,
    tour: Property,
    change: dict[str, Any],
    status: int,
    code: str,
    pointers: list[str],
) -> None:
    answer = pms.post("groups/TOUR/wake-up-calls/", wanted(tour, **change))
    assert (answer.status, answer.code, answer.pointers) == (status, code, pointers)


def test_a_group_or_job_that_is_not_there(pms: Rest, tour: Property) -> None:
    answer = pms.post("groups/NOBODY/wake-up-calls/", wanted(tour))
    assert (answer.status, answer.code) == (404, "not_found")
    answer = pms.get("jobs/999999/")
    assert (answer.status, answer.code) == (404, "job_not_found")


def test_a_group_of_nobody_is_a_job_with_nothing_to_do(pms: Rest, tour: Property) -> None:
    for name in ("R-Smith", "R-Jones", "R-Brown"):
        stay = tour.stays.get(reference=name)
        stay.status = "checked_out"
        stay.save()
    answer = pms.post("groups/TOUR/wake-up-calls/", wanted(tour))
    jobs.run_due()
    assert pms.get(answer.body["job"]).body["total"] == 0


def test_another_hotel_s_job_is_not_there(pms: Rest, tour: Property, tmp_path: Any) -> None:
    answer = pms.post("groups/TOUR/wake-up-calls/", wanted(tour))
    other = house.build(tmp_path, code="PALACE")
    stranger = Rest(other, issue(other))
    number = answer.body["job"].rstrip("/").rpartition("/")[2]
    assert stranger.get(f"jobs/{number}/").code == "job_not_found"


def test_the_calls_of_a_room_and_of_a_group(pms: Rest, tour: Property) -> None:
    pms.post("groups/TOUR/wake-up-calls/", wanted(tour))
    jobs.run_due()
    pms.post("wake-up-calls/", {"stay": "R-Miller", **wanted(tour)})
    seen = {row["stay"] for row in pms.pages("wake-up-calls/", group="TOUR")}
    assert seen == {"R-Smith", "R-Jones"}
    assert [row["stay"] for row in pms.pages("wake-up-calls/", room="203")] == ["R-Miller"]
