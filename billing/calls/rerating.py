"""Rating unrated calls once a tariff covers them. What was charged is never changed."""

from typing import Final

from django.db.models import QuerySet

from billing.calls import charging
from billing.calls.quotes import quote_call
from billing.models import Call
from billing.rating import Outcome
from billing.tariff_book import book_of
from hotelpbx.refusals import Refusal
from hotelpbx.task_queue.sending import enqueue_on_commit
from rooms.models import Property

_BATCH: Final = 500
# How many calls are rated while a person waits; workers do the rest.
_AT_ONCE: Final = 50


def rate_unrated(property_: Property, at_most: int | None = None) -> int:
    """Rate the unrated calls that tariffs cover now; returns how many.

    Each call has a transaction of its own: thousands of calls hold no lock for long, and an
    interrupted run loses nothing.
    """
    rated, last = 0, 0
    while batch := list(_unrated(property_).filter(pk__gt=last)[:_BATCH]):
        book = book_of(property_)
        for call in batch:
            last = call.pk
            if quote_call(call, book).outcome != Outcome.UNRATED:
                rated += _rate(call)
            if rated == at_most:
                return rated
    return rated


def rate_unrated_soon(property_: Property) -> None:
    """Rate the first calls at once, so that a page shows them, and enqueue the rest."""
    if rate_unrated(property_, at_most=_AT_ONCE) == _AT_ONCE:
        enqueue_on_commit("billing.tasks.rate_unrated", property_.pk)


def _unrated(property_: Property) -> QuerySet[Call]:
    return (
        Call.objects.filter(property=property_, rating=Call.Rating.UNRATED)
        .select_related("property", "stay__class_of_service")
        .order_by("pk")
    )


def _rate(call: Call) -> bool:
    try:
        charging.retry_rating(call)
    except Refusal:
        return False  # rated or dismissed in the meantime
    return True
