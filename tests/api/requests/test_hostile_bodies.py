"""Hostile bodies: mistakes are reported, nothing breaks, nothing is guessed."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.models import Property, Stay
from tests.api.operations import Operation, operations, with_a_body
from tests.api.rest import Rest

pytestmark = pytest.mark.django_db

WRITING = with_a_body()

# Instead of a value of any field.
HOSTILE: list[Any] = [
    None,
    True,
    0,
    -1,
    5,
    1.5,
    10**30,
    1e300,
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "\u202e\u200b",
    "x" * 300,
    "x" * 100_000,
    "0000-00-00",
    "9999-12-31",
    "25:61",
    "'; DROP TABLE rooms_stay; --",
    "%s%n{0}",
    [],
    [None],
    [[]],
    {},
    {"\x00": 1},
    {"amount": "1", "currency": "\ud800"},
    {"amount": [], "currency": {}},
]


PLACES = [(operation, name) for operation in WRITING for name in operation.fields]


@pytest.mark.parametrize(("operation", "name"), PLACES, ids=str)
def test_no_value_of_any_field_breaks_anything(
    furnished: tuple[Rest, dict[str, str]], operation: Operation, name: str
) -> None:
    pms, ids = furnished
    operation = operation.within(ids)
    for value in HOSTILE:
        answer = pms.send(operation.method, operation.path, {**(operation.body or {}), name: value})
        assert answer.status in (200, 201, 202, 409, 422), (value, answer)


@pytest.mark.parametrize("operation", WRITING, ids=str)
def test_a_field_that_does_not_exist_is_told(
    furnished: tuple[Rest, dict[str, str]], operation: Operation
) -> None:
    pms, ids = furnished
    operation = operation.within(ids)
    for name in ("no_such_field", "", "\x00", "\ud800", "x" * 10_000, "a/b~c"):
        answer = pms.send(operation.method, operation.path, {**(operation.body or {}), name: 1})
        assert (answer.status, answer.code) == (422, "validation_error"), name
        assert len(answer.pointers) == 1


@pytest.mark.parametrize("text", ["\x00", "a\x00", "\ud800", "Smith\udc00"])
@pytest.mark.parametrize("name", ["first_name", "last_name", "title", "language"])
def test_a_name_that_cannot_be_stored_is_refused_where_it_stands(
    pms: Rest, hotel: Property, name: str, text: str
) -> None:
    guest = {"last_name": "Smith", name: text}
    answer = pms.put("stays/HB-1/", {"guests": [guest], "departure": "2030-01-01"})
    assert (answer.status, answer.pointers) == (422, [f"/guests/0/{name}"])
    assert not Stay.objects.exists()


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_no_address_breaks_anything(pms: Rest, operation: Operation) -> None:
    first, _, rest = operation.path.partition("/")
    _, slash, tail = rest.partition("/")
    for part in ("%00", "%FF%FE", "%ED%A0%80", "%0A", "%22%27", "x" * 3000, "..%2e"):
        answer = pms.send(operation.method, f"{first}/{part}{slash}{tail}", operation.body)
        # A reservation may well be called "...", and the room have been given to another one.
        fits = answer.status in (404, 405, 422, 201) or answer.code == "room_occupied"
        assert fits, (part, answer)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("operation", WRITING, ids=str)
def test_invented_bodies_break_nothing(
    furnished: tuple[Rest, dict[str, str]], operation: Operation
) -> None:
    pms, ids = furnished
    operation = operation.within(ids)
    names = st.sampled_from([*operation.fields, "x"])
    body = operation.body or {}

    @settings(max_examples=40, deadline=None, database=None, derandomize=True)
    @given(st.dictionaries(names, JSON, max_size=3), st.booleans())
    def send(invented: dict[str, Any], upon_the_example: bool) -> None:
        sent = {**body, **invented} if upon_the_example else invented
        answer = pms.send(operation.method, operation.path, sent)
        assert answer.status in (200, 201, 202, 409, 422), answer

    send()
