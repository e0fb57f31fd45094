"""The examinations in their order, each kept from raising."""

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
from configuration.doctor.context import Patient
from configuration.doctor.findings import Finding, State, fault, not_examined, pbx_fault
from pbx.errors import PbxError
from rooms.models import Property

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Examination:
    """What looks, and what must be known before it can.

    :ivar name: of its line, where it fails or cannot be made
    :ivar needs: attributes of the patient that an earlier examination fills
    """

    name: str
    look: Callable[[Patient], Iterator[Finding]]
    needs: tuple[Literal["pbx", "device", "extensions", "routes"], ...] = ()


DATABASE: Final = "database"

_OF_THE_HOUSE: Final = (
    ("broker", installation.redis),
    ("workers", installation.workers),
    ("environment", installation.environment),
)

_OF_A_PROPERTY: Final = (
    Examination("time zones", zones.time_zones),
    Examination("rooms", phones.room_phones),
    Examination("classes of service", routes.classes),
    Examination("PBX password", pbx_checks.password),
    Examination("PBX login", pbx_checks.login, ("pbx",)),
    Examination("extensions", phones.extensions, ("device",)),
    Examination("outbound routes", routes.outbound_routes, ("device",)),
    Examination("codes", phones.codes_are_free, ("extensions", "routes")),
    Examination("wake-up calls", phones.wake_up_numbers, ("extensions",)),
    Examination("tariffs", routes.tariffs, ("routes",)),
    Examination("housekeeping codes", keyed_codes.codes, ("pbx",)),
    Examination("report address", report_address.report_address, ("pbx",)),
    Examination("reports", report_address.silence, ("pbx",)),
)


def examine_house() -> list[Finding]:
    """What all hotels share. Without a database nothing more can be looked at."""
    found = _guarded(DATABASE, installation.database)
    if database_serves(found):
        found += [finding for name, look in _OF_THE_HOUSE for finding in _guarded(name, look)]
    return found


def database_serves(found: list[Finding]) -> bool:
    """Whether the findings of the house let the hotels be examined."""
    return not any(each.name == DATABASE and each.state == State.FAULT for each in found)


def examine(property_: Property) -> list[Finding]:
    """One hotel and its PBX. Nothing is changed; a refused login is not tried again."""
    patient = Patient(property_)
    found: list[Finding] = []
    if patient.pbx is None:
        found.append(
            fault("PBX", "The hotel has no PBX.", "Add [pbx] to the hotel file and load it again.")
        )
    for examination in _OF_A_PROPERTY:
        found += _made(examination, patient)
    return found


def _made(examination: Examination, patient: Patient) -> list[Finding]:
    if any(getattr(patient, name) is None for name in examination.needs):
        reason = (
            "There is no PBX." if patient.pbx is None else "The PBX could not be asked: see above."
        )
        return [not_examined(examination.name, reason)]
    return _guarded(examination.name, lambda: examination.look(patient))


def _guarded(name: str, look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """What it found until it ended or failed; its failure is a finding too."""
    found: list[Finding] = []
    try:
        found.extend(look())
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
        # A doctor that falls ill himself must still see the other patients.
        log.exception("The examination %r failed.", name)
        found.append(
            fault(
                name,
                f"The examination failed with {type(error).__name__}.",
                "This is a fault of the program: report it with the log.",
            )
        )
    return found
