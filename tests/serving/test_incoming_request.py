"""Receiving a request: however it is split, the result is the same; and limited connections."""

import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path

import pytest
from gunicorn.config import Config
from hypothesis import given
from hypothesis import strategies as st

from hotelpbx.embedded.places import CHECKOUT
from hotelpbx.processes.running import Supervisor, free_port, read_procfile, wait_until
from hotelpbx.serving.connection import PartwiseSocket
from hotelpbx.serving.incoming_request import IncomingRequest
from hotelpbx.serving.rejection import RequestRejected
from tests.hotelpbx.test_processes import ECHO_APPLICATION, environment
from tests.serving.wire import ask, chunked, connect, post

NEXT = b"GET /healthz"


def arriving() -> IncomingRequest:
    return IncomingRequest(Config(), ("192.0.2.1", 4711), largest_body=1000)


def fed(data: bytes, cuts: list[int]) -> IncomingRequest:
    coming = arriving()
    feed(coming, data, cuts)
    return coming


def feed(coming: IncomingRequest, data: bytes, cuts: list[int]) -> None:
    """``data`` in the pieces that ``cuts`` make, to the end of its request."""
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for begin, end in pairwise(places):
        if coming.complete:
            coming.remainder += data[begin:end]
        else:
            coming.feed(data[begin:end])


bodies = st.binary(max_size=300)
some_cuts = st.lists(st.integers(min_value=0, max_value=2000), max_size=8)


@given(body=bodies, size=st.integers(min_value=1, max_value=64), cuts=some_cuts)
def test_chunks_and_pieces_make_no_difference(body: bytes, size: int, cuts: list[int]) -> None:
    head = post("/reports/x/", "Transfer-Encoding: chunked")
    with closing(fed(head + chunked(body, size) + NEXT, cuts)) as coming:
        assert coming.complete
        assert coming.request.body.read() == body
        assert ("CONTENT-LENGTH", str(len(body))) in coming.request.headers
        assert coming.remainder == NEXT


@given(body=bodies, cuts=some_cuts)
def test_a_body_of_known_length_ends_where_it_says(body: bytes, cuts: list[int]) -> None:
    head = post("/reports/x/", f"Content-Length: {len(body)}")
    with closing(fed(head + body + NEXT, cuts)) as coming:
        assert coming.request.body.read() == body
        assert coming.remainder == NEXT


@given(junk=st.binary(max_size=200), cuts=some_cuts)
def test_a_chunked_body_is_read_refused_or_waited_for(junk: bytes, cuts: list[int]) -> None:
    with closing(arriving()) as coming:
        with suppress(RequestRejected):
            feed(coming, post("/reports/x/", "Transfer-Encoding: chunked") + junk, cuts)
        assert b"0" in junk or not coming.complete


@given(
    head=st.one_of(
        st.binary(max_size=120),
        st.builds(
            lambda line, more: line + b" HTTP/1.1\r\n" + more,
            st.sampled_from(
                [b"POST /reports/x/", b"GET http://[::1", b"GET //", b"* *", b"\xff /"]
            ),
            st.binary(max_size=80),
        ),
    ),
    cuts=some_cuts,
)
def test_a_head_is_understood_refused_or_waited_for(head: bytes, cuts: list[int]) -> None:
    """Any other exception would end the process that serves everybody."""
    with closing(arriving()) as coming, suppress(RequestRejected):
        feed(coming, head + b"\r\n\r\n", cuts)


def test_extensions_and_trailers_are_passed_over() -> None:
    body = b'2;name="a;b"\r\n{}\r\n000\r\nX-Sum: 1\r\n\r\n'
    with closing(fed(post("/reports/x/", "Transfer-Encoding: chunked") + body, [])) as coming:
        assert coming.request.body.read() == b"{}"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (post("/x/", "A: " + "b" * 70_000), 431),
        (post("/" + "x" * 9000), 414),
        (post("/x/", "Transfer-Encoding: chunked") + b"1;" + b"x" * 9000, 400),
        (post("/x/", "Transfer-Encoding: chunked") + b"0\r\n" + b"A: b\r\n" * 9000, 431),
        (post("/x/", "Transfer-Encoding: chunked") + b"fffffffffffffffff\r\n", 400),
        (post("/x/", "Transfer-Encoding: chunked") + chunked(b"x" * 1001, 10), 413),
        (post("/x/", "Content-Length: 1001"), 413),
        (post("/x/", "Expect: miracles"), 417),
        (b"\x16\x03\x01 hello\r\n\r\n", 400),
        (b"POST /reports/hidden/\r\n\r\n", 400),
    ],
)
def test_what_is_refused_while_it_comes(data: bytes, status: int) -> None:
    with closing(arriving()) as coming, pytest.raises(RequestRejected) as caught:
        coming.feed(data)
    assert caught.value.status == status
    assert "hidden" not in str(caught.value)


def test_an_answer_that_nobody_reads_is_given_up() -> None:
    ours, theirs = socket.socketpair()
    with theirs, PartwiseSocket.of(ours) as wire:
        wire.settimeout(0.1)
        with pytest.raises(TimeoutError):
            wire.sendall(b"x" * 10_000_000)


@pytest.fixture
def small_house(tmp_path: Path) -> Iterator[int]:
    """The receiver of the Procfile with room for twelve connections."""
    (tmp_path / "echo_application.py").write_text(ECHO_APPLICATION)
    command = read_procfile(CHECKOUT / "Procfile")["receiver"]
    command = command.replace("hotelpbx.receiver_wsgi:", "echo_application:")
    port = free_port()
    env = environment(
        REPORT_PORT=str(port), PYTHONPATH=str(CHECKOUT), GUNICORN_CMD_ARGS="--worker-connections 12"
    )
    with Supervisor({"receiver": command}, env, tmp_path, cwd=tmp_path) as processes:

        def answers() -> bool:
            processes.check()
            try:
                return ask(port, post("/reports/x/", "Content-Length: 0")).status == 200
            except OSError:
                return False

        wait_until(answers, 20, "gunicorn to listen")
        yield port


@pytest.mark.flow
def test_whoever_waits_longest_makes_room_for_a_newcomer(small_house: int) -> None:
    crowd = [connect(small_house) for _ in range(60)]
    try:
        assert ask(small_house, post("/reports/x/", "Content-Length: 2"), b"{}").status == 200
        gone = [each for each in crowd if is_closed(each)]
        assert 30 <= len(gone) < 60
    finally:
        for each in crowd:
            each.close()


def is_closed(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
