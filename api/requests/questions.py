"""Fields that answer the hotel's questions in advance (docs/rules.md)."""

from collections.abc import Mapping
from typing import Any

from api.requests.fields import Body, Flag, Text
from rooms.stays.overrides import Override, Subject


class Answers(Body):
    """``accept_overlap``: take the room although other stays have it on some of the nights.
    ``accept_dates``: take the dates although they are past or span more than a year.
    ``override_reason`` is recorded in the history of the stay."""

    accept_overlap = Flag(required=False, default=False)
    accept_dates = Flag(required=False, default=False)
    override_reason = Text(max_length=255, required=False, allow_blank=True, default="")


def override_in(fields: Mapping[str, Any]) -> Override:
    """The override that a validated body gives."""
    subjects: set[Subject] = set()
    if fields["accept_overlap"]:
        subjects.add("overlap")
    if fields["accept_dates"]:
        subjects.add("dates")
    return Override(frozenset(subjects), fields["override_reason"])
