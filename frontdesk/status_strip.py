"""The status strip on top of every page: calm if all is well, else a phrase per problem."""

import logging
from dataclasses import dataclass
from typing import Final

from django.db import Error
from django.urls import reverse

from hotelpbx.task_queue.cached_status import cached_broker_status
from rooms.models import Property
from rooms.operations import attention
from rooms.operations.health import Health, health_of

log = logging.getLogger(__name__)

# Urgent items shown on the strip, which must leave room for the page.
_URGENT_SHOWN: Final = 5


@dataclass(frozen=True)
class Remark:
    """A problem, and the page with details."""

    words: str
    address: str


@dataclass(frozen=True)
class StatusStrip:
    """The content of the strip.

    :param tone: ``ok``, ``degraded`` or ``down``
    :param link: state of the PBX link, in a few words
    :param waiting: number of items that need a person
    :param urgent: the oldest urgent items
    :param more_urgent: how many urgent items are not shown
    :param trouble: why the state is unknown; empty: it is known
    """

    tone: str
    link: str = ""
    remarks: tuple[Remark, ...] = ()
    waiting: int = 0
    urgent: tuple[attention.Item, ...] = ()
    more_urgent: int = 0
    trouble: str = ""


UNREADABLE: Final = StatusStrip(
    "down", trouble="The hotel's data cannot be read right now. This page may be out of date."
)


def strip_of(property_: Property) -> StatusStrip:
    """The current strip; a database error is a phrase on it."""
    try:
        return _strip_of(property_)
    except Error:
        log.warning("The status strip of %s cannot be read.", property_.code, exc_info=True)
        return UNREADABLE


def _strip_of(property_: Property) -> StatusStrip:
    health = health_of(property_, cached_broker_status)
    kinds = [kind for kind in attention.URGENT if health.status.attention[kind]]
    urgent = attention.items(property_, kinds, _URGENT_SHOWN) if kinds else []
    urgent = sorted(urgent, key=lambda item: item.rank)[:_URGENT_SHOWN]
    all_urgent = sum(health.status.attention[kind] for kind in kinds)
    return StatusStrip(
        tone=_tone(health),
        link=health.check("pbx_link").phrase,
        remarks=_remarks(health, property_),
        waiting=health.status.needing_a_person,
        urgent=tuple(urgent),
        more_urgent=all_urgent - len(urgent),
    )


def _tone(health: Health) -> str:
    """By the phrases on the strip; nothing is lost while Redis is down."""
    said = {check.name: check.state for check in health.checks if check.phrase}
    if "down" in (said.get("workers"), said.get("pbx_link")):
        return "down"
    return "ok" if set(said.values()) <= {"ok"} else "degraded"


def _remarks(health: Health, property_: Property) -> tuple[Remark, ...]:
    page = reverse("frontdesk:link", args=[property_.code])
    remarks = [
        Remark(check.phrase, page)
        for check in health.checks
        if check.phrase and check.name != "pbx_link"
    ]
    phones = health.status.phones_out_of_reach
    if phones:
        rack = reverse("frontdesk:rack", args=[property_.code])
        words = "1 phone is" if phones == 1 else f"{phones} phones are"
        remarks.append(Remark(f"{words} unregistered", f"{rack}?show=phones"))
    if barred := health.status.guests_at_limit:
        rack = reverse("frontdesk:rack", args=[property_.code])
        words = "1 guest has" if barred == 1 else f"{barred} guests have"
        remarks.append(Remark(f"{words} reached the credit limit", f"{rack}?show=barred"))
    return tuple(remarks)
