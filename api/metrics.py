"""``/metrics``: the watched values, for Prometheus (docs/watching.md).

Nothing is counted in a process: every value is read from the database on request, so all
processes answer the same. There are no guests or secrets in it, but names of properties, so only
loopback and ``METRICS_ALLOWED_NETWORKS`` may read it.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from hotelpbx.http.client_address import client_address, is_within, networks_of
from hotelpbx.task_queue import broker
from pbx.models import PbxLink
from rooms.models import Phone, Property
from rooms.operations.health import Health, health_of
from rooms.operations.status import PropertyStatus

log = logging.getLogger(__name__)

_LOOPBACK: Final = tuple(networks_of(["127.0.0.0/8", "::1"]))
# Headers in which proxies name the client.
_FORWARDED: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
_FORBIDDEN: Final = (
    "Metrics are for loopback and METRICS_ALLOWED_NETWORKS. Behind a proxy, name it in "
    "TRUSTED_PROXIES too.\n"
)

_STATES: Final = ("ok", "degraded", "down")

# Name, description, value; unknown values are omitted.
_NUMBERS: Final[tuple[tuple[str, str, Callable[[PropertyStatus], float | None]], ...]] = (
    (
        "reports_waiting",
        "Reports of the PBX that are stored and not yet processed.",
        lambda found: found.reports_waiting,
    ),
    (
        "oldest_report_age_seconds",
        "Age of the oldest report not yet processed; 0: none waits.",
        lambda found: found.age(found.oldest_report_at) or 0,
    ),
    (
        "commands_waiting",
        "Commands that the PBX has yet to be told.",
        lambda found: found.commands_waiting,
    ),
    (
        "oldest_command_age_seconds",
        "Age of the oldest command that waits; 0: none does.",
        lambda found: found.age(found.oldest_command_at) or 0,
    ),
    (
        "pbx_clock_difference_seconds",
        "How far the PBX's clock is ahead of ours.",
        lambda found: found.link.clock_difference if found.link else None,
    ),
    (
        "pbx_state_age_seconds",
        "How long the link has been in its state.",
        lambda found: found.age(found.link.state_since) if found.link else None,
    ),
    (
        "pbx_heartbeat_age_seconds",
        "Time since the PBX last answered a heartbeat.",
        lambda found: found.age(found.link.used_at) if found.link else None,
    ),
    (
        "pbx_last_report_age_seconds",
        "Time since the last report came.",
        lambda found: found.age(found.link.last_report_at) if found.link else None,
    ),
    (
        "pbx_reports_missing_seconds",
        "For how long the PBX has kept its reports to itself; 0: it sends them.",
        lambda found: (found.age(found.link.reports_missing_since) if found.link else None) or 0,
    ),
    (
        "pbx_pause_seconds",
        'Pause after "apply too frequent" (10025); 0: full speed.',
        lambda found: found.link.pace_seconds if found.link else 0,
    ),
    (
        "pbx_requests_per_minute",
        "Requests to the PBX within the last whole minute.",
        lambda found: found.requests,
    ),
    (
        "pbx_errors_per_minute",
        "Requests within the last whole minute that got no good answer.",
        lambda found: found.errors,
    ),
)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """All metrics as text; whether the database answers is one of them."""
    if not _may_read(request):
        return HttpResponse(_FORBIDDEN, status=403, content_type="text/plain; charset=utf-8")
    registry = CollectorRegistry()
    registry.register(HotelpbxCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_read(request: HttpRequest) -> bool:
    """Whether the client is on loopback or in an allowed network, and its address is certain.

    A proxy not in ``TRUSTED_PROXIES`` may run on this machine and forward anybody's requests.
    """
    meta = request.META
    forwarded = any(meta.get(name) for name in _FORWARDED)
    if forwarded and not is_within(meta.get("REMOTE_ADDR"), settings.TRUSTED_PROXIES):
        return False
    allowed = (*_LOOPBACK, *settings.METRICS_ALLOWED_NETWORKS)
    return is_within(client_address(request), allowed)


class HotelpbxCollector(Collector):
    """The metrics of all properties, as they are when they are collected."""

    def collect(self) -> Iterable[Metric]:
        """Metric families in a fixed order."""
        broker_is_there = broker.is_reachable()  # one that hangs takes a second: once for all
        try:
            found = {
                each.code: health_of(each, lambda: broker_is_there)
                for each in Property.objects.order_by("code")
            }
        except Error as fault:
            log.warning("No metrics: the database is away (%s).", type(fault).__name__)
            return _services(broker_is_there, database=False)
        return [
            *_services(broker_is_there, database=True),
            *_workers(found.values()),
            *_numbers(found),
            *_choices(found),
        ]


def _services(broker_is_there: bool, *, database: bool) -> list[Metric]:
    return [
        _single("database_up", "Whether the database answers.", database),
        _single("broker_up", "Whether Redis answers.", broker_is_there),
    ]


def _workers(found: Iterable[Health]) -> Iterator[Metric]:
    """Worker metrics, which are the same for all properties."""
    for health in found:
        age = health.status.age(health.status.worker_seen_at)
        if age is not None:
            yield _single("worker_pulse_age_seconds", "Time since a worker was at work.", age)
        return


def _numbers(found: dict[str, Health]) -> Iterator[Metric]:
    for name, words, value_of in _NUMBERS:
        family = _labelled(name, words)
        for code, health in found.items():
            value = value_of(health.status)
            if value is not None:
                family.add_metric([code], value)
        yield family


def _choices(found: dict[str, Health]) -> Iterator[Metric]:
    """Metrics with a value for each state: 1 for the present one, or a count."""
    checks = _labelled("check_state", "Whether a check has this state.", "check", "state")
    links = _labelled("pbx_link_state", "Whether the link to the PBX has this state.", "state")
    phones = _labelled("phones", "Phones of the rooms that have this status.", "status")
    waiting = _labelled("attention_items", "Things that need a person.", "kind")
    for code, health in found.items():
        for check in health.checks:
            for state in _STATES:
                checks.add_metric([code, check.name, state], check.state == state)
        link = health.status.link
        for state in PbxLink.State.values:
            links.add_metric([code, state], state == (link.state if link else "unknown"))
        for status in Phone.Status.values:
            phones.add_metric([code, status], health.status.phones.get(status, 0))
        for kind, number in health.status.attention.items():
            waiting.add_metric([code, kind], number)
    yield from (checks, links, phones, waiting)


def _labelled(name: str, words: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"hotelpbx_{name}", words, labels=["property", *labels])


def _single(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"hotelpbx_{name}", words, value=value)
