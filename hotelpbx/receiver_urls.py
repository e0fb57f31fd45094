"""Addresses of the receiver's port."""

from django.urls import include, path

from hotelpbx.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("reports/", include("pbx.receiver_urls")),
]

handler404 = "pbx.receiver.not_found"
