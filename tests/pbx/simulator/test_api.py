"""The simulated PBX answers the manual's example requests as the manual does."""

from collections.abc import Iterator

import pytest

from pbx.simulator import Simulator
from pbx.simulator.server import Settings
from tests.pbx.client.scripted import example
from tests.pbx.simulator.simulated import SUCCESS, Caller, failed, md5, shape


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    numbers = ["1000", "1001", "1002", "4000", "4003"]
    with Simulator(Settings(port=0, extensions=numbers)) as simulator:
        yield simulator


@pytest.fixture
def stranger(simulator: Simulator) -> Caller:
    """A client that is not logged in."""
    return Caller(simulator)


@pytest.fixture
def house(stranger: Caller) -> Caller:
    """A client that is logged in."""
    assert stranger.login()["status"] == "Success"
    return stranger


def test_a_login_gives_a_token_of_thirty_two_hex_digits(stranger: Caller) -> None:
    answer = stranger.login(version="1.0.2", url="127.0.0.1:8260/report", urltag="1")
    assert shape(answer) == shape(example("login-response.json"))
    assert len(answer["token"]) == 32
    assert int(answer["token"], 16)


@pytest.mark.parametrize("port", ["", "0", "70000", "http"])
def test_a_login_needs_a_port_for_the_reports(stranger: Caller, port: str) -> None:
    body = {"username": "api", "password": md5("secret"), "port": port}
    assert stranger.ask("login", body) == failed("20008")


def test_five_wrong_passwords_lock_the_address_for_ten_minutes(stranger: Caller) -> None:
    for _ in range(5):
        assert stranger.login(password=md5("guess")) == failed("20003")
    assert stranger.login() == failed("20002")
    stranger.let_pass(601)
    assert stranger.login()["status"] == "Success"


def test_the_right_password_forgives_the_wrong_ones_before(stranger: Caller) -> None:
    for password in ["guess"] * 4 + ["secret"] + ["guess"] * 4:
        stranger.login(password=md5(password))
    assert stranger.login()["status"] == "Success"


def test_a_token_dies_after_thirty_idle_minutes(house: Caller) -> None:
    house.let_pass(1799)
    assert house.ask("heartbeat", {"ipaddr": "127.0.0.1", "port": "8260"}) == SUCCESS
    house.let_pass(1799)
    assert house.ask("extensionlist/query")["status"] == "Success"
    house.let_pass(1801)
    assert house.ask("extensionlist/query") == failed("20006")


def test_requests_without_a_living_token_are_refused(house: Caller) -> None:
    assert house.ask("logout") == example("logout-response.json")
    assert house.ask("deviceinfo/query") == failed("20004")
    house.token = ""
    assert house.ask("deviceinfo/query") == failed("20005")


def test_a_heartbeat_needs_an_address(house: Caller) -> None:
    assert house.ask("heartbeat") == failed("20011")
    absolute = {"url": "192.168.5.122:8260/report", "urltag": "1"}  # (L569-L571)
    assert house.ask("heartbeat", absolute) == example("heartbeat-response.json")
    assert house.state()["sessions"][0]["address"] == "192.168.5.122:8260"


def test_what_is_no_json_or_no_post_or_no_command_is_refused(house: Caller) -> None:
    query = {"token": house.token}
    assert house.raw("GET", "deviceinfo/query", params=query).json() == failed("20001")
    text = {"Content-Type": "text/plain"}
    for body, headers in (("{}", text), ("<xml/>", {}), ("[]", {}), ("{", {})):
        answer = house.raw("POST", "deviceinfo/query", params=query, data=body, headers=headers)
        assert answer.json() == failed("20000")
    assert house.ask("coffee/make") == example("generic-failed-response.json")


def test_every_answer_is_open_to_other_origins(house: Caller) -> None:
    answer = house.raw("POST", "deviceinfo/query", params={"token": house.token})
    assert answer.headers["Access-control-allow-origin"] == "*"


def test_deviceinfo_has_the_shape_of_the_manual(house: Caller) -> None:
    answer = house.ask("deviceinfo/query")
    assert shape(answer) == shape(example("deviceinfo-query-response.json"))
    assert answer["deviceinfo"]["systemtime"].endswith(" UTC+8")
    assert answer["deviceinfo"]["extensionstatus"] == "5/100"


