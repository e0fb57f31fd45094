"""URLs of the receiver's port."""

from django.urls import include, path

from hotelpbx.http.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("reports/", include("pbx.reports.urls")),
]

handler404 = "pbx.reports.receiver.not_found"
