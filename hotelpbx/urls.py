"""Addresses of the web port."""

from django.urls import include, path

urlpatterns = [
    path("", include("api.port_urls")),
    path("", include("frontdesk.urls")),
]
