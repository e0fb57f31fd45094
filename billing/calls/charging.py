"""Rating calls and charging them to stays, or leaving them to a person."""

from decimal import Decimal
from typing import Final

from django.db import transaction

from billing.calls import allowances
from billing.calls.allowances import AllowanceUse
from billing.calls.quotes import quote_call
from billing.ledger.lines import Posting
from billing.ledger.posting import post
from billing.models import Call, Charge
from billing.rating import Outcome, Rating, UnratedReason
from billing.tariff_book import book_of
from hotelpbx.money import round_money
from hotelpbx.refusals import Refusal
from rooms.audit import Actor
from rooms.locking import lock_with_room
from rooms.models import Stay

PBX: Final = Actor.system("PBX")

_RATINGS: Final = {outcome: Call.Rating(outcome.value) for outcome in Outcome}
# Stored with each call, and grouped by in analytics: these texts are kept as they are.
_REASONS: Final = {
    UnratedReason.NO_TARIFF: "No tariff had begun when the call began.",
    UnratedReason.NO_RATE: "No rate covers this number at that hour.",
    UnratedReason.NO_NUMBER: "What was dialled is no number.",
}


def rate_and_charge(call: Call) -> None:
    """Rate a leg, save it, and charge it to its stay, or leave it to a person."""
    if call.direction != Call.Direction.OUTBOUND or call.is_house_call:
        call.rating, call.unclaimed = Call.Rating.FREE, False
        call.save()
        return
    rating = quote_call(call, book_of(call.property))
    allowance = allowances.NOTHING
    if call.stay is not None and rating.amount and allowances.has_allowance(call.stay):
        # The same locks as for posting, in the same order.
        call.stay, _ = lock_with_room(call.stay, call.room)
        allowance = allowances.deduct(call.stay, rating)
    apply_rating(call, rating, allowance)
    costs = rating.outcome == Outcome.UNRATED or bool(call.amount)
    call.unclaimed = call.stay is None and costs
    call.save()
    if call.stay is not None and call.amount:
        post(call.stay, posting_of(call, rating, allowance), actor=PBX)


def assign_to_stay(call: Call, stay: Stay) -> None:
    """Charge an unclaimed call to the stay that a person has chosen."""
    with transaction.atomic():
        stay, _ = lock_with_room(stay, call.room)
        call = lock_call(call)
        if not call.unclaimed:
            raise Refusal("invalid_transition", "This call has been assigned in the meantime.")
        if stay.status not in (Stay.Status.IN_HOUSE, Stay.Status.CHECKED_OUT):
            raise Refusal("stay_not_in_house", f"Stay {stay.reference} has not checked in.")
        call.stay = stay
        rate_and_charge(call)


def retry_rating(call: Call) -> None:
    """Rate an unrated call by today's tariffs; refused while none covers it."""
    with transaction.atomic():
        if call.stay is not None:
            lock_with_room(call.stay, call.room)
        call = lock_call(call)
        if call.rating != Call.Rating.UNRATED:
            raise Refusal("invalid_transition", "This call has already been rated.")
        rate_and_charge(call)
        if call.rating == Call.Rating.UNRATED:
            raise Refusal(
                "invalid_transition",
                call.rating_detail
                if call.answer_unknown
                else f"{call.rating_detail} Add a rate for {call.call_to} and try again.",
            )


def charge_as_answered(call: Call) -> None:
    """Charge a call with an undocumented status, because a person says it was answered."""
    with transaction.atomic():
        if call.stay is not None:
            lock_with_room(call.stay, call.room)
        call = lock_call(call)
        if call.rating != Call.Rating.UNRATED or not call.answer_unknown:
            raise Refusal("invalid_transition", "This call is not waiting for that decision.")
        call.counted_as_answered = True
        rate_and_charge(call)


def dismiss(call: Call, reason: str) -> None:
    """Decide that a call is charged to nobody."""
    with transaction.atomic():
        call = lock_call(call)
        call.unclaimed = False
        if call.rating == Call.Rating.UNRATED:
            call.rating = Call.Rating.FREE
        call.dismissed_reason = reason[:255]
        call.save()


def lock_call(call: Call) -> Call:
    """The call as it is now, locked until commit. Lock its stay before (rooms/locking.py)."""
    return (
        Call.objects.select_for_update(of=("self",))
        .select_related("property", "stay__class_of_service", "stay__property", "room")
        .get(pk=call.pk)
    )


def apply_rating(call: Call, rating: Rating, allowance: AllowanceUse) -> None:
    call.rating = _RATINGS[rating.outcome]
    amount = (rating.amount or Decimal(0)) - allowance.amount
    call.amount, call.billed_seconds = amount, rating.billed_seconds - allowance.seconds
    call.allowance_seconds = allowance.seconds
    call.allowance_amount = allowance.amount
    detail = _detail(call, rating)
    if allowance.amount and not amount:
        call.rating, call.billed_seconds = Call.Rating.FREE, 0
        detail = f"free: allowance ({detail})" if detail else "free: allowance"
    elif allowance.amount:
        detail = f"{detail}, {_allowance_in_words(call)}".removeprefix(", ")
    call.rating_detail = detail[:255]


def _detail(call: Call, rating: Rating) -> str:
    if rating.rate is not None:
        return rating.rate.description
    if rating.reason == UnratedReason.NO_STATUS:
        return f"The PBX gives the status {call.status}, which is in no manual: was it answered?"
    return _REASONS[rating.reason] if rating.reason else ""


def posting_of(call: Call, rating: Rating, allowance: AllowanceUse) -> Posting:
    talked = _clock(call.talk_seconds)
    if allowance.amount:
        talked += f", {_allowance_in_words(call)}"
    where = rating.description
    what = (
        f"Call to {rating.number} {where} ({talked})"
        if where
        else (f"Call to {rating.number} ({talked})")
    )
    return Posting(Charge.Type.CALL, call.amount, what, call.started_at, call.room, call=call)


def _allowance_in_words(call: Call) -> str:
    currency = call.property.currency
    if call.allowance_seconds:
        return f"{_clock(call.allowance_seconds)} free: allowance"
    return f"{round_money(call.allowance_amount, currency)} {currency} free: allowance"


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"
