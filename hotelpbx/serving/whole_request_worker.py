"""A gunicorn worker whose threads get a request only when it is complete.

gunicorn's own worker gives each connection a thread while its request is still being sent: as
many slow senders as there are threads block the server. Here the loop that waits for connections
also reads them, and a request that is not complete after ten seconds is rejected.
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
from hotelpbx.serving.connection import Connection, PartwiseSocket, Phase
from hotelpbx.serving.incoming_request import IncomingRequest
from hotelpbx.serving.rejection import RequestRejected, response_bytes

_REQUEST_SECONDS: Final = 10.0
_CLOSING_SECONDS: Final = 1.0
_READ_SIZE: Final = 64 * 1024
_OPEN_FILES: Final = 4096
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_NO_MORE_SOCKETS: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS)
_NO_CONNECTION: Final = (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK)

# An application may check at a head while the body still comes, and refuse.
HeadCheck = Callable[[Mapping[str, str]], RequestRejected | None]


class WholeRequestWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """The worker of both ports; subclasses say how large a body may be."""

    largest_body: ClassVar[int]
    length_required: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: dict[Connection, None] = {}

    def init_process(self) -> None:
        """Prepare before the application is loaded: gunicorn's loggers must not log secrets."""
        redact_handlers("gunicorn.error", "gunicorn.access")
        _raise_open_file_limit()
        super().init_process()

    # --- called by gunicorn's loop -------------------------------------------------------------

    def accept(self, listener: Any) -> None:
        """Accept a connection; when there are too many, drop the one closest to its deadline."""
        try:
            sock, client = listener.accept()
        except OSError as fault:
            if fault.errno in _NO_MORE_SOCKETS and self._waiting:
                self._drop_one_waiting()
            elif fault.errno not in _NO_CONNECTION:
                raise
            return
        connection = Connection(
            PartwiseSocket.of(sock), client, listener.getsockname(), self._new_request(client)
        )
        self.nr_conns += 1
        self._wait(connection, Phase.IDLE, _REQUEST_SECONDS)
        if self.nr_conns >= self.worker_connections:
            self._drop_one_waiting()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """As gunicorn, but return in time for the next connection's deadline."""
        nearest = min((each.deadline for each in self._waiting), default=None)
        if nearest is not None:
            timeout = max(0.0, min(timeout, nearest - time.monotonic()))
        super().wait_for_and_dispatch_events(timeout)

    def murder_pending(self) -> None:
        """End connections that are past their deadline."""
        now = time.monotonic()
        for connection in list(self._waiting):
            if connection.deadline <= now:
                self._expire(connection)

    def _cap_keepalive(self, deadline: float) -> None:
        """At shutdown: idle connections have until ``deadline`` to begin a request."""
        for connection in self._waiting:
            if connection.phase == Phase.IDLE:
                connection.deadline = min(connection.deadline, deadline)

    def murder_keepalived(self, force: bool = False) -> None:
        """Do nothing, except at the very end: drop every connection that is left."""
        for connection in list(self._waiting) if force else ():
            self._drop(connection)

    def handle(self, connection: Connection) -> bool:
        """Answer a complete request, in a thread; returns whether the connection stays open."""
        try:
            return bool(self.handle_request(connection.incoming.request, connection))
        except StopIteration:  # the response was cut short, and gunicorn has logged it
            return False
        except OSError as fault:
            self.log.debug("A response could not be sent: %s", fault)
            return False
        except Exception:
            # Without the path, which may contain a secret (T16).
            self.log.exception("A request failed.")
            connection.send_short(
                response_bytes(RequestRejected(HTTPStatus.INTERNAL_SERVER_ERROR), as_problem=False)
            )
            return False

    def finish_request(self, connection: Connection, future: "Future[bool]") -> None:
        """After the thread: wait for the next request, or close."""
        done = not future.cancelled() and future.exception() is None
        if not done or not future.result():
            self._close_gracefully(connection)
            return
        rest = connection.incoming.remainder
        connection.incoming.close()
        connection.incoming = self._new_request(connection.client)
        connection.head_checked = False
        self._wait(connection, Phase.IDLE, self.cfg.keepalive)
        if rest:
            self._feed(connection, rest)

    # --- not called by gunicorn -----------------------------------------------------------------

    def _new_request(self, client: Any) -> IncomingRequest:
        return IncomingRequest(
            self.cfg,
            client,
            largest_body=self.largest_body,
            length_required=self.length_required,
        )

    def _wait(self, connection: Connection, phase: Phase, seconds: float) -> None:
        connection.wait(phase, seconds)
        if connection not in self._waiting:
            self._waiting[connection] = None
            ready = partial(self._read, connection)
            self.poller.register(connection.sock, selectors.EVENT_READ, ready)

    def _stop_waiting(self, connection: Connection) -> None:
        if connection in self._waiting:
            del self._waiting[connection]
            self.poller.unregister(connection.sock)

    def _read(self, connection: Connection, _: Any) -> None:
        try:
            data = connection.sock.recv(_READ_SIZE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._drop(connection)
            return
        if connection.phase == Phase.CLOSING:
            if not data:
                self._drop(connection)
        elif data:
            self._feed(connection, data)
        elif connection.phase == Phase.RECEIVING:
            self._reject(
                connection, RequestRejected(HTTPStatus.BAD_REQUEST, "The request broke off.")
            )
        else:
            self._drop(connection)

    def _feed(self, connection: Connection, data: bytes) -> None:
        if connection.phase == Phase.IDLE:
            connection.wait(Phase.RECEIVING, _REQUEST_SECONDS)
        incoming = connection.incoming
        try:
            incoming.feed(data)
        except RequestRejected as fault:
            self._reject(connection, fault)
            return
        except OSError as fault:  # disk full: that must not end the process
            self.log.error("A body could not be stored: %s", fault.strerror)
            self._reject(connection, RequestRejected(HTTPStatus.SERVICE_UNAVAILABLE))
            return
        if incoming.complete:
            self._stop_waiting(connection)
            connection.hand_to_thread()
            self.enqueue_req(connection)
        elif incoming.request is not None and not connection.head_checked:
            connection.head_checked = True
            self._check_head(connection)

    def _check_head(self, connection: Connection) -> None:
        """Let the application reject the request by its head, before the body has arrived."""
        check: HeadCheck | None = getattr(self.wsgi, "check_head", None)
        request = connection.incoming.request
        if check is None:
            self._send_continue(connection)
            return
        future = self.tpool.submit(check, connection.head())
        future.add_done_callback(
            lambda checked: self.method_queue.defer(
                self._head_checked, connection, request, checked
            )
        )

    def _head_checked(
        self, connection: Connection, request: Any, checked: "Future[RequestRejected | None]"
    ) -> None:
        incoming = connection.incoming
        if (
            connection.phase != Phase.RECEIVING
            or incoming.request is not request
            or incoming.complete
        ):
            return  # completed meanwhile, or gone
        fault = None if checked.cancelled() or checked.exception() else checked.result()
        if fault:
            self._reject(connection, fault)
        else:
            self._send_continue(connection)

    def _send_continue(self, connection: Connection) -> None:
        if connection.incoming.expects_continue:
            connection.send_short(_CONTINUE)

    def _expire(self, connection: Connection) -> None:
        if connection.phase == Phase.RECEIVING:
            self._reject(connection, RequestRejected(HTTPStatus.REQUEST_TIMEOUT))
        else:
            self._drop(connection)

    def _reject(self, connection: Connection, fault: RequestRejected) -> None:
        self.log.info(
            "A request from %s was rejected: %d, %s", connection.peer, fault.status, fault
        )
        path = getattr(connection.incoming.request, "path", None) or ""
        connection.send_short(response_bytes(fault, as_problem=path.startswith("/api/")))
        self._close_gracefully(connection)

    def _close_gracefully(self, connection: Connection) -> None:
        """Close once the client has read the response (RFC 9112 §9.6), or soon in any case."""
        if connection.shut_down_sending():
            self._wait(connection, Phase.CLOSING, _CLOSING_SECONDS)
        else:
            self._drop(connection)

    def _drop_one_waiting(self) -> None:
        for phase in (Phase.CLOSING, Phase.IDLE, Phase.RECEIVING):
            found = [each for each in self._waiting if each.phase == phase]
            if found:
                self._drop(min(found, key=lambda each: each.deadline))
                return

    def _drop(self, connection: Connection) -> None:
        self._stop_waiting(connection)
        connection.close()
        self.nr_conns -= 1


def _raise_open_file_limit() -> None:
    """Each connection and each large body takes a file; the usual limit is 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
