"""Addresses of the desk: everything of a property below its code."""

from django.urls import include, path

from frontdesk.views import (
    api_keys,
    attention,
    housekeeping,
    link,
    lists,
    rack,
    resync,
    rooms,
    session,
    settings,
    stays,
    wake_up_calls,
    what_if,
)

app_name = "frontdesk"

_settings = [
    path("", settings.index, name="settings"),
    path("api-keys/", api_keys.keys, name="api_keys"),
    path("api-keys/<int:pk>/revoke/", api_keys.revoke, name="api_key_revoke"),
    path("what-if/", what_if.what_if, name="what_if"),
    path("<str:slug>/", settings.section, name="settings_section"),
    path("<str:slug>/add/", settings.add, name="settings_add"),
    path("<str:slug>/<int:pk>/", settings.edit, name="settings_edit"),
    path("<str:slug>/<int:pk>/remove/", settings.remove, name="settings_remove"),
]

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
    path("<str:code>/pbx/compare/", resync.resync, name="resync"),
    path("<str:code>/pbx/compare/now/", resync.compare, name="resync_compare"),
    path("<str:code>/pbx/compare/<int:pk>/repair/", resync.repair, name="resync_repair"),
    path("<str:code>/pbx/try/", link.try_now, name="try_link"),
    path("<str:code>/calls/", lists.calls, name="calls"),
    path("<str:code>/history/", lists.history, name="history"),
    path("<str:code>/settings/", include(_settings)),
]
