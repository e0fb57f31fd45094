"""Login, heartbeat, logout, and the token that every other call needs."""

import hashlib

import pytest

from pbx import errors
from pbx.client import PbxClient, ReportAddress, Session
from tests.pbx.client.scripted import ScriptedTransport, Tokens, example, failed, recorded

ADDRESS = ReportAddress.of("http://110.22.2.3:8260/report")
SUCCESS = '{"status":"Success"}'


def test_the_login_is_that_of_the_manual() -> None:
    transport = ScriptedTransport(recorded("login-response.json"))
    token = Session(transport).login("api", "Password", ADDRESS)
    digest = hashlib.md5(b"Password", usedforsecurity=False).hexdigest()
    wanted = {**example("login-request.json"), "password": digest}
    assert transport.asked == [("login", {}, wanted)]
    assert token == "48a7d7481a5355aa4fb5dc285edeb40e"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (recorded("login-failed-response.json"), errors.Unreachable),
        (failed("20003"), errors.LoginRefused),
        (failed("20002"), errors.LoginLocked),
        (failed("20008"), errors.Misconfigured),
        (SUCCESS, errors.ServerFault),
    ],
)
def test_a_refused_login_is_tried_once_and_says_why(
    answer: str, kind: type[errors.PbxError]
) -> None:
    transport = ScriptedTransport(answer)
    with pytest.raises(kind) as caught:
        Session(transport).login("api", "Passw0rd", ADDRESS)
    assert len(transport.asked) == 1
    assert "Passw0rd" not in repr(caught.value)


def test_a_heartbeat_repeats_everything_under_both_names_of_the_tag() -> None:
    transport = ScriptedTransport(recorded("heartbeat-response.json"))
    Session(transport).heartbeat("t0k3n", ADDRESS)
    body = {
        "ipaddr": "110.22.2.3",
        "port": "8260",
        "url": "110.22.2.3:8260/report",
        "urltag": "1",
        "urlflag": "1",
    }
    assert transport.asked == [("heartbeat", {"token": "t0k3n"}, body)]


def test_a_refused_heartbeat_asks_for_a_login() -> None:
    with pytest.raises(errors.HeartbeatRefused):
        Session(ScriptedTransport(failed("20011"))).heartbeat("t0k3n", ADDRESS)


def test_a_logout_carries_the_token_alone() -> None:
    transport = ScriptedTransport(recorded("logout-response.json"))
    Session(transport).logout("t0k3n")
    assert transport.asked == [("logout", {"token": "t0k3n"}, {})]


@pytest.mark.parametrize(
    ("url", "host", "port", "wire"),
    [
        ("http://10.0.0.5:8260/reports/s/", "10.0.0.5", 8260, "10.0.0.5:8260/reports/s/"),
        ("http://desk.example/r/", "desk.example", 80, "desk.example/r/"),
        ("http://[fd00::5]:8260/r/", "fd00::5", 8260, "[fd00::5]:8260/r/"),
    ],
)
def test_a_report_address_is_sent_without_its_scheme(
    url: str, host: str, port: int, wire: str
) -> None:
    address = ReportAddress.of(url)
    assert (address.host, address.port, address.url) == (host, port, wire)


@pytest.mark.parametrize("url", ["https://10.0.0.5/r/", "10.0.0.5:8260/r/", "http:///r/", ""])
def test_a_report_address_that_the_pbx_cannot_use_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="http://"):
        ReportAddress.of(url)


def test_a_report_address_does_not_show_its_secret() -> None:
    assert "s3cret" not in repr(ReportAddress.of("http://10.0.0.5:8260/reports/s3cret/"))


@pytest.mark.parametrize("errno", ["20004", "20005", "20006"])
def test_a_refused_token_is_renewed_and_the_call_repeated(errno: str) -> None:
    transport, tokens = ScriptedTransport(failed(errno), SUCCESS), Tokens()
    PbxClient(transport, tokens).hotel.checkout(["1000"])
    assert tokens.renewed == ["first"]
    assert [query for _, query, _ in transport.asked] == [{"token": "first"}, {"token": "second"}]
    assert transport.asked[0][2] == transport.asked[1][2]


def test_a_second_refused_token_is_the_end() -> None:
    transport, tokens = ScriptedTransport(failed("20006"), failed("20004"), SUCCESS), Tokens()
    with pytest.raises(errors.TokenInvalid) as caught:
        PbxClient(transport, tokens).hotel.checkout(["1000"])
    assert caught.value.errno == "20004"
    assert len(transport.asked) == 2
    assert tokens.renewed == ["first"]


def test_no_other_failure_renews_the_token() -> None:
    for fault in (failed("10025"), failed("20003"), errors.Timeout("slow")):
        transport, tokens = ScriptedTransport(fault, SUCCESS), Tokens()
        with pytest.raises(errors.PbxError):
            PbxClient(transport, tokens).hotel.checkout(["1000"])
        assert tokens.renewed == []
        assert len(transport.asked) == 1
