"""Addresses of the desk: everything of a property below its code."""

from django.urls import path

from frontdesk.views import (
    attention,
    housekeeping,
    link,
    lists,
    rack,
    rooms,
    session,
    stays,
    wake_up_calls,
)

app_name = "frontdesk"

urlpatterns = [
    path("", session.home, name="home"),
    path("sign-in/", session.SignIn.as_view(), name="sign_in"),
    path("sign-out/", session.SignOut.as_view(), name="sign_out"),
    path("<str:code>/", rack.rack, name="rack"),
    path("<str:code>/strip/", rack.strip, name="strip"),
    path("<str:code>/rooms/<str:number>/", rooms.room, name="room"),
    path("<str:code>/arrivals/", lists.arrivals, name="arrivals"),
    path("<str:code>/in-house/", lists.in_house, name="in_house"),
    path("<str:code>/stays/", lists.search, name="stays"),
    path("<str:code>/stays/new/", stays.new, name="new_stay"),
    path("<str:code>/stays/<str:reference>/", stays.stay, name="stay"),
    path("<str:code>/stays/<str:reference>/edit/", stays.edit, name="edit_stay"),
    path("<str:code>/stays/<str:reference>/check-in/", stays.check_in, name="check_in"),
    path("<str:code>/stays/<str:reference>/move/", stays.move, name="move"),
    path("<str:code>/stays/<str:reference>/check-out/", stays.check_out, name="check_out"),
    path("<str:code>/stays/<str:reference>/end/", stays.end, name="end_reservation"),
    path("<str:code>/stays/<str:reference>/charge/", stays.charge, name="charge"),
    path("<str:code>/stays/<str:reference>/minibar/", stays.minibar, name="minibar"),
    path("<str:code>/stays/<str:reference>/reverse/<int:pk>/", stays.reverse, name="reverse"),
    path("<str:code>/stays/<str:reference>/folio/", stays.folio, name="folio"),
    path("<str:code>/stays/<str:reference>/wake-up-calls/", wake_up_calls.add, name="add_wake_up"),
    path("<str:code>/wake-up-calls/", wake_up_calls.board, name="wake_ups"),
    path("<str:code>/wake-up-calls/<int:pk>/cancel/", wake_up_calls.cancel, name="cancel_wake_up"),
    path("<str:code>/housekeeping/", housekeeping.rooms, name="housekeeping"),
    path("<str:code>/housekeeping/<str:number>/", housekeeping.change, name="change_room"),
    path("<str:code>/attention/", attention.items, name="attention"),
    path("<str:code>/attention/<str:item>/", attention.resolve, name="resolve"),
    path("<str:code>/pbx/", link.link, name="link"),
    path("<str:code>/calls/", lists.calls, name="calls"),
    path("<str:code>/history/", lists.history, name="history"),
]
