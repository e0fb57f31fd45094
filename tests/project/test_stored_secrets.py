"""No stored secret goes to a host that was set by somebody who does not know it."""

import hashlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import User
from django.test import Client

from configuration.doctor import run as doctor
from configuration.hotel_file.loading.load import load_hotel
from frontdesk.guard.seal import FIELD
from frontdesk.hotel_settings.sections import SECTIONS
from pbx import link, outbox, session
from pbx.delivery import deliver_due
from pbx.models import Pbx, PbxLink
from pbx.simulator import Simulator
from pbx.simulator.server import Settings
from rooms.models import AuditEntry, Property
from tests import house
from tests.frontdesk.one_strip import read_once
from tests.frontdesk.people import seal_in, staff
from tests.pbx.wire_server import WireServer, serving

pytestmark = pytest.mark.django_db

IN_THE_ENVIRONMENT: Final = "pa55word-of-the-environment"
LITERAL: Final = "pa55word-of-the-other"
PIN: Final = "471147"
OWN_PASSWORD: Final = "what-max-knows-himself"


def answer(request: BaseHTTPRequestHandler) -> None:
    """Whatever is asked: yes, and here is a token."""
    body = json.dumps({"status": "Success", "token": "of-the-trap"}).encode()
    request.send_response(200)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@pytest.fixture
def trap() -> Iterator[WireServer]:
    """A host of the attacker's."""
    with serving(answer) as server:
        yield server


@pytest.fixture
def exchanges() -> Iterator[tuple[Simulator, Simulator]]:
    """The two hotels' own."""
    mine, other = (
        Simulator(Settings(extensions=["2201"], password=word))
        for word in (IN_THE_ENVIRONMENT, LITERAL)
    )
    with mine, other:
        yield mine, other


@pytest.fixture
def hotels(
    db: None,
    tmp_path: Path,
    exchanges: tuple[Simulator, Simulator],
    monkeypatch: pytest.MonkeyPatch,
) -> list[Property]:
    """GRAND's password is in the environment, OTHER's in the database; both are signed in."""
    monkeypatch.setenv("PBX_PASSWORD", IN_THE_ENVIRONMENT)
    found = []
    for code, exchange, word in zip(
        ("GRAND", "OTHER"), exchanges, ("env:PBX_PASSWORD", LITERAL), strict=True
    ):
        hotel = load(tmp_path, code, exchange.url, word)
        work(hotel)
        assert PbxLink.objects.get(pbx=hotel.pbx).token
        found.append(hotel)
    return found


def load(folder: Path, code: str, url: str, password: str) -> Property:
    house.build(folder, code=code, url=url, rooms=("201",))
    path = folder / f"{code}.toml"
    given = f'password = "{password}"\nvoicemail_pin = "{PIN}"'
    path.write_text(path.read_text().replace('password = "secret"', given))
    load_hotel(path)
    return Property.objects.select_related("pbx").get(code=code)


def pbx_of(hotel: Property) -> Pbx:
    """As it is now."""
    return Pbx.objects.get(property=hotel)


def work(hotel: Property) -> None:
    """All that speaks to a PBX, in its own order: session, phones, a look by a person."""
    pbx = pbx_of(hotel)
    outbox.provision(pbx, "2201", {"reset_pin": True, "dnd": "off"}, subject="stay:1")
    PbxLink.objects.filter(pbx=pbx).update(heartbeat_at=None)
    link.keep_alive(pbx)
    deliver_due(pbx)
    list(doctor.check_property(Property.objects.select_related("pbx").get(pk=hotel.pk)))


def md5(password: str) -> str:
    """As a login sends it."""
    return hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()


def secrets_of(hotels: list[Property]) -> set[str]:
    """All that is stored, as it is and as it travels."""
    plain = {IN_THE_ENVIRONMENT, LITERAL, PIN, settings.SECRET_KEY}
    plain |= {settings.DATABASES["default"]["PASSWORD"]} - {"", None}
    stored = {row.token for row in PbxLink.objects.all()}
    stored |= {row.report_secret for row in Pbx.objects.all()}
    digests = {md5(each) for each in plain}
    return plain | digests | stored | {session.report_address(p).url for p in Pbx.objects.all()}


def heard(trap: WireServer) -> str:
    """Everything that the trap was told."""
    return "".join(f"{each.target}{each.headers}{each.body!r}" for each in trap.asked)


