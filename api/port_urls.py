"""URLs that the web port serves to programs."""

from django.urls import include, path, re_path

from api.errors.problems import not_found
from api.metrics import metrics
from hotelpbx.http.misdirected_reports import misdirected_report

urlpatterns = [
    path("api/v1/", include("api.urls")),
    # An unknown API address gets a problem document, not a page.
    re_path(r"^api/", not_found),
    path("metrics", metrics),
    re_path(r"^reports/(?P<secret>[A-Za-z0-9_-]{16,64})/?$", misdirected_report),
]
