"""The Celery application. Tasks are sent with ``hotelpbx.task_queue.sending.enqueue``."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun

from hotelpbx import embedded
from hotelpbx.task_queue import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotelpbx.settings")
embedded.provide()

app = Celery("hotelpbx")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
def clear_duplicate_mark(task: Any, args: list[object], **kwargs: Any) -> None:
    """Let an equal message be sent again: this one has been taken by a worker."""
    broker.clear_queued(broker.message_key(task.name, args))
