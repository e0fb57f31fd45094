"""What programs outside know of the house by name, apart from the rows that it answers with."""

import argparse
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.upgrade.faces import tasks

_PROSE: Final = frozenset({"description", "summary", "title", "detail"})
_NOT_OURS: Final = ("django.", "rest_framework", "drf_spectacular", "csp", "whitenoise")


def openapi() -> Any:
    """The document as it is served, without its prose."""
    from django.test import Client

    answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    return _without_prose(answer.json())


def hotel_file() -> Any:
    """The JSON schema of hotel files without the names of its classes."""
    document = _hotel_file_class().model_json_schema()
    return _without_prose(_inlined(document, document.get("$defs", {})))


def migrations() -> list[str]:
    """All that there are, in the order of the graph."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    return sorted(f"{app}.{name}" for app, name in loader.disk_migrations)


def commands() -> dict[str, Any]:
    """Our management commands with their arguments."""
    from django.core.management import get_commands, load_command_class

    found = {}
    for name, app in sorted(get_commands().items()):
        if isinstance(app, str) and not app.startswith(_NOT_OURS):
            parser = load_command_class(app, name).create_parser("manage.py", name)
            found[name] = _arguments(parser)
    return found


def task_names() -> list[str]:
    """Celery tasks, by which messages in a queue name them."""
    return sorted(name for name in tasks() if not name.startswith("celery."))


def beat() -> dict[str, Any]:
    """What is sent by the clock, by task: how the entries are called is nobody's affair."""
    from django.conf import settings

    return {
        str(entry["task"]): {name: value for name, value in entry.items() if name != "task"}
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
    }


RECORDINGS: Final[Mapping[str, Callable[[], Any]]] = {
    "openapi": openapi,
    "hotel_file": hotel_file,
    "migrations": migrations,
    "commands": commands,
    "tasks": task_names,
    "beat": beat,
}


def _without_prose(value: Any, *, names: bool = False) -> Any:
    """``names``: the keys of ``value`` are names of fields, not words of the schema."""
    if isinstance(value, dict):
        return {
            key: _without_prose(each, names=key in ("properties", "examples"))
            for key, each in value.items()
            if names or key not in _PROSE or not isinstance(each, str)
        }
    if isinstance(value, list):
        return [_without_prose(each) for each in value]
    return value


def _inlined(value: Any, defined: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_inlined(each, defined) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _inlined(each, defined) for key, each in value.items() if key != "$defs"}
    if reference := found.pop("$ref", ""):
        found = {**_inlined(defined[reference.rpartition("/")[2]], defined), **found}
    return found


def _hotel_file_class() -> Any:
    """The class that reads the file, wherever it is: it has a table ``[property]``."""
    from django.core.management import get_commands, load_command_class
    from pydantic import BaseModel

    load_command_class(str(get_commands()["load_hotel"]), "load_hotel")
    todo, found = [BaseModel], []
    while todo:
        for each in todo.pop().__subclasses__():
            todo.append(each)
            aliases = {field.alias for field in each.model_fields.values()}
            if "property" in aliases and "classes_of_service" in each.model_fields:
                found.append(each)
    (only,) = found
    return only


def _arguments(parser: argparse.ArgumentParser) -> list[dict[str, Any]]:
    usual = argparse.ArgumentParser()
    from django.core.management.base import BaseCommand

    common = BaseCommand().create_parser("manage.py", "x")
    known = {each.dest for each in (*usual._actions, *common._actions)}
    return [
        {
            "names": list(each.option_strings) or [each.dest],
            "takes": each.nargs if each.nargs is not None else "",
            "required": each.required,
            "default": None if each.default is None else str(each.default),
            "choices": sorted(map(str, each.choices)) if each.choices else [],
        }
        for each in parser._actions
        if each.dest not in known
    ]
