"""All that belongs to a hotel in the database, as one fingerprint."""

from typing import Any, Final

from django.apps import apps
from django.db import connection, models

from rooms.models import Property

_APPS: Final = ("rooms", "billing", "wakeups", "pbx", "events", "frontdesk", "api")


class Belongings:
    """What belongs to ``hotel`` now. ``changed()``: which tables no longer are as they were."""

    def __init__(self, hotel: Property) -> None:
        pieces = [self._piece(model, hotel) for name in _APPS for model in _models(name)]
        self._sql = " UNION ALL ".join(pieces)
        self._before = self._now()
        assert len(self._before) > 20

    def changed(self) -> list[str]:
        """The names of the tables that differ."""
        now = self._now()
        return sorted(name for name in now if now[name] != self._before[name])

    def _now(self) -> dict[str, str]:
        with connection.cursor() as cursor:
            cursor.execute(self._sql)
            return dict(cursor.fetchall())

    def _piece(self, model: type[models.Model], hotel: Property) -> str:
        table = model._meta.db_table
        return (
            f"SELECT '{table}', count(*) || coalesce(md5(string_agg(md5(t::text), '' "  # noqa: S608
            f"ORDER BY t::text)), '') FROM {table} t WHERE {_own(model, hotel)}"
        )


def _models(name: str) -> Any:
    return apps.get_app_config(name).get_models()


def _own(model: type[models.Model], hotel: Property) -> str:
    """Which rows are the hotel's; of those without a hint, the ones that there are."""
    names = {field.attname for field in model._meta.concrete_fields}
    if model is Property:
        return f"id = {hotel.pk}"
    if "property_id" in names:
        return f"property_id = {hotel.pk}"
    if "property_code" in names:
        return f"property_code = '{hotel.code}'"
    if "pbx_id" in names:
        return f"pbx_id = {hotel.pbx_id}"
    rows = model._default_manager.values_list("pk", flat=True)
    key = model._meta.pk.column if model._meta.pk else "id"
    found = ", ".join(f"'{each}'" for each in rows if isinstance(each, (int, str)))
    return f"{key}::text IN ({found})" if found else "false"
