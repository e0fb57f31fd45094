"""Call records: kept once each leg, attributed, rated, charged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from billing.lines import Posting
from billing.models import Call, Charge
from billing.posting import post
from billing.rating import Outcome, Rating, UnratedReason, rate_call
from billing.tariff_book import book_of
from hotelpbx.refusals import Refusal
from rooms.attribution import holder, phone_at
from rooms.audit import Actor
from rooms.models import Property, Stay
from rooms.reports import emergency_number

PBX: Final = Actor.system("PBX")

_REASONS: Final = {
    UnratedReason.NO_TARIFF: "No tariff had begun when the call began.",
    UnratedReason.NO_RATE: "No rate covers this number at that hour.",
    None: "",
}


@dataclass(frozen=True)
class Leg:
    """One call record, read. ``started_at``: aware. Durations in seconds."""

    key: str
    callid: str
    started_at: datetime
    call_from: str
    call_to: str
    direction: Call.Direction
    trunk: str
    call_seconds: int
    talk_seconds: int
    status: str


def record(property_: Property, leg: Leg) -> tuple[Call, bool]:
    """Keep one leg; the same again changes nothing. Returns it and whether it is new."""
    with transaction.atomic():
        outward = leg.direction == Call.Direction.OUTBOUND
        extension = leg.call_to if leg.direction == Call.Direction.INBOUND else leg.call_from
        phone = phone_at(property_, extension)
        held = holder(phone.room, leg.started_at) if phone else None
        call, is_new = Call.objects.get_or_create(
            property=property_,
            leg=leg.key,
            defaults={
                "callid": leg.callid[:64],
                "stay": held.stay if held else None,
                "room": phone.room if phone else None,
                "extension": extension[:16],
                "started_at": leg.started_at,
                "call_from": leg.call_from[:64],
                "call_to": leg.call_to[:64],
                "direction": leg.direction,
                "trunk": leg.trunk[:64],
                "call_seconds": leg.call_seconds,
                "talk_seconds": leg.talk_seconds,
                "status": leg.status[:32],
                "rating": Call.Rating.FREE,
            },
        )
        if is_new and outward and phone is not None:
            price(call)
        return call, is_new


def price(call: Call) -> None:
    """Rate an outbound call of a room and charge it to its stay, or leave it to a person."""
    rating = _rate(call)
    call.rating = Call.Rating(rating.outcome.value)
    call.amount = rating.amount or 0
    call.billed_seconds = rating.billed_seconds
    call.rating_detail = _detail(call, rating)
    costs = rating.outcome == Outcome.UNRATED or bool(call.amount)
    call.unclaimed = call.stay is None and costs
    call.save()
    if call.stay is not None and call.amount:
        post(call.stay, _posting(call, rating), actor=PBX)


def claim(call: Call, stay: Stay) -> None:
    """Give an unclaimed call to a stay, by a person's decision."""
    with transaction.atomic():
        call = _locked(call)
        if not call.unclaimed:
            raise Refusal("invalid_transition", "This call has found its stay meanwhile.")
        if stay.status not in (Stay.Status.IN_HOUSE, Stay.Status.CHECKED_OUT):
            raise Refusal("stay_not_in_house", f"Stay {stay.reference} has not checked in.")
        call.stay = stay
        price(call)


def rate_again(call: Call) -> None:
    """Rate an unrated call by the tariffs of today; refused while none covers it."""
    with transaction.atomic():
        call = _locked(call)
        if call.rating != Call.Rating.UNRATED:
            raise Refusal("invalid_transition", "This call is rated already.")
        price(call)
        if call.rating == Call.Rating.UNRATED:
            raise Refusal(
                "invalid_transition",
                f"{call.rating_detail} Add a rate for {call.call_to} and try again.",
            )


def rate_all_unrated(property_: Property) -> int:
    """Rate what a new tariff covers; returns how many calls that were."""
    rated = 0
    for call in Call.objects.filter(property=property_, rating=Call.Rating.UNRATED).order_by("pk"):
        try:
            rate_again(call)
        except Refusal:
            continue
        rated += 1
    return rated


def dismiss(call: Call, reason: str) -> None:
    """Charge nobody for a call, by a person's decision."""
    with transaction.atomic():
        call = _locked(call)
        call.unclaimed = False
        if call.rating == Call.Rating.UNRATED:
            call.rating = Call.Rating.FREE
        call.dismissed_reason = reason[:255]
        call.save()


def _rate(call: Call) -> Rating:
    property_ = call.property
    if emergency_number(property_, call.call_to) is not None:
        return Rating(Outcome.FREE, None, 0, call.call_to, "Emergency call")
    service = call.stay.class_of_service if call.stay else None
    return rate_call(
        book_of(property_).named(service.tariff if service else ""),
        call.call_to,
        call.started_at,
        property_.zone,
        call.talk_seconds,
        property_.currency,
    )


def _detail(call: Call, rating: Rating) -> str:
    return (rating.description or _REASONS[rating.reason])[:255]


def _posting(call: Call, rating: Rating) -> Posting:
    minutes, seconds = divmod(call.talk_seconds, 60)
    return Posting(
        Charge.Type.CALL,
        call.amount,
        f"Call to {rating.number} {rating.description} ({minutes}:{seconds:02})".replace("  ", " "),
        call.started_at,
        call.room,
        call=call,
    )


def _locked(call: Call) -> Call:
    return (
        Call.objects.select_for_update(of=("self",))
        .select_related("property", "stay__class_of_service", "stay__property", "room")
        .get(pk=call.pk)
    )