def test_extensions_are_listed_in_the_shape_of_the_manual(house: Caller) -> None:
    answer = house.ask("extensionlist/query")["extlist"]
    assert [each["extnumber"] for each in answer] == ["1000", "1001", "1002", "4000", "4003"]
    assert shape(answer[0]) == shape(example("extensionlist-query-response.json")["extlist"][0])


def test_one_several_or_all_extensions_can_be_queried(house: Caller) -> None:
    for extid, found in (("1000", 1), ("1000,1001,", 2), ("", 5)):
        assert len(house.ask("extension/query", {"extid": extid})["extinfos"]) == found
    assert house.ask("extension/query", {"extid": "9999"}) == failed("10006")


def test_an_extension_has_the_fields_of_the_manual(house: Caller) -> None:
    [shown] = house.ask("extension/query", example("extension-query-request.json"))["extinfos"]
    [printed] = example("extension-query-response.json")["extinfos"]
    # The destinations are shown only while a forwarding is on.
    fields = {name for name in printed if "transfer" not in name}
    assert set(shown) == fields | {"selectoutroute", "unselectoutroute"}


def test_an_update_changes_what_it_names_and_nothing_else(house: Caller) -> None:
    [before] = house.ask("extension/query", {"extid": "1002"})["extinfos"]
    answer = house.ask("extension/update", example("extension-update-request.json"))
    assert answer == example("extension-update-response.json")
    [after] = house.ask("extension/query", {"extid": "1002"})["extinfos"]
    assert after == {**before, "username": "Amy"}


def test_update_says_mobile_where_query_says_moblie(house: Caller) -> None:
    assert house.ask("extension/update", {"extid": "1002", "mobile": "4915512345"}) == SUCCESS
    assert house.ask("extension/query", {"extid": "1002"})["extinfos"][0]["moblie"] == "4915512345"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("username", "A" * 32),
        ("username", "O'Brien"),
        ("username", "alice@home"),
        ("dnd", "yes"),
        ("ringtimeout", "31"),
        ("maxduration", "61"),
        ("maxregistrations", "6"),
        ("monitormode", "Always"),
        ("vmsecret", "12a4"),
        ("atransferto", "Mars"),
        ("atransferprefix", "12345678"),
        ("btransfernum", "1234567890123456"),
        ("moblie", "1"),
    ],
)
def test_a_value_beyond_its_limits_changes_nothing(house: Caller, name: str, value: str) -> None:
    before = house.ask("extension/query")
    update = {"extid": "1000", "callerid": "77", name: value}
    assert house.ask("extension/update", update) == failed("10017")
    assert house.ask("extension/query") == before


def test_names_beyond_ascii_are_refused_only_if_asked(house: Caller) -> None:
    update = {"extid": "1000", "username": "Zoë"}
    assert house.ask("extension/update", update) == SUCCESS
    house.act("options", ascii_names=True)
    assert house.ask("extension/update", update) == failed("10017")


@pytest.mark.parametrize(
    ("mode", "left"),
    [
        ("replace", ["national"]),
        ("add", ["local", "international", "national"]),
        ("ignore", ["local", "international"]),
    ],
)
def test_selected_routes_replace_add_or_do_nothing(
    house: Caller, mode: str, left: list[str]
) -> None:
    house.ask("extension/update", {"extid": "1000", "selectoutroute": "local,international"})
    house.act("options", route_mode=mode)
    assert house.ask("extension/update", {"extid": "1000", "selectoutroute": "national"}) == SUCCESS
    [shown] = house.ask("extension/query", {"extid": "1000"})["extinfos"]
    assert shown["selectoutroute"] == ",".join(left)
    rest = set(filter(None, shown["unselectoutroute"].split(",")))
    assert rest == {"local", "national", "international"} - set(left)


def test_a_route_that_is_not_there_is_refused(house: Caller) -> None:
    update = {"extid": "1000", "username": "Alice", "selectoutroute": "local,moon"}
    assert house.ask("extension/update", update) == failed("10033")
    assert house.phone("1000")["name"] == "1000"


def test_outbound_routes_show_who_may_use_them(house: Caller) -> None:
    for extid in ("1000", "1002"):
        house.ask("extension/update", {"extid": extid, "selectoutroute": "local"})
    answer = house.ask("outroute/query", {"name": "local"})
    assert shape(answer) == shape(example("outroute-query-response.repaired.json"))
    assert answer["outroutes"][0]["extensions"] == "1000,1002"
    assert len(house.ask("outroute/query", {"name": "all"})["outroutes"]) == 3
    assert house.ask("outroute/query") == failed("10004")
