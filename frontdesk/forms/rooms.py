"""Forms about rooms."""

from django import forms

from rooms.models.hotel import AvailabilityStatus, HousekeepingStatus, ServiceRequest


class RoomForm(forms.Form):
    """The three axes that a person sets."""

    housekeeping_status = forms.ChoiceField(label="Cleaning", choices=HousekeepingStatus.choices)
    availability_status = forms.ChoiceField(
        label="Availability", choices=AvailabilityStatus.choices
    )
    service_request = forms.ChoiceField(label="Guest asks for", choices=ServiceRequest.choices)
