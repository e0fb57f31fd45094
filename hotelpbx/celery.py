"""The Celery application. Tasks are sent with ``hotelpbx.task_queue.sending.enqueue``."""

import os

from celery import Celery

from hotelpbx import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotelpbx.settings")
embedded.provide()

app = Celery("hotelpbx")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
