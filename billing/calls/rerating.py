"""Rating what had no price, once a tariff covers it. What was charged is never changed."""

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
# How many calls a person waits for after changing a tariff; the rest is the workers'.
_AT_ONCE: Final = 50


def rate_unrated(property_: Property, at_most: int | None = None) -> int:
    """Rate what the tariffs cover now; returns how many calls that were.

    Each call is a transaction of its own: many thousands hold no lock for long, and a run that
    breaks off has lost nothing.
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
    """For a page: the first few at once, so that they are seen, and the rest by a worker."""
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
        return False  # rated or dismissed meanwhile
    return True
