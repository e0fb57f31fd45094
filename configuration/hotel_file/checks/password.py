"""Checks the variable that holds the PBX's password, if the hotel file names one."""

from configuration.hotel_file.checks.cross_checks import Finding
from configuration.hotel_file.tables import PbxTable
from hotelpbx.environment.variables import VariableFault, value_of
from pbx.models import FROM_ENVIRONMENT


def password_findings(table: PbxTable) -> list[Finding]:
    """A fault if the variable is not set: no process could log in."""
    password = table.password.get_secret_value()
    if not password.startswith(FROM_ENVIRONMENT):
        return []
    name = password.removeprefix(FROM_ENVIRONMENT)
    try:
        if value_of(name):
            return []
    except VariableFault as fault:
        return [(("pbx", "password"), f"cannot be read: {str(fault).removesuffix('.')}")]
    told = f"{name} is not set: set it, or {name}_FILE to a file with the password"
    return [(("pbx", "password"), f"names a variable that does not exist: {told}")]
