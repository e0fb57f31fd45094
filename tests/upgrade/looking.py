"""What a hotel answers: resources, metrics, pages and rows, in a form that can be compared.

Prose may be worded anew, so of it only counts whether there is any.
"""

import json
import re
from typing import Any, Final

from tests.upgrade.faces import Desk, House

_RUNS: Final = "SELECT id FROM rooms_resync WHERE property_id = 1 AND state = 'completed'"
PROSE: Final = frozenset({"detail", "error"})
_LISTS: Final = ("rooms", "stays", "wake-up-calls", "charges", "calls")
_VOLATILE: Final = frozenset({"id"})  # of events: drawn by lot


def answers(house: House) -> dict[str, Any]:
    """Of every resource that can be read."""
    found = {f"{name}/": _all(house, f"{name}/?limit=200") for name in _LISTS}
    found["attention/"] = _all(house, "attention/")
    for name, which in (
        ("folio", "id IN (SELECT stay_id FROM billing_charge)"),
        ("payments", "id IN (SELECT stay_id FROM billing_payment)"),
    ):
        for reference in _stays(house, which):
            path = f"stays/{reference}/{name}/"
            found[path] = without_prose(house.ask("GET", path))
    for call in found["wake-up-calls/"]:
        path = f"wake-up-calls/{call['id']}/"
        found[path] = without_prose(house.ask("GET", path))
    for (number,) in house.sql("SELECT id FROM rooms_job ORDER BY id"):
        found[f"jobs/{number}/"] = without_prose(house.ask("GET", f"jobs/{number}/"))
    found["status/"] = without_prose(house.ask("GET", "status/"))
    found["metrics"] = metrics(house)
    found["events/"] = [
        {name: without_prose(value) for name, value in event.items() if name not in _VOLATILE}
        for event in _events(house)
    ]
    return found


def metrics(house: House) -> list[str]:
    """The series, with their values."""
    status, text = house.answer("GET", "/metrics")
    assert status == 200
    return [line for line in text.decode().splitlines() if not line.startswith("# HELP")]


def without_prose(answer: Any) -> Any:
    """The same, with each text for people cut short."""
    if isinstance(answer, dict):
        return {
            name: ("…" if value else value)
            if name in PROSE and isinstance(value, str)
            else without_prose(value)
            for name, value in answer.items()
        }
    if isinstance(answer, list):
        return [without_prose(each) for each in answer]
    return answer


def shape(value: Any) -> Any:
    """The names in some JSON, and what kind of value each has."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in sorted(value.items())}
    if isinstance(value, list):
        kinds = [shape(each) for each in value]
        return [each for place, each in enumerate(kinds) if each not in kinds[:place]]
    return {"NoneType": "null", "str": "string", "bool": "boolean"}.get(
        type(value).__name__, "number"
    )


def events(house: House) -> dict[str, Any]:
    """What the events of the day had in their data, by type: names and kinds of values."""
    shapes: dict[str, list[Any]] = {}
    for kind, data in house.sql("SELECT type, data::text FROM events_event ORDER BY position"):
        found = shape(json.loads(data))
        if found not in shapes.setdefault(kind, []):
            shapes[kind].append(found)
    return dict(sorted(shapes.items()))


def pages(house: House, desk: Desk) -> list[str]:
    """One page of each kind can be opened."""
    found = ["", "strip/", "arrivals/", "in-house/", "stays/?q=a", "stays/new/", "housekeeping/"]
    found += ["minibar/", "attention/", "pbx/", "pbx/compare/", "calls/", "history/", "reports/"]
    found += ["logo/", "rooms/201/", "stays/HB-1009/folio.pdf", "settings/what-if/"]
    found += [f"wake-up-calls/{each}" for each in ("", "?wall=1", "print/", "log/", "lists/2/")]
    found += [f"reports/{name}.csv" for name in ("calls", "charges", "minibar")]
    found += [f"settings/{each}/" for each in ("hotel", "pbx", "rooms", "classes", "api-keys")]
    found += [f"pbx/compare/?run={number}" for (number,) in house.sql(_RUNS)]
    for reference in _stays(house, "id IN (SELECT min(id) FROM rooms_stay GROUP BY status)"):
        found += [f"stays/{reference}/{each}" for each in ("", "folio/")]
    for path in found:
        assert desk.page(f"/GRAND/{path}"), path
    return found


def read_all_rows() -> dict[str, int]:
    """Read every column and property of every row by its model; rows of each table."""
    from django.apps import apps

    counts: dict[str, int] = {}
    for model in apps.get_models():
        own = [name for name in dir(model) if isinstance(getattr(model, name, None), property)]
        rows = list(model._base_manager.all())
        for row in rows:
            assert str(row) is not None
            for field in model._meta.concrete_fields:
                field.value_to_string(row)
            for name in own:
                if name != "pk":
                    getattr(row, name)
        counts[model._meta.db_table] = len(rows)
    return counts


def dial_plan(text: str) -> list[str]:
    """A dial plan without its comments."""
    lines = (re.sub(r"\s*;.*", "", line).strip() for line in text.splitlines())
    return [line for line in lines if line]


def _stays(house: House, which: str) -> list[str]:
    query = f"SELECT reference FROM rooms_stay WHERE {which} ORDER BY id"  # noqa: S608 (our own)
    return [str(reference) for (reference,) in house.sql(query)]


def _all(house: House, path: str) -> Any:
    answer = house.ask("GET", path)
    assert answer["next"] is None, path
    return without_prose(answer["results"])


def _events(house: House) -> list[Any]:
    return [
        *house.ask("GET", "events/?limit=200")["results"],
        *house.ask("GET", "events/?after=200&limit=200")["results"],
    ]
