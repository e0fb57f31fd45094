"""Requesting and running resyncs. Each is a row of ``Resync``."""

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

# Delay before retrying when the PBX cannot be reached.
_RETRY_DELAY: Final = timedelta(seconds=30)
# Delay before comparing a phone that had pending commands.
_BUSY_DELAY: Final = timedelta(seconds=60)
# A result older than this may be outdated: a person must compare again before repairing.
_MAX_AGE: Final = timedelta(minutes=10)
# The nightly resync, in hotel local time.
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
    """Request a resync; returns one that is queued already, if there is one."""
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
    """Run the resyncs that are due; returns how many. Safe to run concurrently."""
    due = Resync.objects.filter(
        state__in=[State.QUEUED, State.RUNNING], not_before__lte=now()
    ).order_by("pk")
    ran = 0
    for resync in due.select_related("property__pbx"):
        with try_lock(f"resync:{resync.property_id}") as mine:
            # If it is running although the lock is free, its worker has died.
            resync.refresh_from_db()
            if mine and resync.state in (State.QUEUED, State.RUNNING):
                _run(resync)
                ran += 1
    return ran


def request_nightly() -> None:
    """Request the nightly resync of each hotel where it is due."""
    for property_ in Property.objects.filter(pbx__isnull=False):
        local = property_.local_now()
        began = local.replace(hour=NIGHT.hour, minute=NIGHT.minute, second=0, microsecond=0)
        asked = Resync.objects.filter(
            property=property_, reason=Reason.NIGHTLY, created_at__gte=began
        )
        if local >= began and not asked.exists():
            request_resync(property_, Reason.NIGHTLY)
            _delete_old(property_)


@dataclass(frozen=True)
class Comparison:
    """The result of a comparison: differences, number of phones compared, phones left out."""

    differences: list[Difference]
    compared: int
    busy: frozenset[str]

    def __str__(self) -> str:
        left_out = f" Not compared, as commands are pending: {', '.join(sorted(self.busy))}."
        return summary(self.differences) + (left_out if self.busy else "")


def compare_and_repair(property_: Property, *, extension: str = "", repairs: bool) -> Comparison:
    """Compare now; with ``repairs``, enqueue the repairs of what the hotel has set.

    :raises PbxError: the PBX cannot be reached
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
    """Repair the differences that a person selected; returns how many are being repaired."""
    with transaction.atomic():
        row = Resync.objects.select_for_update(of=("self",)).get(pk=resync.pk)
        if row.state != State.COMPLETED:
            raise Refusal("invalid_transition", "The comparison is not finished yet.")
        if row.finished_at is None or now() - row.finished_at > _MAX_AGE:
            raise Refusal(
                "invalid_transition", "This comparison is older than ten minutes: compare again."
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
        resync.not_before = now() + _RETRY_DELAY
        resync.detail = str(fault)
        resync.save(update_fields=["state", "not_before", "detail"])
        return
    except Exception as fault:
        log.exception("Comparison %s failed.", resync.pk)
        _end(resync, State.FAILED, f"Internal error ({type(fault).__name__}): see the log.")
        return
    found = result.differences
    resync.differences = [each.as_json() for each in found]
    resync.compared = result.compared
    _note_repairs(resync.property, Actor.system("resync"), [each for each in found if each.outcome])
    _end(resync, State.COMPLETED, str(result))
    if resync.repairs:
        for extension in result.busy:
            request_resync(resync.property, Reason.DOUBT, extension=extension, delay=_BUSY_DELAY)


def summary(found: Collection[Difference]) -> str:
    """The result as a sentence."""
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


def _delete_old(property_: Property) -> None:
    kept = Resync.objects.filter(property=property_).order_by("-pk")[:KEPT].values("pk")
    Resync.objects.filter(property=property_, finished_at__isnull=False).exclude(
        pk__in=kept
    ).delete()


def last_finished(property_: Property, reason: Resync.Reason) -> datetime | None:
    """When the latest resync for ``reason`` ended; None: there was none."""
    rows = Resync.objects.filter(property=property_, reason=reason, finished_at__isnull=False)
    return rows.order_by("-finished_at").values_list("finished_at", flat=True).first()