def sent(client: Client, path: str, **values: str) -> int:
    """The form at ``path`` with other values; the status of the answer."""
    page = client.get(path)
    form = page.context["form"]
    body = {field.name: field.value() for field in form if field.value() not in (None, False)}
    seal = {FIELD: seal_in(page.content.decode())}
    return client.post(path, {**body, **seal, **values}).status_code


def stay_signed_in(client: Client) -> None:
    """Max may just have changed the password."""
    user = User.objects.get(username="max")
    if client.session.get(HASH_SESSION_KEY) != user.get_session_auth_hash():
        client.force_login(user)


def doors(client: Client, hotel: Property) -> Iterator[tuple[str, list[str]]]:
    """Every form of the settings with the fields that take text."""
    for section in SECTIONS:
        paths = [f"/{hotel.code}/settings/{section.slug}/"]
        if section.rows is not None:
            paths = [f"{paths[0]}{row.pk}/" for row in section.rows(hotel)[:1]]
            paths.append(f"/{hotel.code}/settings/{section.slug}/add/")
        for path in paths:
            form = client.get(path).context["form"]
            yield path, [name for name, field in form.fields.items() if not field.disabled]


def hostile(trap: WireServer) -> list[dict[str, str]]:
    """What Max, who does not know the stored secrets, tries at the page of the PBX."""
    there = {"url": trap.url}
    return [
        there,
        {"url": trap.url.replace("127.0.0.1", "localhost")},
        {"url": trap.url.replace("http://", "https://"), "verify_tls": "false"},
        *({**there, "password": f"env:{name}"} for name in ("PBX_PASSWORD", "SECRET_KEY")),
        {**there, "password": "env:DATABASE_URL", "voicemail_pin": "1"},
        {**there, "password": " "},
        {**there, "password": OWN_PASSWORD},
        {**there, "password": OWN_PASSWORD, "voicemail_pin": "1234"},
        {**there, "username": "another"},
    ]


