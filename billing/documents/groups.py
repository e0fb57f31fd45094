"""The folios of a group, which are printed together."""

from django.db.models import QuerySet

from rooms.models import Group, Stay


def folio_stays(group: Group) -> QuerySet[Stay]:
    """The stays of ``group`` that have checked in, in the order of rooms."""
    has_folio = (Stay.Status.IN_HOUSE, Stay.Status.CHECKED_OUT)
    return (
        group.stays.filter(status__in=has_folio)
        .select_related("property", "room", "group")
        .prefetch_related("guests")
        .order_by("room__order", "room__number", "pk")
    )
