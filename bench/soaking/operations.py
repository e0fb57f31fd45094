"""Frequent operations to be timed. Django must be set up."""

import itertools
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from bench.soaking.hotel import CODE, SERIAL
from events import log as events
from hotelpbx.clock import now
from hotelpbx.task_queue import sending
from pbx import cdr_download, tasks
from pbx.models import Pbx
from pbx.reports import inbox, processing
from rooms.models import Property
from rooms.operations import attention, nightly_backfill
from rooms.operations.health import health_of
from rooms.tasks import prune

_numbers = itertools.count(1)


def all_operations() -> dict[str, Callable[[], Any]]:
    """The operations by name. None of them contacts Redis or the PBX."""
    sending.enqueue = lambda task, *args: None
    hotel, pbx = Property.objects.get(code=CODE), Pbx.objects.get()
    desk = Client(headers={"host": "localhost"})
    desk.force_login(User.objects.get(username="bench"))
    known = _call(next(_numbers))

    def page(path: str) -> Callable[[], None]:
        def open_it() -> None:
            answer = desk.get(f"/{CODE}/{path}")
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answers {answer.status_code}")

        return open_it

    def call_to_folio() -> None:
        inbox.store(pbx, _call(next(_numbers)), "127.0.0.1")
        processing.process_reports(pbx)
        events.number_events()

    return {
        "a report is stored": lambda: inbox.store(pbx, _call(next(_numbers)), "127.0.0.1"),
        "the same report again": lambda: inbox.store(pbx, known, "127.0.0.1"),
        "a call reaches its folio": call_to_folio,
        "the worker finds nothing to do": lambda: processing.process_reports(pbx),
        "sweep of reports": tasks.sweep_reports,
        "sweep of commands": tasks.sweep_commands,
        "500 calls of the list compared": lambda: cdr_download._known_legs(
            pbx, {f"1741000000.{number}" for number in range(500)}
        ),
        "whether a night is due": nightly_backfill.fetch_due,
        "deleting what is old: nothing is": prune,
        "attention, counted": lambda: attention.counts(hotel),
        "attention, listed": lambda: attention.items(hotel),
        "what is watched": lambda: health_of(hotel, lambda: True),
        "page: rack": page(""),
        "page: strip": page("strip/"),
        "page: attention": page("attention/"),
        "page: PBX link": page("pbx/"),
        "page: parked reports": page("pbx/?reports=parked&commands=failed"),
        "page: commands of one phone": page("pbx/?extension=2101"),
        "page: a room": page("rooms/101/"),
    }


def _call(number: int) -> bytes:
    began = now() - timedelta(minutes=5)
    body = {
        "action": "NewCdr",
        "callid": f"{int(began.timestamp())}.{number}",
        "timestart": f"{began:%Y-%m-%d %H:%M:%S}",
        "callfrom": f"21{number % 10 + 1:02}",
        "callto": "9075512345",
        "callduraction": "70",
        "talkduraction": "61",
        "desttrunkname": "Trunk",
        "status": "ANSWERED",
        "type": "Outbound",
        "sn": SERIAL,
    }
    return json.dumps(body).encode()
