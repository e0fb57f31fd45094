"""The hotel file as a whole: read and checked, with all faults reported (docs/hotel-file.md)."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from configuration.hotel_file.checks.cross_checks import Finding, cross_check
from configuration.hotel_file.checks.limits import MAX_BYTES, exceeded_limit
from configuration.hotel_file.checks.logo import logo_findings
from configuration.hotel_file.checks.password import password_findings
from configuration.hotel_file.faults import Fault, HotelFileFaults
from configuration.hotel_file.locations import Document, Loc, table_and_key
from configuration.hotel_file.tables import (
    ClassOfServiceTable,
    FeatureCodesTable,
    PbxTable,
    ProductTable,
    PropertyTable,
    RetentionTable,
    RoomTable,
    Table,
    TariffTable,
    WakeUpCallsTable,
)
from configuration.hotel_file.validation_messages import FILE_TABLES, reason_of


class HotelFile(Table):
    """A valid hotel file. ``hotel`` is its table ``[property]``."""

    hotel: PropertyTable = Field(alias="property")
    pbx: PbxTable
    feature_codes: FeatureCodesTable = FeatureCodesTable()
    wake_up_calls: WakeUpCallsTable = WakeUpCallsTable()
    retention: RetentionTable = RetentionTable()
    classes_of_service: Annotated[list[ClassOfServiceTable], Field(min_length=1)]
    rooms: list[RoomTable] = []
    minibar_products: list[ProductTable] = []
    tariffs: list[TariffTable] = []

    @property
    def default_class(self) -> ClassOfServiceTable:
        """The class marked as default, else the first."""
        marked = (entry for entry in self.classes_of_service if entry.default)
        return next(marked, self.classes_of_service[0])

    @property
    def pbx_timezone(self) -> str:
        """The zone of the PBX's clock: its own or the property's."""
        return self.pbx.timezone or self.hotel.timezone


def parse_hotel_file(path: Path, *, to_be_loaded: bool = False) -> HotelFile:
    """Read and check a hotel file.

    :param to_be_loaded: then the variable with the PBX's password must be set
    :raises HotelFileFaults: all faults of the file, in the order of its tables
    """
    document = _read(path)
    if isinstance(document, str):
        raise HotelFileFaults([Fault(str(path), "", "", document)])
    hotel_file, findings = _check(document)
    findings.extend(cross_check(document))
    findings.extend(logo_findings(document, path.parent))
    if hotel_file and to_be_loaded:
        findings.extend(password_findings(hotel_file.pbx))
    if hotel_file and not findings:
        return hotel_file
    findings.sort(key=lambda finding: _order(finding[0]))
    raise HotelFileFaults(
        Fault(str(path), *table_and_key(document, loc), reason) for loc, reason in findings
    )


def _check(document: Document) -> tuple[HotelFile | None, list[Finding]]:
    """The file's tables, or the faults of each.

    Faults are returned as sentences, never as pydantic's exception, which contains the whole
    document, including the password.
    """
    try:
        return HotelFile.model_validate(document), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
    return None, [(found["loc"], reason_of(found)) for found in errors]


def _read(path: Path) -> dict[str, Any] | str:
    """The document, or the reason why it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            return f"has more than {MAX_BYTES} bytes: is it a hotel file?"
        text = content.decode("utf-8-sig")
        if limit := exceeded_limit(text):
            return limit
        # Floats are parsed as Decimal, so that a message can show them as written.
        return tomllib.loads(text, parse_float=Decimal)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return f"line {line} is not UTF-8 text: save the file as UTF-8"
    except tomllib.TOMLDecodeError as error:
        last = f"at line {len(text.splitlines())}, the end of the file"
        return f"is not valid TOML: {str(error).replace('at end of document', last)}"
    except (ValueError, ArithmeticError, RecursionError):
        return "holds a number of thousands of digits: no value of a hotel file is that long"


def _order(loc: Loc) -> list[int]:
    first = str(loc[0])
    table = FILE_TABLES.index(first) if first in FILE_TABLES else len(FILE_TABLES)
    return [table, *(part for part in loc if isinstance(part, int))]
