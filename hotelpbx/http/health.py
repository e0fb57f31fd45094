"""``/healthz`` and ``/readyz`` (contract §7)."""

from collections.abc import Callable
from typing import Final

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

#: Where they are asked for.
PATHS: Final = ("/healthz", "/readyz")


def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """This process can serve: the database answers and its tables are the ones we know.

    The PBX and Redis are not asked: the desk works without them.
    """
    fault = database_fault()
    if fault:
        return JsonResponse({"state": "not ready", "detail": fault}, status=503)
    return JsonResponse({"state": "ready"})


def database_fault() -> str | None:
    """What keeps the database from serving, in words; None when nothing does."""
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "The database does not answer."
    if pending:
        return "Migrations are not applied: run manage.py migrate."
    return None


class HealthMiddleware:
    """Answers the health addresses before host checks and redirects, for a container's probe."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return healthz(request)
        if request.path == "/readyz":
            return readyz(request)
        return self.get_response(request)
