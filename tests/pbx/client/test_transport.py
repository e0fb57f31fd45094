"""HTTP to a working and to a failing PBX."""

import json
import logging
import socket
import struct
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from pbx import errors
from pbx.client.transport import HttpTransport, Limits
from tests.pbx.wire_server import Answer, WireServer, listening, raw, reset, serving, text

TOKEN = "48a7d7481a5355aa4fb5dc285edeb40e"
SUCCESS = '{"status":"Success"}'
FAST = Limits(connect=0.5, read=0.3, overall=0.6, body=20_000)


def ask(url: str, limits: Limits = FAST) -> str:
    return HttpTransport(url, limits=limits).post(
        "extension/update", {"token": TOKEN}, {"extid": "1000"}
    )


def fault_of(answer: Answer) -> errors.PbxError:
    """The error for a server with this answer."""
    with serving(answer) as server, pytest.raises(errors.PbxError) as caught:
        ask(server.url)
    assert len(server.asked) == 1
    return caught.value


@pytest.fixture
def pbx() -> Iterator[WireServer]:
    with serving(text(SUCCESS)) as server:
        yield server


def test_a_call_is_a_post_of_json_with_the_token_in_the_query(pbx: WireServer) -> None:
    body = {"extid": "1000", "username": "王伟"}
    assert HttpTransport(pbx.url).post("extension/update", {"token": TOKEN}, body) == SUCCESS
    (seen,) = pbx.asked
    assert (seen.method, seen.target) == ("POST", f"/api/v1.1.0/extension/update?token={TOKEN}")
    assert seen.headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(seen.body) == body
    assert "王伟".encode() in seen.body


def test_a_call_without_parameters_has_an_empty_body(pbx: WireServer) -> None:
    HttpTransport(pbx.url + "/").post("logout", {}, {})
    (seen,) = pbx.asked
    assert (seen.target, seen.body) == ("/api/v1.1.0/logout", b"")
    assert seen.headers["Content-Length"] == "0"
    assert seen.headers["Content-Type"] == "application/json; charset=utf-8"


def test_a_file_is_fetched_with_its_spaces_encoded(pbx: WireServer) -> None:
    query = {"starttime": "2018-11-27 00:00:00", "token": TOKEN}
    assert HttpTransport(pbx.url).get_text("cdr/download", query) == SUCCESS
    (seen,) = pbx.asked
    assert seen.method == "GET"
    assert "starttime=2018-11-27%2000%3A00%3A00&" in seen.target


def test_every_call_has_a_connection_of_its_own(pbx: WireServer) -> None:
    transport = HttpTransport(pbx.url)
    for _ in range(3):
        transport.post("logout", {}, {})
    assert [seen.headers["Connection"] for seen in pbx.asked] == ["close"] * 3


