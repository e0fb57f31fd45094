"""Addresses of the REST API, version 1."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView

from api.docs import docs
from api.problems import not_found
from api.resources import attention, calls, charges, events, rooms, status, stays, wake_up_calls

_STAY = "stays/<str:reference>/"

_property = [
    path("rooms/", rooms.RoomList.as_view()),
    path("rooms/<str:number>/", rooms.RoomDetail.as_view()),
    path("stays/", stays.StayList.as_view()),
    path(_STAY, stays.StayDetail.as_view()),
    path(f"{_STAY}check-in/", stays.CheckIn.as_view()),
    path(f"{_STAY}check-out/", stays.CheckOut.as_view()),
    path(f"{_STAY}move/", stays.Move.as_view()),
    path(f"{_STAY}cancel/", stays.Cancel.as_view()),
    path(f"{_STAY}no-show/", stays.NoShow.as_view()),
    path(f"{_STAY}folio/", charges.FolioDetail.as_view()),
    path("wake-up-calls/", wake_up_calls.WakeUpCallList.as_view()),
    path("wake-up-calls/<int:number>/", wake_up_calls.WakeUpCallDetail.as_view()),
    path("charges/", charges.ChargeList.as_view()),
    path("charges/<int:number>/reverse/", charges.ChargeReverse.as_view()),
    path("charges/<int:number>/acknowledgement/", charges.ChargeAcknowledgement.as_view()),
    path("calls/", calls.CallList.as_view()),
    path("events/", events.EventList.as_view()),
    path("attention/", attention.AttentionList.as_view()),
    path("attention/<str:item>/resolve/", attention.AttentionResolve.as_view()),
    path("status/", status.Status.as_view()),
]

urlpatterns = [
    path("properties/<str:code>/", include(_property)),
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    re_path(r"^.*$", not_found),
]
