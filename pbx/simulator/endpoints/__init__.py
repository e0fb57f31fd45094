"""The API's endpoints: similar modules, each with a table ``CALLS``."""

from pbx.simulator.endpoints import alarms, calls, extensions, hotel, records, system, voicemail
from pbx.simulator.endpoints.base import Call

CALLS: dict[str, Call] = {
    **system.CALLS,
    **extensions.CALLS,
    **alarms.CALLS,
    **hotel.CALLS,
    **voicemail.CALLS,
    **records.CALLS,
    **calls.CALLS,
}
"""Path below ``/api/v1.1.0/`` → function; the server handles login, heartbeat and logout."""