def test_no_proxy_of_the_environment_comes_between(
    pbx: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask(pbx.url) == SUCCESS


def test_bytes_that_are_not_utf_8_spoil_no_answer() -> None:
    with serving(text(b'\xef\xbb\xbf{"name":"caf\xe9"}')) as server:
        assert ask(server.url) == '{"name":"caf\ufffd"}'


def test_an_answer_in_chunks_is_put_together() -> None:
    chunked = (
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"st\r\n3\r\nat"\r\n0\r\n\r\n'
    )
    with serving(raw(chunked)) as server:
        assert ask(server.url) == '{"stat"'


def test_a_refused_connection_was_certainly_not_a_request() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(errors.Unreachable, match="refuses the connection") as caught:
        ask(f"http://127.0.0.1:{port}")
    assert not caught.value.outcome_unknown


def test_a_name_that_leads_nowhere_was_certainly_not_a_request() -> None:
    with pytest.raises(errors.Unreachable, match="cannot be resolved") as caught:
        ask("http://pbx.invalid:8088")
    assert not caught.value.outcome_unknown


def test_a_connection_that_is_not_made_in_time_was_certainly_not_a_request() -> None:
    with socket.socket() as deaf, socket.socket() as first, socket.socket() as second:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for waiting in (first, second):  # they fill the queue of a listener that never accepts
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        with pytest.raises(errors.Unreachable) as caught:
            ask(f"http://127.0.0.1:{deaf.getsockname()[1]}")
    assert not caught.value.outcome_unknown


def test_a_connection_dropped_before_the_request_was_read_leaves_doubt() -> None:
    def drop(connection: socket.socket) -> None:
        # It has begun to arrive: a reset before that may be taken for a refused connection.
        connection.recv(1, socket.MSG_PEEK)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with listening(drop) as port, pytest.raises(errors.ConnectionLost) as caught:
        ask(f"http://127.0.0.1:{port}")
    assert caught.value.outcome_unknown


@pytest.mark.parametrize(
    "answer",
    [
        reset,
        raw(b""),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"),
    ],
)
def test_a_connection_dropped_after_the_request_was_read_leaves_doubt(answer: Answer) -> None:
    fault = fault_of(answer)
    assert type(fault) is errors.ConnectionLost
    assert fault.outcome_unknown


def test_silence_ends_in_doubt() -> None:
    def silent(handler: BaseHTTPRequestHandler) -> None:
        server.over.wait(10)

    with serving(silent) as server, pytest.raises(errors.Timeout) as caught:
        ask(server.url)
    assert caught.value.outcome_unknown


def test_an_answer_that_drips_for_ever_ends_in_doubt() -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not server.over.wait(0.05):
            handler.wfile.write(b" ")

    with serving(drip) as server, pytest.raises(errors.Timeout) as caught:
        ask(server.url)
    assert caught.value.outcome_unknown


def test_an_answer_without_end_is_not_read_to_the_end() -> None:
    fault = fault_of(text(b"x" * 20_001))
    assert type(fault) is errors.AnswerTooLarge
    with serving(text(b"x" * 20_000)) as server:
        assert len(ask(server.url)) == 20_000


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_trouble_of_the_pbx_leaves_doubt(status: int) -> None:
    fault = fault_of(text(SUCCESS, status))
    assert type(fault) is errors.ServerFault
    assert fault.outcome_unknown
    assert str(status) in str(fault)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_named_and_not_followed(status: int) -> None:
    with serving(text(SUCCESS)) as other:
        fault = fault_of(text("", status, Location=f"{other.url}/?token={TOKEN}"))
    assert type(fault) is errors.WrongAddress
    assert "8088" in str(fault)
    assert other.asked == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, errors.Misconfigured), (403, errors.Misconfigured), (404, errors.WrongAddress)],
)
def test_another_server_s_no_is_a_matter_of_settings(
    status: int, kind: type[errors.Misconfigured]
) -> None:
    assert type(fault_of(text("<html>", status))) is kind


def test_what_is_not_http_is_the_server_s_fault() -> None:
    fault = fault_of(raw(b"\x15\x03\x01\x00\x02\x02\x50\r\n"))
    assert type(fault) is errors.ServerFault
    assert "https" in str(fault)


@pytest.mark.parametrize(
    "url", ["192.168.5.150:8088", "ftp://127.0.0.1", "http://", "http://[::1", ""]
)
def test_what_is_no_url_is_a_matter_of_settings(url: str) -> None:
    with pytest.raises(errors.WrongAddress):
        ask(url)


ODD_ANSWERS: list[Answer] = [
    reset,
    raw(b""),
    raw(b"garbage\r\n"),
    raw(b"HTTP/1.1 200 OK\r\nno colon here\r\n: x\r\nContent-Length: 1\r\n\r\n{"),
    raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
    raw(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200 + b"\r\n"),
    text("", 302, Location="http://[broken"),
    text("", 500),
    text(SUCCESS),
]


@pytest.mark.parametrize("answer", ODD_ANSWERS)
def test_the_token_is_in_no_log_line_and_in_no_error(
    answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="urllib3")
    with serving(answer) as server:
        fault = reading(server.url)
    assert server.asked[0].target.endswith(TOKEN)
    assert TOKEN not in caplog.text
    if fault is None:
        assert "/extension/update?token=…" in caplog.text
    else:
        assert TOKEN not in repr(fault)
        assert fault.__cause__ is fault.__context__ is None


def test_the_token_is_in_no_error_of_connecting(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="urllib3")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    fault = reading(f"http://api:pa55@127.0.0.1:{port}")
    assert fault is not None
    assert fault.__cause__ is fault.__context__ is None
    assert TOKEN not in repr(fault) + caplog.text
    assert "pa55" not in repr(fault) + caplog.text


def reading(url: str) -> errors.PbxError | None:
    """The error of a call, or None if it succeeded."""
    try:
        ask(url)
    except errors.PbxError as fault:
        return fault
    return None
