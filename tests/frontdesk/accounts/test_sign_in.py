"""Signing in: guessing is slowed down, nobody is locked out, the history tells of it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from pytest_django import Settings

from hotelpbx.http.client_address import networks_of
from rooms.models import AuditEntry, Property
from tests import house
from tests.frontdesk.people import PASSWORD, Browser, staff

pytestmark = pytest.mark.django_db

PROXY = "10.0.0.1"


class Hasher:
    """Counts how often a password was looked at."""

    looks = 0


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> type[Hasher]:
    from django.contrib.auth import hashers

    real = hashers.verify_password

    def counted(*args: Any, **kwargs: Any) -> Any:
        Hasher.looks += 1
        return real(*args, **kwargs)

    Hasher.looks = 0
    monkeypatch.setattr(hashers, "verify_password", counted)
    make = hashers.make_password

    def made(*args: Any, **kwargs: Any) -> Any:
        Hasher.looks += 1
        return make(*args, **kwargs)

    monkeypatch.setattr(User, "set_password", lambda self, raw: made(raw))
    return Hasher


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(house.at("2026-05-04 10:00:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def people(hotel: Property) -> None:
    for name, role in (("clara", "clerk"), ("max", "manager"), ("rosa", "housekeeping")):
        staff(hotel, name, role)


def sign_in(name: str, password: str, address: str = "192.0.2.7", **headers: str) -> Any:
    client = Browser(REMOTE_ADDR=address, **headers)  # type: ignore[arg-type]
    return client.post("/sign-in/", {"username": name, "password": password})


def test_after_five_wrong_ones_a_pause_and_not_a_lock(clock: Any, looks: type[Hasher]) -> None:
    statuses = [sign_in("clara", "guess").status_code for _ in range(8)]
    assert statuses == [422] * 5 + [429] * 3
    answer = sign_in("clara", PASSWORD)
    assert (answer.status_code, answer["Retry-After"]) == (429, "20")
    assert "Try again in 20 seconds" in answer.content.decode()
    assert looks.looks == 5, "what is refused costs no hash"
    clock.shift(20)
    assert sign_in("clara", PASSWORD).status_code == 302
    assert sign_in("clara", PASSWORD).status_code == 302


def test_in_the_pause_one_try_is_looked_at_each_time(clock: Any, looks: type[Hasher]) -> None:
    for _ in range(60):
        sign_in("clara", "guess")
        clock.shift(5)
    assert looks.looks <= 5 + 60 * 5 / 20


def test_one_address_tries_many_names(clock: Any, looks: type[Hasher]) -> None:
    statuses = [sign_in(f"guest{number}", "guess").status_code for number in range(60)]
    assert statuses == [422] * 20 + [429] * 40
    assert looks.looks == 20


def test_a_whole_network_of_ipv6_is_one_place(clock: Any) -> None:
    statuses = [
        sign_in(f"guest{number}", "guess", f"2001:db8::{number:x}").status_code
        for number in range(30)
    ]
    assert statuses == [422] * 20 + [429] * 10


def test_many_addresses_try_one_name(clock: Any, looks: type[Hasher]) -> None:
    statuses = [
        sign_in("clara", "guess", f"198.51.100.{number}").status_code for number in range(40)
    ]
    assert statuses == [422] * 10 + [429] * 30
    assert looks.looks == 10


def test_guessers_do_not_keep_out_who_is_known_here(clock: Any) -> None:
    """Clara has signed in from her desk before; a world of addresses guesses her name."""
    assert sign_in("clara", PASSWORD).status_code == 302
    for number in range(40):
        sign_in("clara", "guess", f"198.51.100.{number}")
    assert sign_in("clara", PASSWORD).status_code == 302
    assert sign_in("clara", PASSWORD, "198.51.100.99").status_code == 429, "unknown there"


def test_slips_of_others_behind_one_address_lock_nobody_out(clock: Any) -> None:
    for number in range(40):
        sign_in(f"guest{number}", "guess")
    assert sign_in("max", PASSWORD).status_code == 429
    clock.shift(5)
    assert sign_in("max", PASSWORD).status_code == 302, "one every five seconds is looked at"
    sign_in("guest1", "guess")
    assert sign_in("max", PASSWORD).status_code == 302, "and he is known now"


def test_a_good_password_forgives_no_guesses_at_others(clock: Any, looks: type[Hasher]) -> None:
    """Or else whoever has a login of his own guesses on without end."""
    for number in range(100):
        sign_in("rosa", PASSWORD)
        sign_in(f"guest{number}", "guess")
    assert looks.looks <= 100 + 20


def test_behind_a_trusted_proxy_each_client_counts_for_itself(
    clock: Any, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = list(networks_of([PROXY]))
    spoofed = [f"203.0.113.{number}, 198.51.100.1" for number in range(30)]
    statuses = [
        sign_in(f"guest{number}", "guess", PROXY, HTTP_X_FORWARDED_FOR=told).status_code
        for number, told in enumerate(spoofed)
    ]
    assert statuses == [422] * 20 + [429] * 10, "the client, whatever it writes"
    other = {"HTTP_X_FORWARDED_FOR": "198.51.100.2"}
    assert sign_in("clara", PASSWORD, PROXY, **other).status_code == 302
    assert AuditEntry.objects.get(action="sign-in").source == "198.51.100.2"


def test_the_present_password_cannot_be_guessed_on_the_account_page(
    hotel: Property, clock: Any
) -> None:
    client = Browser(REMOTE_ADDR="192.0.2.7")
    client.post("/sign-in/", {"username": "clara", "password": PASSWORD})
    body = {"current": "guess", "password": "another-one-1", "again": "another-one-1"}
    pages = [client.post("/account/password/", body).content.decode() for _ in range(7)]
    assert ["Too many wrong passwords" in page for page in pages] == [False] * 5 + [True] * 2


# --- the history ------------------------------------------------------------------------------


def history(hotel: Property) -> list[tuple[str, str, str | None]]:
    rows = AuditEntry.objects.filter(property=hotel, action__startswith="sign-").order_by("pk")
    return list(rows.values_list("actor", "action", "source"))


def test_the_history_tells_who_signed_in_and_who_was_refused(
    hotel: Property, tmp_path: Any
) -> None:
    other = house.build(tmp_path, code="OTHER")
    staff(other, "olga", "manager")
    sign_in("clara", "guess")
    client = Browser(REMOTE_ADDR="192.0.2.7")
    client.post("/sign-in/", {"username": "clara", "password": PASSWORD})
    client.post("/sign-out/")
    sign_in("olga", "guess", "192.0.2.8")
    assert history(hotel) == [
        ("clara", "sign-in refused", "192.0.2.7"),
        ("clara", "sign-in", "192.0.2.7"),
        ("clara", "sign-out", "192.0.2.7"),
    ]
    assert history(other) == [("olga", "sign-in refused", "192.0.2.8")]
    max_ = Browser()
    max_.force_login(User.objects.get(username="max"))
    page = max_.get("/GRAND/history/").content.decode()
    assert "sign-in refused" in page
    assert "olga" not in page


def test_names_that_nobody_has_are_not_shown_and_do_not_fill_the_history(
    hotel: Property, clock: Any
) -> None:
    """One may be a password, typed into the wrong field."""
    for number in range(50):
        sign_in(f"my-password-{number}", "x", "203.0.113.5")
    assert history(hotel) == [("unknown name", "sign-in refused", "203.0.113.5")]
    assert "my-password" not in str(list(AuditEntry.objects.values()))
