"""An extension's settings: read, compared, changed."""

import json
from typing import Any

import pytest

from pbx.client import ExtensionSettings, ExtensionUpdate, PbxClient
from tests.pbx.client.scripted import ScriptedTransport, Tokens, example, recorded

SUCCESS = '{"status":"Success"}'


def settings(**more: Any) -> ExtensionSettings:
    """What the client reads in the manual's answer, with changes."""
    answer = example("extension-query-response.json")
    answer["extinfos"][0].update(more)
    transport = ScriptedTransport(json.dumps(answer))
    (found,) = PbxClient(transport, Tokens()).extensions.query(["1000"])
    return found


def sent(update: ExtensionUpdate, extid: str = "1000") -> dict[str, str]:
    transport = ScriptedTransport(SUCCESS)
    PbxClient(transport, Tokens()).extensions.update(extid, update)
    body: dict[str, str] = transport.asked[0][2]
    return body


def test_the_settings_are_read() -> None:
    found = settings()
    assert (found.number, found.name, found.status) == ("1000", "Jayson", "registered")
    assert found.is_on("hasvoicemail") is True
    assert found.is_on("dnd") is False
    assert found.is_on("unheard-of") is None
    assert found.shown["ntransferto"] == "Voicemail"
    assert found.shown["mobile"] == ""  # the answer spells it "moblie"
    assert (found.routes, found.other_routes) == (None, None)


def test_no_password_of_the_phone_is_kept() -> None:
    raw = recorded("extension-query-response.json")
    found = settings(RegisterPassword="Xq7", registername="reg")
    for secret in ("xMn5W4Gs", "5e12ba8dd1083a7f946e457cf3c18779", "Xq7"):
        assert secret in raw or secret == "Xq7"
        assert secret not in repr(found)
    assert "vmsecret" not in found.shown
    assert found.shown["registername"] == "reg"


def test_routes_are_read_where_the_pbx_shows_them() -> None:
    found = settings(selectoutroute="local,national,", unselectoutroute="")
    assert found.routes == ("local", "national")
    assert found.other_routes == ()


@pytest.mark.parametrize(
    ("update", "lacking"),
    [
        (ExtensionUpdate(username="Jayson", dnd="off"), ()),
        (ExtensionUpdate(username="Ms Smith Alice"), ("username",)),
        (ExtensionUpdate(username="jayson"), ("username",)),
        (ExtensionUpdate(hasvoicemail="off", dnd="on"), ("hasvoicemail", "dnd")),
        (ExtensionUpdate(selectoutroute=["national", "local"]), ()),
        (ExtensionUpdate(selectoutroute=["local"]), ("selectoutroute",)),
        (ExtensionUpdate(selectoutroute=[]), ("selectoutroute",)),
        (ExtensionUpdate(mobile="123"), ("mobile",)),
        # Not shown by the PBX, so it can be neither confirmed nor denied.
        (ExtensionUpdate(vmsecret="1234", atransferto="Voicemail"), ()),
    ],
)
def test_what_is_not_as_wanted_is_named(update: ExtensionUpdate, lacking: tuple[str, ...]) -> None:
    assert settings(selectoutroute="local,national").lacks(update) == lacking


def test_switches_are_compared_without_case() -> None:
    assert settings(dnd="ON").lacks(ExtensionUpdate(dnd="on")) == ()


def test_routes_that_are_not_shown_are_not_denied() -> None:
    assert settings().lacks(ExtensionUpdate(selectoutroute=["local"])) == ()


def test_only_what_changes_is_sent() -> None:
    update = ExtensionUpdate(username="", dnd="off", selectoutroute=["local", "national"])
    assert sent(update) == {
        "extid": "1000",
        "username": "",
        "dnd": "off",
        "selectoutroute": "local,national",
    }


def test_no_routes_are_an_empty_text() -> None:
    assert sent(ExtensionUpdate(selectoutroute=[])) == {"extid": "1000", "selectoutroute": ""}


@pytest.mark.parametrize(
    ("extid", "update"),
    [
        ("1000", ExtensionUpdate()),
        ("", ExtensionUpdate(dnd="off")),
        ("1000,1001", ExtensionUpdate(dnd="off")),
        ("1000", ExtensionUpdate(selectoutroute=["all"])),
        ("1000", ExtensionUpdate(selectoutroute=["a,b"])),
        ("1000", ExtensionUpdate(selectoutroute=[f"route{i:04}" for i in range(500)])),
    ],
)
def test_an_update_that_cannot_be_meant_is_not_sent(extid: str, update: ExtensionUpdate) -> None:
    transport = ScriptedTransport(SUCCESS)
    with pytest.raises(ValueError):  # noqa: PT011 (each has its own words)
        PbxClient(transport, Tokens()).extensions.update(extid, update)
    assert transport.asked == []


def test_a_voicemail_pin_is_sent_but_not_shown() -> None:
    update = ExtensionUpdate(vmsecret="4711")
    assert "4711" not in repr(update)
    assert sent(update)["vmsecret"] == "4711"
