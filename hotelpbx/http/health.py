"""The health probes ``/healthz`` and ``/readyz``."""

from collections.abc import Callable
from typing import Final

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

#: The paths of the probes.
PATHS: Final = ("/healthz", "/readyz")


def healthz(request: HttpRequest) -> HttpResponse:
    """The process is running."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """The process can serve: the database answers and its migrations are applied.

    The PBX and Redis are not checked: the front desk works without them.
    """
    fault = database_fault()
    if fault:
        return JsonResponse({"state": "not ready", "detail": fault}, status=503)
    return JsonResponse({"state": "ready"})


def database_fault() -> str | None:
    """Why the database cannot be used, for people; None if it can."""
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
    """Answers the health probes before host checks and redirects, for a container's probe."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return healthz(request)
        if request.path == "/readyz":
            return readyz(request)
        return self.get_response(request)
