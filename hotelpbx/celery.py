"""The Celery application. ``hotelpbx.wake_up.wake`` is how the house sends to it."""

import os

from celery import Celery

from hotelpbx import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotelpbx.settings")
embedded.provide()

app = Celery("hotelpbx")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
