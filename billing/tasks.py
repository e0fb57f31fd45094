"""Celery tasks: rating unrated calls, finalizing doubtful ones.

Tasks keep the names under which messages in flight and schedules know them.
"""

from celery import shared_task

from billing.calls import legs, rerating
from billing.models import Call
from hotelpbx.task_queue.sending import enqueue
from rooms.models import Property


@shared_task(name="billing.tasks.rate_unrated")
def rate_unrated(property_id: int) -> None:
    property_ = Property.objects.filter(pk=property_id).first()
    if property_ is not None:
        rerating.rate_unrated(property_)


@shared_task(name="billing.tasks.rate_unrated_calls")
def rate_unrated_calls() -> None:
    """Enqueue hotels with unrated calls, in case a message was lost."""
    waiting = Call.objects.filter(rating=Call.Rating.UNRATED)
    for property_id in waiting.order_by().values_list("property", flat=True).distinct():
        enqueue("billing.tasks.rate_unrated", property_id)


@shared_task(name="billing.tasks.settle_doubtful")
def finalize_doubtful(property_id: int) -> None:
    property_ = Property.objects.select_related("pbx").filter(pk=property_id).first()
    if property_ is not None:
        legs.finalize_doubtful(property_)


@shared_task(name="billing.tasks.settle_doubtful_calls")
def finalize_doubtful_calls() -> None:
    """Enqueue every hotel, in case a message was lost or a call came just after the list."""
    for property_id in Property.objects.exclude(pbx=None).values_list("pk", flat=True):
        enqueue("billing.tasks.settle_doubtful", property_id)
