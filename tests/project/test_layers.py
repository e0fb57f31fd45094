"""The layers: who may import whom (docs/architecture.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]

# Each may import what stands behind it, and itself.
ARROWS: Final[dict[str, set[str]]] = {
    "frontdesk": {"configuration", "wakeups", "billing", "rooms", "pbx", "events", "hotelpbx"},
    "api": {"configuration", "wakeups", "billing", "rooms", "pbx", "events", "hotelpbx"},
    "configuration": {"wakeups", "billing", "rooms", "pbx", "events", "hotelpbx"},
    "wakeups": {"rooms", "pbx", "events", "hotelpbx"},
    "billing": {"rooms", "pbx", "events", "hotelpbx"},
    "rooms": {"pbx", "events", "hotelpbx"},
    "pbx": {"hotelpbx"},
    "events": {"hotelpbx"},
    "hotelpbx": set(),
}


# Inside of an app: each folder or module imports only those before it, so there is no circle.
ORDER: Final[dict[str, list[str]]] = {
    "rooms": [
        *("natural_order", "pictures", "signals", "models"),
        *("audit", "payloads", "locking", "logo", "time_zones"),
        *("phones", "housekeeping", "stays"),
        *("emergency", "report_handlers", "feature_codes", "dial_plan"),
        *("operations", "attention_sources", "resync"),
        *("tasks", "management", "apps"),
    ],
    "billing": [
        *("models", "payloads", "currency", "rating", "tariff_book", "ledger", "calls", "folio"),
        *("minibar", "refill", "removal", "what_if", "analytics", "export", "documents"),
        *("report_handlers", "minibar_code", "attention_sources", "receivers", "tasks"),
        *("management", "apps"),
    ],
    "api": [
        *("models", "requests", "errors", "answers", "authentication", "permissions", "base"),
        *("openapi", "resources", "metrics", "urls", "port_urls", "management", "apps"),
    ],
    "events": ["models", "log", "retention", "tasks", "apps"],
    "wakeups": [
        *("models", "settings", "schedule", "recurrence", "payloads", "occurrences"),
        *("dialed_numbers", "alarms", "booking", "outcome", "escalation"),
        *("attention_sources", "receivers", "tasks", "apps"),
    ],
}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of all that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def parts_imported(path: Path, folder: Path) -> Iterator[tuple[int, str]]:
    """Line and name of each module or folder in ``folder`` that a file imports."""
    package = ".".join(folder.relative_to(ROOT).parts)
    for line, name in imports(path):
        if name.startswith(f"{package}."):
            yield line, name.removeprefix(f"{package}.").split(".")[0]


@pytest.mark.parametrize("package", ARROWS)
def test_a_layer_imports_only_what_is_below_it(package: str) -> None:
    allowed = ARROWS[package] | {package}
    strays = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for line, name in imports(path)
        if (top := name.split(".")[0]) in ARROWS and top not in allowed
    ]
    assert strays == []


def test_the_simulator_is_a_witness_of_its_own() -> None:
    """It shares no code with the client, so it cannot share its mistakes; nor needs it Django."""
    strays = [
        f"{path.name}:{line} imports {name}"
        for path in (ROOT / "pbx" / "simulator").rglob("*.py")
        for line, name in imports(path)
        if name.startswith(("django", "hotelpbx"))
        or (name.startswith("pbx") and not name.startswith("pbx.simulator"))
    ]
    assert strays == []


def test_there_is_nothing_beside_the_layers() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"tests", "bench"} == set(ARROWS)


@pytest.mark.parametrize("app", ORDER)
def test_an_app_is_free_of_circles(app: str) -> None:
    order = ORDER[app]
    strays = []
    for path in sorted((ROOT / app).rglob("*.py")):
        part = path.relative_to(ROOT / app).parts[0].removesuffix(".py")
        if part in ("__init__", "migrations"):
            continue
        allowed = order[: order.index(part) + 1]
        strays += [
            f"{path.relative_to(ROOT)}:{line} imports {app}.{name}"
            for line, name in parts_imported(path, ROOT / app)
            if name not in allowed
        ]
    assert strays == []


@pytest.mark.parametrize("package", ARROWS)
def test_no_folder_has_a_circle_among_its_parts(package: str) -> None:
    """A part is a module or a folder; imports inside functions count."""
    folders = [ROOT / package, *(each.parent for each in (ROOT / package).rglob("*/__init__.py"))]
    found = {
        str(folder.relative_to(ROOT)): circle
        for folder in sorted(set(folders))
        if (circle := _circle(_graph(folder)))
    }
    assert found == {}


def _graph(folder: Path) -> dict[str, set[str]]:
    """Which parts of ``folder`` each of its parts imports."""
    graph: dict[str, set[str]] = {}
    for path in folder.rglob("*.py"):
        part = path.relative_to(folder).parts[0].removesuffix(".py")
        if part != "__init__" and "migrations" not in path.parts:
            graph.setdefault(part, set()).update(
                name for _, name in parts_imported(path, folder) if name != part
            )
    return {part: found & set(graph) for part, found in graph.items()}


def _circle(graph: dict[str, set[str]]) -> set[str]:
    """The parts that are left when those without imports are taken away again and again."""
    left = {part: set(imports) for part, imports in graph.items()}
    while leaves := {part for part, imports in left.items() if not imports}:
        left = {part: found - leaves for part, found in left.items() if part not in leaves}
    return set(left)


# More modules beside each other are not found by their names any more.
MOST_MODULES: Final = 15


def test_no_folder_is_a_heap_of_modules() -> None:
    counts: dict[str, int] = {}
    for package in [*ARROWS, "bench", "bin", "tests"]:
        for path in (ROOT / package).rglob("*.py"):
            if path.name != "__init__.py" and path.parent.name != "migrations":
                folder = str(path.parent.relative_to(ROOT))
                counts[folder] = counts.get(folder, 0) + 1
    assert {folder: count for folder, count in counts.items() if count > MOST_MODULES} == {}
