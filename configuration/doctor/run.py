"""Runs all checks in order; a check that raises becomes a finding."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from django.db import DatabaseError

from configuration.doctor import (
    installation,
    keyed_codes,
    pbx_checks,
    phones,
    report_address,
    routes,
    zones,
)
from configuration.doctor.context import Context
from configuration.doctor.findings import Finding, State, fault, pbx_fault, skipped
from pbx.errors import PbxError
from rooms.models import Property

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Check:
    """A check, and what must be known before it can run.

    :ivar name: of its line in the table if it fails or cannot run
    :ivar needs: attributes of the context that an earlier check sets
    """

    name: str
    run: Callable[[Context], Iterator[Finding]]
    needs: tuple[Literal["pbx", "device", "extensions", "routes"], ...] = ()


DATABASE: Final = "database"

_INSTALLATION_CHECKS: Final = (
    ("broker", installation.redis),
    ("workers", installation.workers),
    ("environment", installation.environment),
)

_PROPERTY_CHECKS: Final = (
    Check("time zones", zones.time_zones),
    Check("rooms", phones.room_phones),
    Check("classes of service", routes.classes),
    Check("PBX password", pbx_checks.password),
    Check("PBX login", pbx_checks.login, ("pbx",)),
    Check("extensions", phones.extensions, ("device",)),
    Check("outbound routes", routes.outbound_routes, ("device",)),
    Check("codes", phones.reserved_numbers, ("extensions", "routes")),
    Check("wake-up calls", phones.wake_up_numbers, ("extensions",)),
    Check("tariffs", routes.tariffs, ("routes",)),
    Check("housekeeping codes", keyed_codes.codes, ("pbx",)),
    Check("report address", report_address.report_address, ("pbx",)),
    Check("reports", report_address.missing_reports, ("pbx",)),
)


def check_installation() -> list[Finding]:
    """Check what all hotels share. Without a database nothing else can be checked."""
    found = _guarded(DATABASE, installation.database)
    if database_is_usable(found):
        found += [finding for name, run in _INSTALLATION_CHECKS for finding in _guarded(name, run)]
    return found


def database_is_usable(found: list[Finding]) -> bool:
    """Whether the findings allow the hotels to be checked."""
    return not any(each.name == DATABASE and each.state == State.FAULT for each in found)


def check_property(property_: Property) -> list[Finding]:
    """Check one hotel and its PBX. Nothing is changed; a refused login is not tried again."""
    context = Context(property_)
    found: list[Finding] = []
    if context.pbx is None:
        found.append(
            fault("PBX", "The hotel has no PBX.", "Add [pbx] to the hotel file and load it again.")
        )
    for check in _PROPERTY_CHECKS:
        found += _run_check(check, context)
    return found


def _run_check(check: Check, context: Context) -> list[Finding]:
    if any(getattr(context, name) is None for name in check.needs):
        reason = (
            "There is no PBX."
            if context.pbx is None
            else "The PBX could not be queried: see above."
        )
        return [skipped(check.name, reason)]
    return _guarded(check.name, lambda: check.run(context))


def _guarded(name: str, run: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """What it found until it ended or failed; a failure is a finding, too."""
    found: list[Finding] = []
    try:
        found.extend(run())
    except PbxError as error:
        found.append(pbx_fault(name, error))
    except DatabaseError as error:
        found.append(
            fault(
                name,
                f"The database failed ({type(error).__name__}).",
                "Start PostgreSQL, run manage.py migrate, then the doctor again.",
            )
        )
    except Exception as error:
        # A bug in one check must not stop the others.
        log.exception("The check %r failed.", name)
        found.append(
            fault(
                name,
                f"The check failed with {type(error).__name__}.",
                "This is an internal error: report it with the log.",
            )
        )
    return found
