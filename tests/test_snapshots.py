"""Rows of a snapshot are what the slow way writes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import transaction

from configuration.hotel_file.loading.load import load_hotel
from rooms.models import Property
from tests import house

pytestmark = pytest.mark.django_db

# Drawn anew for each PBX.
_RANDOM = {"report_secret", "report_digest"}


def picture() -> dict[str, list[dict[str, Any]]]:
    """All rows, with their places in their tables instead of their keys."""
    models = apps.get_models(include_auto_created=True)
    rows = {model: list(model._base_manager.order_by("pk")) for model in models}
    places = {
        (model, row.pk): f"{model.__name__} {place}"
        for model, found in rows.items()
        for place, row in enumerate(found)
    }

    def value_of(row: Any, field: Any) -> Any:
        value = getattr(row, field.attname)
        model = field.remote_field.model if field.remote_field else field.model
        refers = field.primary_key or field.remote_field
        return places[model, value] if refers and value is not None else value

    return {
        model.__name__: [
            {
                field.name: value_of(row, field)
                for field in model._meta.concrete_fields
                if field.name not in _RANDOM
            }
            for row in found
        ]
        for model, found in rows.items()
    }


def after(build: Callable[[], object]) -> dict[str, list[dict[str, Any]]]:
    """The picture that ``build`` gives at an instant, which is taken back."""
    with transaction.atomic(), time_machine.travel("2026-05-04 10:00:00Z", tick=False):
        build()
        found = picture()
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("url", [house.NOWHERE, "https://pbx.example:8088"])
def test_a_small_hotel_is_what_its_file_gives(tmp_path: Path, url: str) -> None:
    rooms = ("201", "202", "203")
    path = house.write_file(tmp_path, "GRAND", url, rooms)
    by_file = after(lambda: load_hotel(path))
    assert len(by_file["Room"]) == 3
    assert after(lambda: house.build(tmp_path, url=url)) == by_file
    # From the rows, whichever of the two had to load it first.
    assert after(lambda: house.build(tmp_path, url=url)) == by_file


def test_two_hotels_keep_to_themselves(tmp_path: Path) -> None:
    for code in ("GRAND", "OTHER"):
        after(lambda code=code: house.build(tmp_path, code=code))  # type: ignore[misc]
    hotels = [house.build(tmp_path, code=code) for code in ("GRAND", "OTHER", "THIRD")]
    assert len({hotel.pk for hotel in hotels}) == len({hotel.pbx_id for hotel in hotels}) == 3
    for hotel in hotels:
        assert [room.number for room in hotel.rooms.order_by("pk")] == ["201", "202", "203"]
        assert {phone.room.property_id for phone in hotel.phones.all()} == {hotel.pk}
        assert hotel.pbx is not None
        assert hotel.pbx.password == "secret"


def test_a_hotel_that_is_there_is_loaded_once_more(hotel: Property, tmp_path: Path) -> None:
    Property.objects.update(name="Another")
    assert house.build(tmp_path).pk == hotel.pk
    hotel.refresh_from_db()
    assert hotel.name == "Grand Hotel"
