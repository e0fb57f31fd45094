"""Comparisons as rows: asked for, run when their time has come, kept for a while."""

import logging
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.db import transaction

from hotelpbx.advisory_locks import try_lock
from hotelpbx.clock import now
from hotelpbx.refusals import Refusal
from hotelpbx.task_queue.sending import enqueue_on_commit
from pbx.errors import PbxError, Rejected
from rooms.audit import Actor, note
from rooms.models import Property, Resync
from rooms.resync.difference import Difference, parts
from rooms.resync.survey import survey

log = logging.getLogger(__name__)

# A PBX that is away is asked again after this time.
_AGAIN: Final = timedelta(seconds=30)
# A phone that was being told something is compared after this time.
_WHEN_QUIET: Final = timedelta(seconds=60)
# A person repairs what he sees: after this time the PBX may have something else.
_STILL_TRUE: Final = timedelta(minutes=10)
# When the nightly comparison comes, on the hotel's walls.
NIGHT: Final = time(4)
KEPT: Final = 100

State = Resync.State
Reason = Resync.Reason


def request_resync(
    property_: Property,
    reason: Resync.Reason,
    *,
    extension: str = "",
    delay: timedelta = timedelta(),
    repairs: bool = True,
    by: str = "",
) -> Resync:
    """Have the hotel compared with its PBX, soon; one that waits already will do."""
    instant = now()
    with transaction.atomic():
        waiting = Resync.objects.filter(
            property=property_, state=State.QUEUED, extension=extension, repairs=repairs
        )
        found = waiting.select_for_update().first()
        if found is None:
            found = Resync.objects.create(
                property=property_,
                reason=reason,
                extension=extension,
                repairs=repairs,
                requested_by=by[:150],
                created_at=instant,
                not_before=instant + delay,
            )
        if not delay:
            enqueue_on_commit("rooms.tasks.resync_due")
    return found


def run_due() -> int:
    """Run what is due; returns how many were run. Others may try at the same time."""
    due = Resync.objects.filter(
        state__in=[State.QUEUED, State.RUNNING], not_before__lte=now()
    ).order_by("pk")
    ran = 0
    for resync in due.select_related("property__pbx"):
        with try_lock(f"resync:{resync.property_id}") as mine:
            # One that runs and whose lock is free: its worker has died.
            resync.refresh_from_db()
            if mine and resync.state in (State.QUEUED, State.RUNNING):
                _run(resync)
                ran += 1
    return ran


def request_nightly() -> None:
    """Ask for the comparison of the night where it is time and none was asked for."""
    for property_ in Property.objects.filter(pbx__isnull=False):
        local = property_.local_now()
        began = local.replace(hour=NIGHT.hour, minute=NIGHT.minute, second=0, microsecond=0)
        asked = Resync.objects.filter(
            property=property_, reason=Reason.NIGHTLY, created_at__gte=began
        )
        if local >= began and not asked.exists():
            request_resync(property_, Reason.NIGHTLY)
            _forget_old(property_)


@dataclass(frozen=True)
class Comparison:
    """What differs, how many phones were compared, and which could not be."""

    differences: list[Difference]
    compared: int
    busy: frozenset[str]

    def __str__(self) -> str:
        left_out = f" Being told something just now: {', '.join(sorted(self.busy))}."
        return words(self.differences) + (left_out if self.busy else "")


def compare_and_repair(property_: Property, *, extension: str = "", repairs: bool) -> Comparison:
    """What differs now; with ``repairs`` the repair of what is ours is queued.

    :raises PbxError: the PBX cannot be asked
    """
    if property_.pbx is None:
        raise Rejected("The property has no PBX.")
    read, found = survey(property_, property_.pbx, extension)
    for part in parts():
        found += part.compare(read)
    if repairs:
        found = [_repaired(property_, each) if each.ours else each for each in found]
    return Comparison(found, len(read.phones), frozenset(read.busy))


