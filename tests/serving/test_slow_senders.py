"""Slow senders do not delay other requests and are disconnected."""

import json
import selectors
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from pbx.models import Report
from rooms.models import Property
from tests.serving.conftest import House
from tests.serving.test_bodies import BODY, CHUNKED, MINIBAR, address
from tests.serving.wire import ask, connect, post

pytestmark = [
    pytest.mark.flow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("warm"),
]

SLOW = 200
# Well under a second; one answer of twenty may meet a machine that does something else.
USUALLY, AT_MOST = 0.25, 2.0
GOOD_PAGE = b"GET /sign-in/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


class Dribblers:
    """Connections that send ``first`` at once and ``rest`` a byte a second, until cut off."""

    def __init__(self, stack: ExitStack, port: int, first: bytes, rest: bytes) -> None:
        self.ended: list[tuple[float, bytes]] = []
        self._rest = rest
        self._selector = selectors.DefaultSelector()
        self._over = threading.Event()
        self._begun = time.monotonic()
        for _ in range(SLOW):
            connection = stack.enter_context(connect(port))
            connection.sendall(first)
            self._selector.register(connection, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._dribble)
        self._thread.start()

    def _dribble(self) -> None:
        second = 1
        while self._selector.get_map() and not self._over.is_set():
            due = self._begun + second - time.monotonic()
            for key, _ in self._selector.select(max(0.0, due)):
                self._end(key.fileobj)
            if time.monotonic() >= self._begun + second:
                for key in list(self._selector.get_map().values()):
                    self._send(key.fileobj, self._rest[second : second + 1])
                second += 1

    def _end(self, connection: object) -> None:
        assert isinstance(connection, socket.socket)
        answer = connection.recv(1024)
        self._selector.unregister(connection)
        self.ended.append((time.monotonic() - self._begun, answer))

    @staticmethod
    def _send(connection: object, byte: bytes) -> None:
        assert isinstance(connection, socket.socket)
        connection.sendall(byte)

    def must_be_cut_off(self) -> None:
        self._thread.join(30)
        assert len(self.ended) == SLOW
        for seconds, answer in self.ended:
            assert 9.5 <= seconds < 13
            assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n"), answer

    def stop(self) -> None:
        self._over.set()
        self._thread.join()


@contextmanager
def dribbling(port: int, first: bytes, rest: bytes) -> Iterator[Dribblers]:
    with ExitStack() as stack:
        slow = Dribblers(stack, port, first, rest)
        try:
            yield slow
        finally:
            slow.stop()


def fresh(hotel: Property, number: int) -> bytes:
    body = json.dumps({**MINIBAR, "callid": f"17778{number:05}.1"}).encode()
    return post(address(hotel), f"Content-Length: {len(body)}", body=body)


def must_be_answered_soon(port: int, requests: list[bytes]) -> None:
    waited = []
    for request in requests:
        begun = time.monotonic()
        assert ask(port, request).status == 200
        waited.append(time.monotonic() - begun)
    assert statistics.median(waited) < USUALLY, waited
    assert max(waited) < AT_MOST, waited


@pytest.fixture(scope="module")
def warm(house: House) -> None:
    """A process's first page takes longer than all others."""
    with ThreadPoolExecutor(8) as threads:
        for _ in range(3):
            list(threads.map(lambda _: ask(house.web, GOOD_PAGE), range(8)))
            list(threads.map(lambda _: ask(house.receiver, post("/reports/x/")), range(8)))


@pytest.mark.parametrize("what", ["head", "body", "chunks"])
def test_slow_senders_keep_no_report_waiting(house: House, open_hotel: Property, what: str) -> None:
    first, rest = {
        "head": (b"P", post("/reports/whatever/")[1:]),
        "body": (post(address(open_hotel), f"Content-Length: {len(BODY)}"), BODY),
        "chunks": (post(address(open_hotel), CHUNKED), b"40\r\n" + BODY),
    }[what]
    with dribbling(house.receiver, first, rest) as slow:
        reports = [fresh(open_hotel, number) for number in range(20)]
        must_be_answered_soon(house.receiver, reports)
        slow.must_be_cut_off()
    assert Report.objects.count() == 20


@pytest.mark.parametrize("what", ["head", "body"])
def test_slow_senders_keep_no_desk_page_waiting(house: House, what: str) -> None:
    form = "Content-Type: application/x-www-form-urlencoded"
    first, rest = {
        "head": (b"G", b"ET /sign-in/ HTTP/1.1\r\nHost: localhost"),
        "body": (post("/sign-in/", form, "Content-Length: 100"), b"username=anna&password=wrong"),
    }[what]
    with dribbling(house.web, first, rest) as slow:
        must_be_answered_soon(house.web, [GOOD_PAGE] * 20)
        slow.must_be_cut_off()


def test_who_says_nothing_is_shown_the_door(house: House) -> None:
    begun = time.monotonic()
    with connect(house.receiver) as connection:
        assert connection.recv(100) == b""
    assert 9.5 <= time.monotonic() - begun < 13
