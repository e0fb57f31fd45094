"""Two hotels in one house: the people and programs of one find nothing of the other.

Every page, form and endpoint of the one is walked with the login and the key of the other.
"""

from pathlib import Path
from typing import Any

import pytest

from api.models import SCOPES
from tests.api.operations import with_a_body
from tests.crawl import world
from tests.crawl.addresses import addresses
from tests.crawl.belongings import Belongings
from tests.crawl.pages import Form
from tests.crawl.walking import Walker, content, walk
from tests.crawl.world import World

pytestmark = [pytest.mark.long, pytest.mark.django_db]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Both have rooms, sections and reports of these names.
COMMON = {"code", "number", "slug", "name"}


@pytest.fixture
def kept(grand: World) -> Belongings:
    """What there is before the other hotel comes."""
    return Belongings(grand.hotel)


@pytest.fixture
def plaza(kept: Belongings, tmp_path: Path) -> World:
    return world.build(tmp_path, "PLAZA", tag="Bbb")


@pytest.fixture
def stranger(grand: World, kept: Belongings, plaza: World) -> Walker:
    """The manager of the Plaza, who must not touch the Grand, nor read of it."""
    own = (*grand.names_of_guests[:2], grand.secrets[0])

    def look(answer: Any, said: str) -> list[str]:
        body = content(answer)
        read = [word for word in own if word.encode() in body]
        return [f"{said}: {each}" for each in (*kept.changed(), *read)]

    return Walker(plaza.sign_in("manager"), look=look)


def headers_of(address: str, key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if address.startswith("/api/") else {}


def test_no_address_of_the_other_hotel_is_there(
    stranger: Walker, grand: World, plaza: World
) -> None:
    key = plaza.key(*SCOPES)
    for address in addresses():
        there = address.of(grand.names)
        for method in METHODS if "code" in address.parts else ():
            answer = stranger.ask(method, there, headers=headers_of(there, key))
            if answer is not None and answer.status_code not in (404, 405):
                stranger.faults.append(f"{method} {there}: {answer.status_code}")
    assert stranger.faults == []


def test_nothing_of_the_other_hotel_is_at_one_s_own_addresses(
    stranger: Walker, grand: World, plaza: World
) -> None:
    key = plaza.key(*SCOPES)
    names = {**grand.names, "code": "PLAZA"}
    for address in addresses():
        if "code" not in address.parts or set(address.parts) <= COMMON:
            continue
        here = address.of(names)
        for method in METHODS:
            answer = stranger.ask(method, here, headers=headers_of(here, key))
            # Acts lead back to a page that says that there is no such thing.
            allowed = (302, 404, 405, 409, 422) if method == "POST" else (404, 405, 422)
            if answer is not None and answer.status_code not in allowed:
                stranger.faults.append(f"{method} {here}: {answer.status_code}")
    assert stranger.faults == []


def test_no_form_takes_what_is_the_other_hotel_s(
    stranger: Walker, grand: World, plaza: World
) -> None:
    theirs = dict.fromkeys(_values(grand))
    _, forms = walk(stranger, "/PLAZA/")
    for form in forms:
        for name in _choosing(form):
            for value in theirs:
                stranger.send(form, {**form.filled(), name: value})
    assert stranger.faults == []


def test_no_body_takes_what_is_the_other_hotel_s(
    stranger: Walker, grand: World, plaza: World
) -> None:
    root, key = "/api/v1/properties/PLAZA/", plaza.key(*SCOPES)
    reference = grand.names["reference"]
    meant = {"R-Smith": plaza.names["reference"], "TOUR": plaza.names["group"]}
    for operation in with_a_body():
        path = operation.path
        for old, new in meant.items():
            path = path.replace(f"/{old}/", f"/{new}/")
        for name in operation.fields:
            body = {**(operation.body or {}), name: reference}
            stranger.ask_json(operation.method, root + path, body, headers=headers_of(root, key))
    assert stranger.faults == []


def _values(world: World) -> list[str]:
    """What a form might carry of the hotel: ids and names of its rows."""
    hotel = world.hotel
    rows = (
        hotel.rooms, hotel.stays, hotel.classes_of_service, hotel.tariffs, hotel.minibar_products
    )  # fmt: skip
    ids = [str(row.pk) for each in rows if (row := each.order_by("-pk").first())]
    return [*ids, world.names["charge"], world.names["reference"], world.names["group"],
            world.names["item"]]  # fmt: skip


def _choosing(form: Form) -> list[str]:
    """The fields in which a row may be named."""
    return [
        name
        for name, each in form.fields.items()
        if name not in ("csrfmiddlewaretoken", "guard", "token")
        and (not each.typed or name in ("stay", "reference", "group", "rooms"))
        and each.kind not in ("submit", "file")
    ]