def repair_selected(resync: Resync, ids: Collection[str], actor: Actor) -> int:
    """Repair what a person chose of a comparison; returns how much is being repaired."""
    with transaction.atomic():
        row = Resync.objects.select_for_update(of=("self",)).get(pk=resync.pk)
        if row.state != State.COMPLETED:
            raise Refusal("invalid_transition", "The comparison is not finished yet.")
        if row.finished_at is None or now() - row.finished_at > _STILL_TRUE:
            raise Refusal(
                "invalid_transition", "This comparison is older than ten minutes: compare anew."
            )
        found = [Difference(**each) for each in row.differences]
        chosen = {each.id for each in found if each.id in ids and _is_open(each)}
        if not chosen:
            raise Refusal("invalid_transition", "Nothing was selected that can be repaired.")
        property_ = Property.objects.select_related("pbx").get(pk=row.property_id)
        after = [_repaired(property_, each) if each.id in chosen else each for each in found]
        row.differences = [each.as_json() for each in after]
        row.save(update_fields=["differences"])
        done = [each for each in after if each.id in chosen]
        _note_repairs(property_, actor, done)
    return sum(each.outcome.startswith("is being") for each in done)


def _is_open(difference: Difference) -> bool:
    return difference.can_repair and not difference.outcome


def _run(resync: Resync) -> None:
    resync.state = State.RUNNING
    resync.started_at = now()
    resync.save(update_fields=["state", "started_at"])
    try:
        result = compare_and_repair(
            resync.property, extension=resync.extension, repairs=resync.repairs
        )
    except Rejected as fault:
        _end(resync, State.FAILED, str(fault))
        return
    except PbxError as fault:
        resync.state = State.QUEUED
        resync.not_before = now() + _AGAIN
        resync.detail = str(fault)
        resync.save(update_fields=["state", "not_before", "detail"])
        return
    except Exception as fault:
        log.exception("Comparison %s failed.", resync.pk)
        _end(resync, State.FAILED, f"The program failed with {type(fault).__name__}: see the log.")
        return
    found = result.differences
    resync.differences = [each.as_json() for each in found]
    resync.compared = result.compared
    _note_repairs(resync.property, Actor.system("resync"), [each for each in found if each.outcome])
    _end(resync, State.COMPLETED, str(result))
    if resync.repairs:
        for extension in result.busy:
            request_resync(resync.property, Reason.DOUBT, extension=extension, delay=_WHEN_QUIET)


def words(found: Collection[Difference]) -> str:
    """What came of a comparison, in a sentence."""
    if not found:
        return "Nothing differs."
    repaired = sum(each.outcome.startswith("is being") for each in found)
    return f"{len(found)} differ, {repaired} are being repaired, {len(found) - repaired} are left."


def _end(resync: Resync, state: Resync.State, detail: str) -> None:
    resync.state = state
    resync.finished_at = now()
    resync.detail = detail
    resync.save()


def _repaired(property_: Property, difference: Difference) -> Difference:
    part = next(part for part in parts() if part.name == difference.part)
    return difference.with_outcome(part.repair(property_, difference))


def _note_repairs(property_: Property, actor: Actor, done: Collection[Difference]) -> None:
    if not done:
        return
    by_phone = Counter(each.extension for each in done)
    note(
        property_,
        actor,
        "repair phones",
        f"property:{property_.code}",
        before={each.id: each.actual for each in done},
        after={each.id: each.outcome for each in done} | {"phones": len(by_phone)},
    )


def _forget_old(property_: Property) -> None:
    kept = Resync.objects.filter(property=property_).order_by("-pk")[:KEPT].values("pk")
    Resync.objects.filter(property=property_, finished_at__isnull=False).exclude(
        pk__in=kept
    ).delete()


def last_finished(property_: Property, reason: Resync.Reason) -> datetime | None:
    """When the latest comparison for ``reason`` was over; None: there was none."""
    rows = Resync.objects.filter(property=property_, reason=reason, finished_at__isnull=False)
    return rows.order_by("-finished_at").values_list("finished_at", flat=True).first()