def test_no_secret_goes_to_a_host_of_somebody_who_does_not_know_it(
    hotels: list[Property], trap: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Max tries every form of the settings; then one succeeds, with a password that Max chose."""
    read_once(monkeypatch)
    grand, other = hotels
    secrets = secrets_of(hotels)
    max_ = staff(grand, "max", "manager")
    for path, fields in doors(max_, grand):
        assert max_.post(path.replace("GRAND", "OTHER"), {"url": trap.url}).status_code == 404
        for name in fields:
            for value in (trap.url, "env:PBX_PASSWORD", "/etc/hostname"):
                sent(max_, path, **{name: value})
                stay_signed_in(max_)
    work(grand)
    for values in hostile(trap):
        sent(max_, "/GRAND/settings/pbx/", **values)
        work(grand)
        told = heard(trap)
        assert [each for each in secrets if each in told] == [], values
        if pbx_of(grand).url != trap.url:
            assert not trap.asked, values
    work(other)
    assert md5(OWN_PASSWORD) in heard(trap), "the chosen password was sent"
    assert [each for each in secrets if each in heard(trap)] == []
    assert pbx_of(other).url != trap.url


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, {"password": "enter the password again", "voicemail_pin": "enter the Voicemail PIN"}),
        ({"password": "env:PBX_PASSWORD"}, {"password": "named only in the hotel file"}),
        ({"password": OWN_PASSWORD}, {"voicemail_pin": "The address has changed"}),
    ],
)
def test_a_changed_address_asks_for_the_secrets_again(
    hotels: list[Property], trap: WireServer, values: dict[str, str], told: dict[str, str]
) -> None:
    max_ = staff(hotels[0], "max", "manager")
    fixed = {"name": "main", "username": "api", "verify_tls": "true", "parallel_requests": "4"}
    page = max_.post("/GRAND/settings/pbx/", {**fixed, **values, "url": trap.url})
    assert page.status_code == 422
    faults = {name: str(words) for name, words in page.context["form"].errors.items()}
    assert list(faults) == list(told)
    assert all(words in faults[name] for name, words in told.items())
    assert not AuditEntry.objects.filter(action="change settings").exists()


def test_the_same_address_in_other_words_asks_for_nothing(hotels: list[Property]) -> None:
    max_ = staff(hotels[0], "max", "manager")
    before = pbx_of(hotels[0])
    assert sent(max_, "/GRAND/settings/pbx/", url=f"{before.url}/") == 302
    after = Pbx.objects.get(pk=before.pk)
    assert (after.entrusted_to, after.report_secret, after.password) == (
        before.entrusted_to,
        before.report_secret,
        before.password,
    )


def test_a_certificate_that_is_no_longer_looked_at_is_another_destination(
    hotels: list[Property],
) -> None:
    """Whoever sits on the way would be given the password."""
    Pbx.objects.filter(pk=pbx_of(hotels[0]).pk).update(
        url="https://127.0.0.1:9", entrusted_to="https://127.0.0.1:9 verify_tls=true"
    )
    max_ = staff(hotels[0], "max", "manager")
    assert sent(max_, "/GRAND/settings/pbx/", verify_tls="false") == 422
    assert sent(max_, "/GRAND/settings/pbx/", username="desk") == 302


def test_the_ca_file_of_the_hotel_file_can_be_kept_and_none_be_named(
    hotels: list[Property],
) -> None:
    ours = "/etc/ssl/our-pbx.pem"
    Pbx.objects.filter(pk=pbx_of(hotels[0]).pk).update(verify_tls=ours)
    max_ = staff(hotels[0], "max", "manager")
    path = "/GRAND/settings/pbx/"
    assert sent(max_, path, username="desk") == 302
    assert sent(max_, path, verify_tls="/etc/passwd") == 422
    assert pbx_of(hotels[0]).verify_tls == ours


@pytest.mark.parametrize(
    ("url", "verify_tls"),
    [("http://PBX.example", "true"), ("https://pbx.example:8443", "false"), ("https://a", "/ca")],
)
def test_what_an_older_version_stored_was_entered_for_its_address(
    hotel: Property, url: str, verify_tls: str
) -> None:
    Pbx.objects.update(url=url, verify_tls=verify_tls, entrusted_to="")
    import_module("pbx.migrations.0007_entrusted").trust_what_was_entered(apps, None)
    assert Pbx.objects.get().resolved_password == "secret"


def test_an_address_changed_behind_our_back_gets_nothing(
    hotels: list[Property], trap: WireServer
) -> None:
    """Whatever door it came through: the rule stands where the secrets are sent."""
    Pbx.objects.filter(pk=pbx_of(hotels[0]).pk).update(url=trap.url)
    work(hotels[0])
    assert not trap.asked
    assert "address was changed" in PbxLink.objects.get(pbx=hotels[0].pbx_id).last_error


def test_the_hotel_file_takes_its_password_to_its_address(
    hotels: list[Property], tmp_path: Path
) -> None:
    """Whoever writes it knows the password, or names its variable."""
    before = pbx_of(hotels[0])
    with Simulator(Settings(extensions=["2201"], password=IN_THE_ENVIRONMENT)) as moved:
        changes = (tmp_path / "GRAND.toml").read_text().replace(before.url, moved.url)
        (tmp_path / "GRAND.toml").write_text(changes)
        lines = load_hotel(tmp_path / "GRAND.toml")
        link.keep_alive(Pbx.objects.get(pk=before.pk))
        after = PbxLink.objects.select_related("pbx").get(pbx=before.pk)
        assert (after.state, after.last_error) == (PbxLink.State.UP, "")
        assert after.token in moved.sessions._sessions
    assert after.pbx.report_secret != before.report_secret
    assert f"~ PBX main: url {before.url} → {moved.url}" in lines
    assert "~ PBX main: report_secret changed" in lines
    assert not any("entrusted" in line or after.pbx.report_secret in line for line in lines)
    assert load_hotel(tmp_path / "GRAND.toml") == []


def test_a_changed_address_is_signed_in_to_at_once(hotels: list[Property]) -> None:
    """Not after the next heartbeat, and never with the token of the old one."""
    pbx = pbx_of(hotels[0])
    link.keep_alive(pbx)
    old = PbxLink.objects.get(pbx=pbx).token
    with Simulator(Settings(extensions=["2201"], password=OWN_PASSWORD)) as moved:
        max_ = staff(hotels[0], "max", "manager")
        path = "/GRAND/settings/pbx/"
        assert sent(max_, path, url=moved.url, password=OWN_PASSWORD, voicemail_pin="1234") == 302
        link.keep_alive(Pbx.objects.get(pk=pbx.pk))
        new = PbxLink.objects.get(pbx=pbx).token
        assert new != old
        assert new in moved.sessions._sessions
        assert old not in str(list(moved.state.requests))
