"""The secret of a report address is never logged, whichever port the PBX uses (T16)."""

import pytest

from rooms.models import Property
from tests.serving.conftest import House
from tests.serving.test_bodies import BODY, address
from tests.serving.wire import ask, connect, post, read_answer

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

PBX_HOST = b"Host: 192.168.5.150: 8260"


def ways(path: str) -> list[bytes]:
    """Headers in which a request may contain a report address."""
    length = f"Content-Length: {len(BODY)}"
    whole = post(path, length, body=BODY)
    return [
        whole,
        whole.replace(PBX_HOST, b"Host: localhost"),
        post(path.rstrip("/"), length, body=BODY),
        whole.replace(b"POST", b"GET", 1),
        whole.replace(b"POST", b"BREW", 1),
        whole.replace(b"HTTP/1.1", b"HTTP/7.1"),
        whole.replace(b"HTTP/1.1", b"oops"),
        post(f"/elsewhere{path}", length, body=BODY),
        post(f"{path}more/", length, body=BODY),
        post(f"/sign-in/?next={path}", length, body=BODY),
        post("/sign-in/", f"Referer: http://localhost{path}", length, body=BODY),
        post("/reports/", f"X-{path}: 1", length, body=BODY),
        post(path, "Content-Length: nonsense"),
        post(path, "Content-Length: 9999999"),
        post(path, "Content-Length: 10", body=b"short"),
    ]


@pytest.mark.parametrize("port", ["web", "receiver"])
def test_no_process_writes_the_secret(house: House, open_hotel: Property, port: str) -> None:
    assert open_hotel.pbx is not None
    secret = open_hotel.pbx.report_secret
    for request in ways(address(open_hotel)):
        with connect(getattr(house, port)) as connection:
            connection.sendall(request)
            connection.shutdown(1)
            assert read_answer(connection).status >= 200
    written = house.processes.log(port).read_text()
    assert "POST /reports/… HTTP/1.1" in written  # of the access log, which was asked for
    assert secret not in written, [each for each in written.splitlines() if secret in each]


def test_the_web_port_says_what_is_wrong(house: House, open_hotel: Property) -> None:
    report = post(address(open_hotel), f"Content-Length: {len(BODY)}", body=BODY)
    answer = ask(house.web, report)
    assert (answer.status, answer.body) == (404, b"Reports are taken on the receiver's port.\n")
    assert "set REPORT_BASE_URL to the receiver's port" in house.written()
