"""The response to each form of a request body, over real sockets."""

import json
from typing import Any

import pytest
from django.test import override_settings

from hotelpbx.processes.running import wait_until
from pbx import link
from pbx.models import Report
from pbx.simulator import Simulator
from pbx.simulator.server import Settings
from rooms.models import Property
from tests.api.rest import issue
from tests.house import move_pbx
from tests.serving.conftest import House
from tests.serving.wire import ask, chunked, connect, post, read_answer

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

MINIBAR: dict[str, Any] = {
    "action": "DTMF",
    "callid": "1777888800.149",
    "call": [{"ext": {"extid": "2201"}}],
    "infos": "778*123456789*2",
}
BODY = json.dumps(MINIBAR).encode()
CHUNKED = "Transfer-Encoding: chunked"


def address(hotel: Property) -> str:
    assert hotel.pbx is not None
    return f"/reports/{hotel.pbx.report_secret}/"


def stored() -> list[bytes]:
    return [bytes(report.body) for report in Report.objects.order_by("pk")]


def test_a_chunked_report_is_read_like_any_other(house: House, open_hotel: Property) -> None:
    assert ask(house.receiver, post(address(open_hotel), CHUNKED), chunked(BODY)).status == 200
    assert stored() == [BODY]
    assert Report.objects.get().state == "received"


def test_the_simulated_pbx_may_send_in_chunks(house: House, open_hotel: Property) -> None:
    base = f"http://127.0.0.1:{house.receiver}"
    with Simulator(Settings(extensions=["2201"])) as pbx, override_settings(REPORT_BASE_URL=base):
        assert open_hotel.pbx is not None
        move_pbx(open_hotel.pbx, pbx.url)
        link.keep_alive(open_hotel.pbx)
        pbx.reporter.chunked = True
        pbx.reporter.send(MINIBAR)
        wait_until(pbx.reporter.idle, 20, "the report to be taken")
    assert [json.loads(body)["infos"] for body in stored()] == [MINIBAR["infos"]]


def test_a_report_may_come_byte_by_byte(house: House, open_hotel: Property) -> None:
    whole = post(address(open_hotel), f"Content-Length: {len(BODY)}", body=BODY)
    assert ask(house.receiver, *(bytes([byte]) for byte in whole)).status == 200
    assert stored() == [BODY]


def test_a_body_shorter_than_declared_is_refused(house: House, open_hotel: Property) -> None:
    for short in (
        post(address(open_hotel), f"Content-Length: {len(BODY) + 1}", body=BODY),
        post(address(open_hotel), "Content-Length: 10"),
        post(address(open_hotel), CHUNKED, body=chunked(BODY)[:-4]),
        post(address(open_hotel), CHUNKED, body=chunked(BODY)[:9]),
    ):
        with connect(house.receiver) as connection:
            connection.sendall(short)
            connection.shutdown(1)
            assert read_answer(connection).status == 400
    assert stored() == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 411),
        (["Content-Length: 2", "Content-Length: 3"], 400),
        (["Content-Length: 2, 2"], 400),
        (["Content-Length: -1"], 400),
        (["Content-Length: two"], 400),
        (["Content-Length: " + "9" * 6000], 400),
        (["Content-Length: 99999999999999999999"], 413),
        (["Content-Length: 1048577"], 413),
        ([CHUNKED, "Content-Length: 2"], 400),
        ([CHUNKED, CHUNKED], 400),
        (["Transfer-Encoding: gzip"], 400),
        (["Transfer-Encoding: gzip, chunked"], 501),
        (["Transfer-Encoding: nonsense"], 501),
    ],
)
def test_lengths_that_cannot_be_trusted(
    house: House, open_hotel: Property, headers: list[str], status: int
) -> None:
    assert ask(house.receiver, post(address(open_hotel), *headers)).status == status
    assert stored() == []


@pytest.mark.parametrize("body", [b"zz\r\n{}\r\n0\r\n\r\n", b"2\r\n{}{}\r\n0\r\n\r\n", b"-1\r\n"])
def test_chunks_that_cannot_be_read(house: House, open_hotel: Property, body: bytes) -> None:
    assert ask(house.receiver, post(address(open_hotel), CHUNKED), body).status == 400
    assert stored() == []


def test_more_than_a_mebibyte_is_too_large_however_it_comes(
    house: House, open_hotel: Property
) -> None:
    most = b" " * (1024 * 1024 - len(BODY)) + BODY
    head = post(address(open_hotel), CHUNKED)
    assert ask(house.receiver, head, chunked(most, 60_000)).status == 200
    assert stored() == [most]
    with connect(house.receiver) as connection:
        # Not all of it: who is refused in the middle need not be listened to to the end.
        connection.sendall(head + b"80000\r\n" + b" " * 0x80000 + b"\r\n80001\r\n")
        connection.sendall(b" " * 0x80001)
        assert read_answer(connection).status == 413
    assert len(stored()) == 1


