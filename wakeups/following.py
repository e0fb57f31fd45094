"""Wake-up calls follow the guest, the phone and the PBX."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.dispatch import receiver

from pbx.models import Command
from pbx.signals import command_finished
from rooms.audit import Actor
from rooms.models import Phone, Room, Stay
from rooms.signals import phone_status_changed, stay_changed, stay_checked_out, stay_moved
from wakeups import calls, planning
from wakeups.models import Occasion, WakeUpCall
from wakeups.recurrence import next_due

# The PBX's clock may be ahead of ours by as much without being wrong (design §4).
EARLY: Final = timedelta(seconds=60)


@receiver(stay_checked_out, sender=Stay)
def cancel_with_the_stay(stay: Stay, phone_wiped: bool, **kwargs: Any) -> None:
    """The next guest shall sleep."""
    for call in _open_calls(stay):
        planning.withdraw(call, wiped=phone_wiped)
        calls.end(call, Actor.system("check-out"))


@receiver(stay_moved, sender=Stay)
def go_along(stay: Stay, old_room: Room, phone_wiped: bool, **kwargs: Any) -> None:
    """What was placed on the old phone is placed on the new one."""
    for call in _open_calls(stay):
        planning.withdraw(call, wiped=phone_wiped)
        call.stay = stay
        planning.plan_call(call)


@receiver(stay_changed, sender=Stay)
def follow_the_departure(stay: Stay, **kwargs: Any) -> None:
    """A recurring call without a last day goes on until the departure, wherever that is now."""
    for call in _open_calls(stay).filter(until__isnull=True).exclude(recurrence="once"):
        if call.due_at is None or call.occasions.filter(state__in=Occasion.OPEN).exists():
            continue
        call.due_at = next_due(call, call.due_at - timedelta(seconds=1))
        call.save(update_fields=["due_at"])
        if call.due_at is None:
            calls.end(call, Actor.system("departure"))


@receiver(command_finished, sender=Command)
def follow_the_alarm(command: Command, **kwargs: Any) -> None:
    """The PBX has taken an alarm over, or refused it."""
    kind, _, number = command.subject.partition(":")
    if kind != "wake-up" or command.kind != Command.Kind.PLACE_ALARM or not number.isdigit():
        return
    own = Occasion.objects.select_related("call__property").filter(pk=int(number)).first()
    if own is None:
        return
    placed_alike = _locked().filter(
        extension=own.extension,
        due_at=own.due_at,
        call__property=own.call.property_id,
        state=Occasion.State.PLACING,
    )
    for occasion in placed_alike:
        if command.state == Command.State.DONE:
            occasion.state = Occasion.State.PLACED
            occasion.alarm_id = str(command.result.get("wakeupid", ""))
            occasion.save()
        elif command.state == Command.State.FAILED:
            planning.conclude(occasion, Occasion.State.FAILED, command.last_error)


@receiver(phone_status_changed, sender=Phone)
def observe(phone: Phone, status: str, at: datetime, **kwargs: Any) -> None:
    """A phone that rings at the right minute rings for the alarm; busy after that: lifted."""
    occasions = _locked().filter(
        extension=phone.extension,
        call__property=phone.property_id,
        state__in=(Occasion.State.PLACED, Occasion.State.RINGING),
        due_at__lte=at + EARLY,
        ends_at__gte=at,
    )
    for occasion in occasions:
        if status == Phone.Status.RINGING:
            _ringing(occasion, at)
        elif status == Phone.Status.BUSY and occasion.state == Occasion.State.RINGING:
            occasion.answered_at = at
            planning.conclude(occasion, Occasion.State.ANSWERED, "The receiver was lifted.")


def _locked() -> QuerySet[Occasion]:
    """Occasions, locked against the planner that may be closing them."""
    return Occasion.objects.select_for_update(of=("self",)).select_related(
        "call__stay__room", "call__property__pbx"
    )


def _ringing(occasion: Occasion, at: datetime) -> None:
    occasion.state = Occasion.State.RINGING
    occasion.rang_at = occasion.rang_at or at
    occasion.save()
    WakeUpCall.objects.filter(pk=occasion.call_id).update(status=WakeUpCall.Status.RINGING)


def _open_calls(stay: Stay) -> QuerySet[WakeUpCall]:
    return (
        stay.wake_up_calls.filter(status__in=WakeUpCall.OPEN)
        .select_for_update(of=("self",))
        .select_related("stay__room", "stay__property__pbx", "property__pbx")
        .order_by("pk")
    )
