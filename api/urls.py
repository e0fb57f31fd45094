"""URLs of the REST API, version 1."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from api.errors.problems import not_found
from api.openapi.documents import Docs, SchemaDocument
from api.resources import (
    attention,
    calls,
    charges,
    events,
    folio,
    folio_pdf,
    jobs,
    payments,
    rooms,
    status,
    stay_actions,
    stays,
    wake_up_calls,
)

_stay: list[URLPattern | URLResolver] = [
    path("", stays.StayDetail.as_view()),
    path("check-in/", stay_actions.CheckIn.as_view()),
    path("check-out/", stay_actions.CheckOut.as_view()),
    path("move/", stay_actions.Move.as_view()),
    path("cancel/", stay_actions.Cancel.as_view()),
    path("no-show/", stay_actions.NoShow.as_view()),
    path("folio/", folio.FolioDetail.as_view()),
    path("folio.pdf", folio_pdf.FolioPdf.as_view()),
    path("payments/", payments.PaymentList.as_view()),
    path("payments/<int:id>/reverse/", payments.PaymentReverse.as_view()),
    path("refund/", payments.PaymentRefund.as_view()),
]
_property: list[URLPattern | URLResolver] = [
    path("rooms/", rooms.RoomList.as_view()),
    path("rooms/<str:number>/", rooms.RoomDetail.as_view()),
    path("stays/", stays.StayList.as_view()),
    path("stays/<str:reference>/", include(_stay)),
    path("groups/<str:group>/wake-up-calls/", jobs.GroupWakeUpCalls.as_view()),
    path("jobs/<int:id>/", jobs.JobDetail.as_view(), name="job"),
    path("wake-up-calls/", wake_up_calls.WakeUpCallList.as_view()),
    path("wake-up-calls/<int:id>/", wake_up_calls.WakeUpCallDetail.as_view()),
    path("charges/", charges.ChargeList.as_view()),
    path("charges/<int:id>/reverse/", charges.ChargeReverse.as_view()),
    path("charges/<int:id>/acknowledgement/", charges.ChargeAcknowledgement.as_view()),
    path("calls/", calls.CallList.as_view()),
    path("events/", events.EventList.as_view()),
    path("attention/", attention.AttentionList.as_view()),
    path("attention/<str:id>/resolve/", attention.AttentionResolve.as_view()),
    path("status/", status.Status.as_view()),
]

urlpatterns = [
    path("properties/<str:code>/", include(_property)),
    path("schema/", SchemaDocument.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
    re_path(r"", not_found),
]
