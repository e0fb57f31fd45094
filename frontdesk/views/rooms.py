"""The page of one room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from frontdesk.accounts.access import current_desk, desk_page
from frontdesk.forms.rooms import RoomForm
from frontdesk.views.acting import submit
from pbx import outbox
from rooms.housekeeping import update_room
from rooms.locking import lock_rooms
from rooms.models import Room, Stay


@desk_page()
def room(request: HttpRequest, number: str) -> HttpResponse:
    """Its statuses, phones, present and past stays."""
    desk = current_desk(request)
    found = get_object_or_404(
        Room.objects.select_related("property__pbx"), property=desk.property, number=number
    )
    if request.method == "POST":
        lock_rooms([found])
        found.refresh_from_db()
    form = RoomForm(request.POST or None, room=found)
    if response := submit(
        request,
        form,
        lambda: update_room(found, actor=desk.actor, **form.cleaned_data),
        f"Room {found.number} is changed.",
        ("frontdesk:room", desk.property.code, number),
    ):
        return response
    phones = list(found.phones.all())
    states = (
        outbox.states_by_extension(desk.property.pbx, [phone.extension for phone in phones])
        if desk.property.pbx
        else {}
    )
    context = {
        "room": found,
        "form": form,
        "phones": [(phone, states.get(phone.extension)) for phone in phones],
        "present": found.stays.filter(status=Stay.Status.IN_HOUSE).prefetch_related("guests"),
        "occupancies": found.occupancies.select_related("stay").order_by("-since")[:20],
    }
    return render(request, "frontdesk/rooms/room.html", context, status=422 if form.errors else 200)
