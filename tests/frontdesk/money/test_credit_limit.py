"""The credit limit at the desk: typed, seen, passed on purpose; in the file and the settings."""

from pathlib import Path

import pytest
from django.test import Client

from configuration.hotel_file.loading.load import load_hotel
from pbx.models import Command
from rooms.models import Property, Stay
from tests import house

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(hotel: Property) -> Stay:
    """Alice Smith, in room 201."""
    return house.check_in(hotel, "Smith")


def edit(client: Client, stay: Stay, limit: str) -> int:
    sent = {
        "last_name": "Smith",
        "arrival": stay.arrival.isoformat(),
        "departure": stay.departure.isoformat(),
        "class_of_service": str(stay.class_of_service_id),
        "credit_limit": limit,
    }
    return client.post("/GRAND/stays/R-Smith/edit/", sent).status_code


def laundry(client: Client, amount: str, **more: str) -> int:
    sent = {"description": "Laundry", "amount": amount, **more}
    return client.post("/GRAND/stays/R-Smith/charge/", sent).status_code


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_clerk_sets_a_limit_and_takes_it_away(clara: Client, alice: Stay) -> None:
    assert edit(clara, alice, "80.5") == 302
    assert 'name="credit_limit" value="80.50"' in page(clara, "/GRAND/stays/R-Smith/edit/")
    assert edit(clara, alice, "") == 302
    assert Stay.objects.get().own_credit_limit is None
    assert edit(clara, alice, "0.005") == 422


def test_the_desk_sees_a_barred_phone_wherever_it_looks(clara: Client, alice: Stay) -> None:
    edit(clara, alice, "80.00")
    laundry(clara, "80.00")
    assert "owes 80.00 CNY; the credit limit is 80.00" in page(clara, "/GRAND/stays/R-Smith/")
    assert "1 guest has reached the credit limit" in page(clara, "/GRAND/strip/")
    assert "Phone barred" in page(clara, "/GRAND/?show=barred")
    assert "Phone barred" in page(clara, "/GRAND/in-house/")
    edit(clara, alice, "80.01")
    for path in ("/GRAND/stays/R-Smith/", "/GRAND/strip/", "/GRAND/", "/GRAND/in-house/"):
        assert "Phone barred" not in page(clara, path)
        assert "is barred" not in page(clara, path)


def test_a_charge_above_the_limit_needs_a_tick(clara: Client, alice: Stay) -> None:
    assert "accept_over_limit" not in page(clara, "/GRAND/stays/R-Smith/")
    edit(clara, alice, "80.00")
    assert laundry(clara, "80.01") == 422
    assert not alice.charges.exists()
    assert laundry(clara, "80.01", accept_over_limit="on") == 302


def test_a_limit_of_a_class_in_the_settings_goes_to_the_phones(
    hotel: Property,
    clara: Client,
    max_: Client,
    alice: Stay,
) -> None:
    laundry(clara, "50.00")
    standard = hotel.classes_of_service.get(name="standard")
    sent = {"voicemail": "on", "outbound_routes": "local, national", "default": "on"}
    path = f"/GRAND/settings/classes/{standard.pk}/"
    for limit, barred in (("50.00", True), ("50.01", False), ("", False)):
        assert max_.post(path, {**sent, "credit_limit": limit}).status_code == 302
        assert Stay.objects.get().phone_barred is barred
    assert max_.post(path, {**sent, "credit_limit": "1.005"}).status_code == 422


def test_a_limit_in_the_hotel_file_goes_to_the_phones(
    hotel: Property,
    clara: Client,
    alice: Stay,
    tmp_path: Path,
) -> None:
    laundry(clara, "50.00")
    path = tmp_path / "GRAND.toml"
    old = path.read_text()
    path.write_text(old.replace("default = true", 'default = true\ncredit_limit = "50.00"'))
    (line,) = load_hotel(path)
    assert line == "~ class of service standard: credit_limit none → 50"
    assert Stay.objects.get().phone_barred
    before = Command.objects.count()
    assert load_hotel(path) == []
    assert Command.objects.count() == before
    path.write_text(old)
    load_hotel(path)
    assert not Stay.objects.get().phone_barred


def test_new_routes_for_emergency_calls_go_to_barred_phones(
    hotel: Property,
    clara: Client,
    alice: Stay,
    tmp_path: Path,
) -> None:
    edit(clara, alice, "1.00")
    laundry(clara, "1.00")
    house.check_in(hotel, "Jones", number="202")
    Command.objects.all().delete()
    path = tmp_path / "GRAND.toml"
    text = path.read_text().replace("[pbx]", 'emergency_routes = ["help"]\n[pbx]')
    path.write_text(text)
    load_hotel(path)
    (told,) = Command.objects.all()
    assert (told.extension, told.payload["selectoutroute"]) == ("2201", ["help"])
