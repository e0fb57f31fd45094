"""How long a browser stays signed in, and how a person ends it elsewhere."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from frontdesk.accounts.sessions import BOARD, MANAGER, STAFF, Lifetime
from frontdesk.models import DeskSession
from rooms.models import AuditEntry, Property
from tests import house
from tests.frontdesk.people import PASSWORD, Browser, staff

pytestmark = pytest.mark.django_db

# As a browser asks for a page, and as a page asks for a part of itself.
PERSON = {"Accept": "text/html,application/xhtml+xml"}
POLL = {"Accept": "*/*", "HX-Request": "true"}


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(house.at("2026-05-04 10:00:00"), tick=False) as traveller:
        yield traveller


def sign_in(hotel: Property, name: str, role: str, **where: Any) -> Browser:
    if not User.objects.filter(username=name).exists():
        staff(hotel, name, role)
    client = Browser(**where)
    client.post("/sign-in/", {"username": name, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/GRAND/housekeeping/", headers=POLL).status_code == 200


@pytest.mark.parametrize(
    ("role", "lifetime"), [("manager", MANAGER), ("clerk", STAFF), ("housekeeping", STAFF)]
)
def test_what_nobody_uses_ends(hotel: Property, clock: Any, role: str, lifetime: Lifetime) -> None:
    """What the page asks for by itself is no use; what a person does is."""
    client = sign_in(hotel, "anna", role)
    for _ in range(2):
        clock.shift(lifetime.idle - timedelta(minutes=5))
        assert is_in(client)
        assert client.get("/GRAND/housekeeping/", headers=PERSON).status_code == 200
    for _ in range(3):
        clock.shift(lifetime.idle / 4)
        assert is_in(client)
    clock.shift(lifetime.idle / 4)
    assert not is_in(client)


@pytest.mark.parametrize(("role", "lifetime"), [("manager", MANAGER), ("clerk", STAFF)])
def test_every_session_comes_to_an_end(
    hotel: Property, clock: Any, role: str, lifetime: Lifetime
) -> None:
    client = sign_in(hotel, "anna", role)
    for _ in range(int(lifetime.whole / timedelta(hours=3))):
        assert client.get("/GRAND/housekeeping/", headers=PERSON).status_code == 200
        clock.shift(timedelta(hours=3))
    clock.shift(timedelta(seconds=1))
    assert not is_in(client)


def test_a_wall_board_lives_on_what_it_asks_for(hotel: Property, clock: Any) -> None:
    wall = sign_in(hotel, "clara", "clerk")
    answer = wall.post("/account/board/", {"property": "GRAND"})
    assert answer["Location"] == "/GRAND/wake-up-calls/?wall=1"
    for _ in range(20):
        clock.shift(timedelta(days=18))
        assert wall.get("/GRAND/wake-up-calls/?wall=1", headers=POLL).status_code == 200
        assert wall.get("/GRAND/strip/", headers=POLL).status_code == 200
    assert BOARD.whole == timedelta(days=365)
    clock.shift(timedelta(days=6))
    assert wall.get("/GRAND/wake-up-calls/?wall=1", headers=POLL).status_code == 401


def test_a_wall_board_opens_the_board_and_nothing_else(hotel: Property) -> None:
    """Many people stand before it."""
    wall = sign_in(hotel, "max", "manager")
    wall.post("/account/board/", {"property": "GRAND"})
    shown = wall.get("/GRAND/wake-up-calls/?wall=1")
    assert shown.status_code == 200
    for path in ("/", "/account/", "/account/password/", "/GRAND/", "/GRAND/wake-up-calls/",
                 "/GRAND/stays/", "/GRAND/settings/staff/", "/GRAND/reports/"):  # fmt: skip
        assert wall.get(path)["Location"] == "/GRAND/wake-up-calls/?wall=1", path
    for path in ("/GRAND/stays/new/", "/GRAND/wake-up-calls/new/save/", "/account/board/"):
        assert wall.post(path, {})["Location"] == "/GRAND/wake-up-calls/?wall=1", path
    assert AuditEntry.objects.filter(property=hotel, action="make wall board").count() == 1


@pytest.mark.parametrize("code", ["OTHER", "NOWHERE", ""])
def test_a_wall_board_is_of_a_hotel_where_one_works(
    hotel: Property, tmp_path: Any, code: str
) -> None:
    house.build(tmp_path, code="OTHER")
    clara = sign_in(hotel, "clara", "clerk")
    assert clara.post("/account/board/", {"property": code}).status_code == 404
    rosa = sign_in(hotel, "rosa", "housekeeping")
    assert rosa.post("/account/board/", {"property": "GRAND"}).status_code == 404


def test_a_person_sees_where_he_is_signed_in_and_ends_it(hotel: Property) -> None:
    here = sign_in(hotel, "clara", "clerk", REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Desk 1")
    there = sign_in(hotel, "clara", "clerk", REMOTE_ADDR="192.0.2.8", HTTP_USER_AGENT="Desk 2")
    third = sign_in(hotel, "clara", "clerk", REMOTE_ADDR="192.0.2.9")
    max_ = sign_in(hotel, "max", "manager", REMOTE_ADDR="192.0.2.10")
    page = here.get("/account/").content.decode()
    assert all(words in page for words in ("192.0.2.7", "192.0.2.8", "Desk 2", "this browser"))
    assert "192.0.2.10" not in page
    keys = DeskSession.objects.values_list("session_key", flat=True)
    assert not any(key in page for key in keys), "a key opens the desk"
    row = DeskSession.objects.get(address="192.0.2.8")
    assert max_.post("/account/sessions/", {"session": row.public_id}).status_code == 302
    assert is_in(there), "another one's"
    here.post("/account/sessions/", {"session": row.public_id})
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)
    here.post("/account/sessions/", {"session": "all"})
    assert (is_in(here), is_in(third), is_in(max_)) == (True, False, True)
    assert AuditEntry.objects.filter(property=hotel, action="end sessions").count() == 2


def test_a_new_password_ends_all_other_sessions(hotel: Property) -> None:
    here, there = (sign_in(hotel, "clara", "clerk") for _ in range(2))
    body = {"current": PASSWORD, "password": "a-better-one-88", "again": "a-better-one-88"}
    assert here.post("/account/password/", body).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)


def test_the_list_of_sessions_is_not_written_at_each_poll(hotel: Property, clock: Any) -> None:
    client = sign_in(hotel, "clara", "clerk")
    clock.shift(timedelta(minutes=30))
    before = DeskSession.objects.get(user__username="clara", address__isnull=False)
    client.get("/GRAND/strip/", headers=POLL)
    assert DeskSession.objects.get(pk=before.pk).used_at == before.used_at
    client.get("/GRAND/", headers=PERSON)
    used = DeskSession.objects.get(pk=before.pk).used_at
    assert used == house.at("2026-05-04 10:30:00")


def test_browsers_are_told_to_stay_with_tls_where_it_is_asked_for(
    hotel: Property, settings: Any
) -> None:
    assert Client().get("/sign-in/").headers.get("Strict-Transport-Security") is None
    settings.SECURE_HSTS_SECONDS = 31536000
    answer = Client().get("/sign-in/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000"
