"""Beat and worker on a clock that jumps from one event to the next.

Between two such moments nothing would happen in the real house: no command, comparison or
planning falls due, no alarm rings, nobody does anything. What falls due is done at the next full
interval of its sweep, as beat would.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Final
from unittest.mock import patch

from hotelpbx.celery import app
from hotelpbx.clock import now
from pbx.models import PbxLink
from rooms.models import Property
from tests.wakeups.week.queues import SWEEPS, Queues, first_after
from wakeups.models import Occurrence

# Beat looks after the link every 15 s; when all is quiet, once in the life of a token will do.
_LINK: Final = timedelta(minutes=29)
_THOUGHT: Final = timedelta(seconds=5)
_RESTLESS: Final = timedelta(minutes=1)

_Message = tuple[str, tuple[object, ...]]


class Clockwork:
    """Runs the tasks by name, as messages and beat would."""

    def __init__(self, hotel: Property) -> None:
        app.loader.import_default_modules()
        self._queues = Queues(hotel.pbx.zone if hotel.pbx else hotel.zone)
        self._messages: dict[_Message, None] = {}
        self._later: list[tuple[datetime, _Message]] = []
        self._link_at = now()
        # Whoever runs us knows that the PBX is away.
        self.in_vain = False

    @contextmanager
    def broker(self) -> Iterator[None]:
        """Messages come here."""
        with ExitStack() as patches:
            for name in ("hotelpbx.task_queue.sending.enqueue", "pbx.tasks.enqueue"):
                patches.enter_context(patch(name, self._wake))
            patches.enter_context(
                patch("hotelpbx.task_queue.sending.enqueue_later", self._wake_later)
            )
            # Nothing more comes while the clock stands still.
            patches.enter_context(patch("events.tasks._DELAY", 0))
            yield

    def next(self) -> datetime:
        """When something falls due next."""
        later = [at for at, _ in self._later]
        return min([self._link_at, *later, *self._queues.ahead(in_vain=self.in_vain).values()])

    def work(self) -> None:
        """Do all that is due now, and what follows from it."""
        instant = now()
        for what, at in self._queues.ahead(in_vain=self.in_vain).items():
            if at <= instant:
                if what == "occurrence":
                    # The house looks every minute at what only waits; here when it matters.
                    Occurrence.objects.filter(state__in=Occurrence.OPEN).update(next_check_at=None)
                self._wake(SWEEPS[what][0])
                self._queues.seen(what, instant)
        for at, (task, args) in list(self._later):
            if at <= instant:
                self._later.remove((at, (task, args)))
                self._wake(task, *args)
        self._look_after_the_link(instant)
        self.run_messages()

    def run_messages(self) -> bool:
        """Until no message is left; whether there was one."""
        any_ran = bool(self._messages)
        while self._messages:
            name, args = next(iter(self._messages))
            del self._messages[name, args]
            if name == "wakeups.tasks.watch":
                # A lifted receiver is thought about for a few seconds.
                self._later.append((first_after(now() + _THOUGHT, 10), ("wakeups.tasks.plan", ())))
            if name == "wakeups.tasks.plan":
                # Beat runs the sweep too, and more often.
                app.tasks["wakeups.tasks.watch"]()
            app.tasks[name](*args)
        return any_ran

    def look_at_the_link_at(self, at: datetime) -> None:
        """Something has happened to the PBX, which beat notices within 15 s or at a heartbeat."""
        self._link_at = min(self._link_at, at)

    def _look_after_the_link(self, instant: datetime) -> None:
        if instant >= self._link_at:
            self._wake("pbx.tasks.keep_sessions")
            self._wake("rooms.tasks.resync_nightly")
            self.run_messages()
            up = PbxLink.objects.filter(state=PbxLink.State.UP).exists()
            self._link_at = instant + (_LINK if up else _RESTLESS)

    def _wake(self, task: str, *args: object) -> None:
        self._messages[task, args] = None

    def _wake_later(self, seconds: float, task: str, *args: object) -> None:
        self._later.append((now() + timedelta(seconds=seconds), (task, args)))