def test_what_can_be_refused_by_the_head_is_refused_before_the_body(
    house: House, open_hotel: Property
) -> None:
    assert open_hotel.pbx is not None
    half = ("Content-Length: 100",)
    assert ask(house.receiver, post("/reports/wrong/", *half)).status == 404
    assert ask(house.receiver, post("/elsewhere/", *half)).status == 404
    put = post(address(open_hotel), *half).replace(b"POST", b"PUT", 1)
    answer = ask(house.receiver, put)
    assert (answer.status, "Allow: POST" in answer.head) == (405, True)
    open_hotel.pbx.allowed_sources = ["192.0.2.1"]
    open_hotel.pbx.save()
    assert ask(house.receiver, post(address(open_hotel), *half)).status == 403
    assert stored() == []


def test_a_sender_that_waits_for_100_continue(house: House, open_hotel: Property) -> None:
    length = f"Content-Length: {len(BODY)}"
    with connect(house.receiver) as connection:
        connection.sendall(post(address(open_hotel), length, "Expect: 100-continue"))
        assert connection.recv(1024) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(BODY)
        assert read_answer(connection).status == 200
    refused = post("/reports/wrong/", length, "Expect: 100-continue")
    assert ask(house.receiver, refused).status == 404
    assert stored() == [BODY]


def test_several_reports_over_one_connection(house: House, open_hotel: Property) -> None:
    bodies = [json.dumps({**MINIBAR, "callid": f"17778888{n:02}.1"}).encode() for n in range(3)]
    reports = [
        post(address(open_hotel), f"Content-Length: {len(bodies[0])}", body=bodies[0]),
        post(address(open_hotel), CHUNKED, body=chunked(bodies[1])),
        post(address(open_hotel), f"Content-Length: {len(bodies[2])}", body=bodies[2]),
    ]
    with connect(house.receiver) as connection:
        for report in reports:
            connection.sendall(report)
            assert read_answer(connection).status == 200
    assert stored() == bodies


def test_reports_sent_ahead_without_waiting_for_answers(house: House, open_hotel: Property) -> None:
    bodies = [json.dumps({**MINIBAR, "callid": f"17778888{n:02}.1"}).encode() for n in range(3)]
    with connect(house.receiver) as connection:
        connection.sendall(
            b"".join(post(address(open_hotel), CHUNKED, body=chunked(body)) for body in bodies)
        )
        answers = b""
        while answers.count(b"HTTP/1.1 200") < 3:
            part = connection.recv(4096)
            assert part, answers
            answers += part
    assert stored() == bodies


def test_http_1_0_closes_the_connection(house: House, open_hotel: Property) -> None:
    old = post(address(open_hotel), f"Content-Length: {len(BODY)}", body=BODY)
    with connect(house.receiver) as connection:
        connection.sendall(old.replace(b"HTTP/1.1", b"HTTP/1.0"))
        received = b""
        while part := connection.recv(4096):
            received += part
    assert received.startswith(b"HTTP/1.0 200")
    assert stored() == [BODY]


# --- the web port ------------------------------------------------------------------------------


def rest_post(hotel: Property, path: str, *headers: str) -> bytes:
    key = issue(hotel)
    return post(
        f"/api/v1/properties/{hotel.code}/{path}",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        *headers,
    ).replace(b"POST", b"PUT", 1)


def test_a_chunked_body_of_the_rest_api_and_of_a_form(house: House, open_hotel: Property) -> None:
    stay = {
        "guests": [{"first_name": "Alice", "last_name": "Smith"}],
        "arrival": "2031-05-04",
        "departure": "2031-05-06",
    }
    body = chunked(json.dumps(stay).encode())
    assert ask(house.web, rest_post(open_hotel, "stays/R-1/", CHUNKED), body).status == 201
    form = post("/sign-in/", CHUNKED, "Content-Type: application/x-www-form-urlencoded")
    refused = ask(house.web, form, chunked(b"username=anna&password=wrong"))
    # Not 400: the form was read, and its token is missing.
    assert refused.status == 403


def test_a_program_is_told_in_its_own_form(house: House, open_hotel: Property) -> None:
    for headers, status in ((["Content-Length: 4194305"], 413), ([CHUNKED], 400)):
        answer = ask(house.web, rest_post(open_hotel, "stays/R-1/", *headers), b"zz\r\n")
        assert (answer.status, "application/problem+json" in answer.head) == (status, True)
        assert json.loads(answer.body)["status"] == status
