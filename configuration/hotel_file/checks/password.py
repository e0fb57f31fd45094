"""The PBX's password, where the hotel file only names the variable that has it."""

from configuration.hotel_file.checks.cross_checks import Finding
from configuration.hotel_file.tables import PbxTable
from hotelpbx.environment.variables import VariableFault, value_of
from pbx.models import FROM_ENVIRONMENT


def password_findings(table: PbxTable) -> list[Finding]:
    """A variable that is not set here: nobody could sign in."""
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
    return [(("pbx", "password"), f"names a variable that is not there: {told}")]
