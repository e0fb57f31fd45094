"""``manage.py create_api_key``"""

import io

import pytest
from django.core.management import CommandError, call_command

from api.models import SCOPES, ApiKey
from rooms.models import AuditEntry, Property
from tests.api.rest import Rest

pytestmark = pytest.mark.django_db


def create(*arguments: str) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("create_api_key", *arguments, stdout=out)
    return out.getvalue()


def test_the_key_stands_alone_on_the_last_line_and_works(hotel: Property) -> None:
    printed = create("GRAND", "PMS", "--scope", "rooms:read", "--scope", "stays:read")
    key = printed.splitlines()[-1]
    assert printed.count(key) == 1
    pms = Rest(hotel, key)
    assert pms.get("rooms/").status == 200
    assert pms.get("stays/").status == 200
    assert pms.get("events/").status == 403
    entry = AuditEntry.objects.get(action="issue API key")
    assert key not in str(entry.after)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("NOWHERE", "PMS", "--scope", "rooms:read"), "NOWHERE"),
        (("GRAND", "PMS", "--scope", "rooms:raed"), "rooms:raed"),
        (("GRAND", "PMS"), "--scope"),
        (("GRAND", " ", "--scope", "rooms:read"), "name"),
        (("GRAND", "x" * 65, "--scope", "rooms:read"), "name"),
    ],
)
def test_a_slip_is_told_and_makes_no_key(
    hotel: Property, arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        create(*arguments)
    assert not ApiKey.objects.exists()


def test_the_error_lists_the_scopes(hotel: Property) -> None:
    with pytest.raises(CommandError) as fault:
        create("GRAND", "PMS", "--scope", "all")
    assert all(scope in str(fault.value) for scope in SCOPES)
