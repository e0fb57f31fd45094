"""The Celery application. ``hotelpbx.task_queue.sending.enqueue`` is how the house sends to it."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun

from hotelpbx import embedded
from hotelpbx.task_queue import broker, sending

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotelpbx.settings")
embedded.provide()

app = Celery("hotelpbx")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
def note_taken(task: Any, args: list[object], **kwargs: Any) -> None:
    """From here on a message of the same kind would be news."""
    broker.clear_queued(sending.message(task.name, args))
