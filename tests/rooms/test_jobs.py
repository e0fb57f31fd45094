"""Jobs: each stay has its own result, whatever happens to the process."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.checks import run_checks
from django.db import OperationalError

from hotelpbx.advisory_locks import try_lock
from hotelpbx.clock import now
from hotelpbx.refusals import Refusal
from rooms.audit import Actor, note
from rooms.models import AuditEntry, Job, JobItem, Property, Stay
from rooms.operations import jobs
from rooms.operations.jobs import Task
from tests.house import CLERK
from tests.support.threads import in_another_thread

pytestmark = pytest.mark.django_db


class Greeting:
    """Greets a stay with an entry in the audit trail. ``accident``: a failure for one of them."""

    batch_size = 2
    accident: Callable[[JobItem], None] | None = None

    def lock(self, job: Job, items: Sequence[JobItem]) -> dict[str, Stay]:
        return {}

    def apply(self, item: JobItem, stay: Stay | None, actor: Actor) -> None:
        note(item.job.property, actor, "greet", f"stay:{item.reference}")
        if Greeting.accident is not None:
            Greeting.accident(item)

    def finish(self, stays: Iterable[Stay]) -> None:
        pass


@pytest.fixture(autouse=True)
def greetings(settings: Any) -> Iterator[None]:
    settings.JOB_KINDS = {"greet": "tests.rooms.test_jobs.Greeting"}
    jobs._kinds.cache_clear()
    Greeting.accident = None
    yield
    jobs._kinds.cache_clear()


def greet(hotel: Property, *references: str) -> Job:
    return jobs.create_job(hotel, "greet", [Task(each) for each in references], actor=CLERK)


def greeted() -> list[str]:
    rows = AuditEntry.objects.filter(action="greet").order_by("pk")
    return [entry.subject.removeprefix("stay:") for entry in rows]


def results(job: Job) -> list[tuple[str, str, str]]:
    return list(job.items.values_list("reference", "state", "code"))


def test_all_of_it_is_done_by_whoever_asked(hotel: Property) -> None:
    job = greet(hotel, "A", "B", "C")
    assert job.state == "queued"
    assert jobs.run_due() == 1
    job.refresh_from_db()
    assert (job.state, greeted()) == ("completed", ["A", "B", "C"])
    assert set(AuditEntry.objects.filter(action="greet").values_list("actor", "source")) == {
        (CLERK.name, CLERK.source)
    }
    assert jobs.run_due() == 0


def test_one_that_cannot_have_it_stops_no_other_and_leaves_nothing(hotel: Property) -> None:
    def refuse(item: JobItem) -> None:
        if item.reference == "B":
            raise Refusal("stay_not_in_house", "B is out.")
        if item.reference == "C":
            raise ZeroDivisionError

    Greeting.accident = refuse
    job = greet(hotel, "A", "B", "C", "D")
    jobs.run_due()
    assert greeted() == ["A", "D"]
    assert results(job) == [
        ("A", "done", ""),
        ("B", "failed", "stay_not_in_house"),
        ("C", "failed", "internal_error"),
        ("D", "done", ""),
    ]


def test_a_job_that_was_interrupted_goes_on_and_does_nothing_twice(hotel: Property) -> None:
    def fail_at_d(item: JobItem) -> None:
        if item.reference == "D":
            raise OperationalError("The server closed the connection.")

    Greeting.accident = fail_at_d
    job = greet(hotel, "A", "B", "C", "D", "E")
    with pytest.raises(OperationalError):
        jobs.run_due()
    job.refresh_from_db()
    assert (job.state, greeted()) == ("running", ["A", "B"]), "C went back along with D"
    Greeting.accident = None
    jobs.run_due()
    assert greeted() == ["A", "B", "C", "D", "E"]


def test_submitted_twice_it_is_one_job(hotel: Property) -> None:
    key = uuid4()
    first = jobs.create_job(hotel, "greet", [Task("A")], actor=CLERK, key=key)
    again = jobs.create_job(hotel, "greet", [Task("A")], actor=CLERK, key=key)
    assert first == again
    jobs.run_due()
    assert greeted() == ["A"]


def test_an_empty_job_is_completed(hotel: Property) -> None:
    job = greet(hotel)
    jobs.run_due()
    job.refresh_from_db()
    assert job.state == "completed"


@pytest.mark.django_db(transaction=True)
def test_only_one_is_at_a_job(hotel: Property) -> None:
    job = greet(hotel, "A")

    def hold() -> bool:
        with try_lock(f"job:{job.pk}") as mine:
            assert mine
            return in_another_thread(lambda: jobs.run(job))

    assert hold() is False
    assert jobs.run(job) is True
    assert greeted() == ["A"]


def test_a_kind_that_is_not_there_is_found_at_the_start(settings: Any) -> None:
    settings.JOB_KINDS = {"dance": "rooms.nowhere.Dance"}
    assert "rooms.E003" in [fault.id for fault in run_checks()]


def test_what_was_completed_long_ago_is_deleted_and_nothing_else(hotel: Property) -> None:
    old, young = greet(hotel, "A", "B"), greet(hotel, "C")
    jobs.run_due()
    waiting = greet(hotel, "D")
    Job.objects.filter(pk=old.pk).update(finished_at=now() - timedelta(days=91))
    assert jobs.prune(hotel, now() - timedelta(days=90)) == 1
    assert jobs.prune(hotel, now() - timedelta(days=90)) == 0
    assert set(Job.objects.all()) == {young, waiting}
    assert JobItem.objects.count() == 2
