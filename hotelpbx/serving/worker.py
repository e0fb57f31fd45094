"""gunicorn's threads, which get a request only when it is whole.

gunicorn gives each connection a thread while it is still being sent: as many slow senders as there
are threads stop the house. Here the loop that waits for connections also reads them. A request
that is not whole after ten seconds is cut off.
"""

import errno
import resource
import selectors
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar, Final

from gunicorn.workers.gthread import ThreadWorker

from hotelpbx.log_redaction import redact_handlers
from hotelpbx.serving.arriving import Arriving
from hotelpbx.serving.connection import Connection, Phase, Wire
from hotelpbx.serving.limits import MAX_REPORT_BODY, MAX_WEB_BODY
from hotelpbx.serving.refused import Unfit, answer

_REQUEST_SECONDS: Final = 10.0
_LEAVING_SECONDS: Final = 1.0
_AT_ONCE: Final = 64 * 1024
_FILES: Final = 4096
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_NO_MORE_SOCKETS: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS)
_NOBODY_THERE: Final = (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK)

# An application may look at a head while the body still comes, and refuse.
Look = Callable[[Mapping[str, str]], Unfit | None]


class WholeRequestWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """For both ports; the ports differ in how large a body may be."""

    largest_body: ClassVar[int]
    length_required: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: dict[Connection, None] = {}

    def init_process(self) -> None:
        """Before the application is loaded: gunicorn's own loggers write no secret either."""
        redact_handlers("gunicorn.error", "gunicorn.access")
        _allow_many_files()
        super().init_process()

    # --- called by gunicorn's loop -------------------------------------------------------------

    def accept(self, listener: Any) -> None:
        """Take a connection in; when there are too many, the one that waits longest must go."""
        try:
            sock, client = listener.accept()
        except OSError as fault:
            if fault.errno in _NO_MORE_SOCKETS and self._waiting:
                self._make_room()
            elif fault.errno not in _NOBODY_THERE:
                raise
            return
        connection = Connection(
            Wire.of(sock), client, listener.getsockname(), self._arriving(client)
        )
        self.nr_conns += 1
        self._wait(connection, Phase.IDLE, _REQUEST_SECONDS)
        if self.nr_conns >= self.worker_connections:
            self._make_room()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """As gunicorn, but awake when the next connection is to be cut off."""
        nearest = min((each.deadline for each in self._waiting), default=None)
        if nearest is not None:
            timeout = max(0.0, min(timeout, nearest - time.monotonic()))
        super().wait_for_and_dispatch_events(timeout)

    def murder_pending(self) -> None:
        """Cut off what has taken too long."""
        now = time.monotonic()
        for connection in list(self._waiting):
            if connection.deadline <= now:
                self._expire(connection)

    def _cap_keepalive(self, deadline: float) -> None:
        """When the house closes: whoever may just be sending has until then to begin."""
        for connection in self._waiting:
            if connection.phase == Phase.IDLE:
                connection.deadline = min(connection.deadline, deadline)

    def murder_keepalived(self, force: bool = False) -> None:
        """Nothing, but at the very end all that is left."""
        for connection in list(self._waiting) if force else ():
            self._drop(connection)

    def handle(self, connection: Connection) -> bool:
        """Answer a whole request, in a thread; whether another one may follow."""
        try:
            return bool(self.handle_request(connection.arriving.request, connection))
        except StopIteration:  # the answer broke off, and gunicorn has said so
            return False
        except OSError as fault:
            self.log.debug("An answer could not be sent: %s", fault)
            return False
        except Exception:
            # Without the address, in which a secret may stand (T16).
            self.log.exception("A request failed.")
            connection.say(answer(Unfit(HTTPStatus.INTERNAL_SERVER_ERROR), to_a_program=False))
            return False

    def finish_request(self, connection: Connection, future: "Future[bool]") -> None:
        """Back from the thread: wait for the next request, or part."""
        done = not future.cancelled() and future.exception() is None
        if not done or not future.result():
            self._part(connection)
            return
        rest = connection.arriving.rest
        connection.arriving.close()
        connection.arriving = self._arriving(connection.client)
        connection.looked_at = False
        self._wait(connection, Phase.IDLE, self.cfg.keepalive)
        if rest:
            self._take(connection, rest)

    # --- our own -------------------------------------------------------------------------------

    def _arriving(self, client: Any) -> Arriving:
        return Arriving(
            self.cfg,
            client,
            largest_body=self.largest_body,
            length_required=self.length_required,
        )

    def _wait(self, connection: Connection, phase: Phase, seconds: float) -> None:
        connection.wait(phase, seconds)
        if connection not in self._waiting:
            self._waiting[connection] = None
            ready = partial(self._readable, connection)
            self.poller.register(connection.sock, selectors.EVENT_READ, ready)

    def _wait_no_more(self, connection: Connection) -> None:
        if connection in self._waiting:
            del self._waiting[connection]
            self.poller.unregister(connection.sock)

    def _readable(self, connection: Connection, _: Any) -> None:
        try:
            data = connection.sock.recv(_AT_ONCE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._drop(connection)
            return
        if connection.phase == Phase.LEAVING:
            if not data:
                self._drop(connection)
        elif data:
            self._take(connection, data)
        elif connection.phase == Phase.ARRIVING:
            self._refuse(connection, Unfit(HTTPStatus.BAD_REQUEST, "The request broke off."))
        else:
            self._drop(connection)

    def _take(self, connection: Connection, data: bytes) -> None:
        if connection.phase == Phase.IDLE:
            connection.wait(Phase.ARRIVING, _REQUEST_SECONDS)
        arriving = connection.arriving
        try:
            arriving.feed(data)
        except Unfit as fault:
            self._refuse(connection, fault)
            return
        except OSError as fault:  # no room for the body: that must not end the whole process
            self.log.error("A body could not be kept: %s", fault.strerror)
            self._refuse(connection, Unfit(HTTPStatus.SERVICE_UNAVAILABLE))
            return
        if arriving.whole:
            self._wait_no_more(connection)
            connection.work()
            self.enqueue_req(connection)
        elif arriving.request is not None and not connection.looked_at:
            connection.looked_at = True
            self._look(connection)

    def _look(self, connection: Connection) -> None:
        """Let the application refuse by the head alone, before the body is here."""
        look: Look | None = getattr(self.wsgi, "look", None)
        request = connection.arriving.request
        if look is None:
            self._go_on(connection)
            return
        future = self.tpool.submit(look, connection.head())
        future.add_done_callback(
            lambda seen: self.method_queue.defer(self._looked, connection, request, seen)
        )

    def _looked(self, connection: Connection, request: Any, seen: "Future[Unfit | None]") -> None:
        arriving = connection.arriving
        if connection.phase != Phase.ARRIVING or arriving.request is not request or arriving.whole:
            return  # it became whole meanwhile, or is gone
        fault = None if seen.cancelled() or seen.exception() else seen.result()
        if fault:
            self._refuse(connection, fault)
        else:
            self._go_on(connection)

    def _go_on(self, connection: Connection) -> None:
        if connection.arriving.wants_continue:
            connection.say(_CONTINUE)

    def _expire(self, connection: Connection) -> None:
        if connection.phase == Phase.ARRIVING:
            self._refuse(connection, Unfit(HTTPStatus.REQUEST_TIMEOUT))
        else:
            self._drop(connection)

    def _refuse(self, connection: Connection, fault: Unfit) -> None:
        self.log.info("A request from %s was refused: %d, %s", connection.peer, fault.status, fault)
        path = getattr(connection.arriving.request, "path", None) or ""
        connection.say(answer(fault, to_a_program=path.startswith("/api/")))
        self._part(connection)

    def _part(self, connection: Connection) -> None:
        """Close once the other side has read what we said (RFC 9112 §9.6), soon in any case."""
        if connection.end_answer():
            self._wait(connection, Phase.LEAVING, _LEAVING_SECONDS)
        else:
            self._drop(connection)

    def _make_room(self) -> None:
        for phase in (Phase.LEAVING, Phase.IDLE, Phase.ARRIVING):
            found = [each for each in self._waiting if each.phase == phase]
            if found:
                self._drop(min(found, key=lambda each: each.deadline))
                return

    def _drop(self, connection: Connection) -> None:
        self._wait_no_more(connection)
        connection.close()
        self.nr_conns -= 1


def _allow_many_files() -> None:
    """Each connection is one, and each large body; the usual limit is 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class DeskWorker(WholeRequestWorker):
    """The web port: a logo is the largest thing that anybody sends."""

    largest_body = MAX_WEB_BODY


class ReportWorker(WholeRequestWorker):
    """The receiver's port (contract §5)."""

    largest_body = MAX_REPORT_BODY
    length_required = True
