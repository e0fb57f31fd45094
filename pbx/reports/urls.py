"""The report address, as given to the PBX at login; the PBX may omit its final slash."""

from django.urls import re_path

from pbx.reports.receiver import report

urlpatterns = [re_path(r"^(?P<secret>[A-Za-z0-9_-]{1,64})/?$", report, name="report")]
