"""Forms about rooms."""

from typing import Any, Final

from django import forms

from frontdesk.guard.merging import MergingForm
from rooms.models import Room
from rooms.models.property import AvailabilityStatus, HousekeepingStatus, ServiceRequest

_AXES: Final = ("housekeeping_status", "availability_status", "service_request")


class RoomForm(MergingForm):
    """The three statuses that a person sets."""

    housekeeping_status = forms.ChoiceField(label="Cleaning", choices=HousekeepingStatus.choices)
    availability_status = forms.ChoiceField(
        label="Availability", choices=AvailabilityStatus.choices
    )
    service_request = forms.ChoiceField(label="Guest request", choices=ServiceRequest.choices)

    def __init__(self, data: Any, *, room: Room) -> None:
        super().__init__(data, initial={name: getattr(room, name) for name in _AXES})
        self.row = room
