"""URLs of the desk: everything of a property is below its code."""

from django.urls import include, path, register_converter

from frontdesk.converters import Reference
from frontdesk.views import (
    attention,
    housekeeping,
    link,
    lists,
    rack,
    resync,
    rooms,
    settings,
    stays,
)
from frontdesk.views.accounts import account, api_keys, session
from frontdesk.views.money import analytics, departure, folio, printing, refill, what_if
from frontdesk.views.wake_up_calls import board, requests
from frontdesk.views.wake_up_calls import lists as wake_up_lists

app_name = "frontdesk"

register_converter(Reference, "reference")

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
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="own_password"),
    path("account/sessions/", account.end_sessions, name="end_sessions"),
    path("account/board/", account.board, name="make_board"),
    path("account/invitations/<int:pk>/", account.answer, name="answer_invitation"),
    path("<str:code>/", rack.rack, name="rack"),
    path("<str:code>/strip/", rack.strip, name="strip"),
    path("<str:code>/rooms/<str:number>/", rooms.room, name="room"),
    path("<str:code>/arrivals/", lists.arrivals, name="arrivals"),
    path("<str:code>/in-house/", lists.in_house, name="in_house"),
    path("<str:code>/stays/", lists.search, name="stays"),
    path("<str:code>/stays/new/", stays.new, name="new_stay"),
    path("<str:code>/stays/<reference:reference>/", stays.stay, name="stay"),
    path("<str:code>/stays/<reference:reference>/edit/", stays.edit, name="edit_stay"),
    path("<str:code>/stays/<reference:reference>/check-in/", stays.check_in, name="check_in"),
    path("<str:code>/stays/<reference:reference>/move/", stays.move, name="move"),
    path(
        "<str:code>/stays/<reference:reference>/check-out/", departure.check_out, name="check_out"
    ),
    path(
        "<str:code>/stays/<reference:reference>/end/", stays.end_reservation, name="end_reservation"
    ),
    path("<str:code>/stays/<reference:reference>/charge/", stays.charge, name="charge"),
    path("<str:code>/stays/<reference:reference>/minibar/", stays.minibar, name="minibar"),
    path("<str:code>/stays/<reference:reference>/reverse/<int:pk>/", stays.reverse, name="reverse"),
    path("<str:code>/logo/", printing.logo, name="logo"),
    path("<str:code>/groups/<str:group>/folios.pdf", printing.group_folios, name="group_folios"),
    path("<str:code>/stays/<reference:reference>/folio/", printing.folio, name="folio"),
    path("<str:code>/stays/<reference:reference>/folio.pdf", printing.folio_pdf, name="folio_pdf"),
    path("<str:code>/stays/<reference:reference>/pay/", folio.pay, name="pay"),
    path("<str:code>/stays/<reference:reference>/refund/", folio.refund, name="refund"),
    path(
        "<str:code>/stays/<reference:reference>/payments/<int:pk>/reverse/",
        folio.reverse,
        name="reverse_payment",
    ),
    path("<str:code>/stays/<reference:reference>/settle/", folio.settle, name="settle"),
    path("<str:code>/stays/<reference:reference>/transfer/", folio.transfer, name="transfer"),
    path(
        "<str:code>/stays/<reference:reference>/wake-up-calls/",
        requests.add,
        name="add_wake_up",
    ),
    path(
        "<str:code>/stays/<reference:reference>/wake-up-calls/when/",
        requests.when,
        name="wake_up_when",
    ),
    path("<str:code>/wake-up-calls/", board.board, name="wake_ups"),
    path("<str:code>/wake-up-calls/print/", board.paper, name="wake_up_print"),
    path("<str:code>/wake-up-calls/log/", board.log, name="wake_up_log"),
    path("<str:code>/wake-up-calls/new/", wake_up_lists.new, name="wake_up_list"),
    path("<str:code>/wake-up-calls/new/save/", wake_up_lists.save, name="wake_up_list_save"),
    path("<str:code>/wake-up-calls/lists/<int:pk>/", wake_up_lists.result, name="wake_up_result"),
    path("<str:code>/wake-up-calls/<int:pk>/", requests.change, name="change_wake_up"),
    path("<str:code>/wake-up-calls/<int:pk>/cancel/", requests.cancel, name="cancel_wake_up"),
    path("<str:code>/housekeeping/", housekeeping.rooms, name="housekeeping"),
    path("<str:code>/housekeeping/<str:number>/", housekeeping.change, name="change_room"),
    path("<str:code>/minibar/", refill.rooms, name="refill"),
    path("<str:code>/minibar/<str:number>/", refill.refilled, name="refilled"),
    path("<str:code>/reports/", analytics.reports, name="reports"),
    path("<str:code>/reports/<str:name>.csv", analytics.export, name="export"),
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
