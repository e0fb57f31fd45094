"""The API's endpoints: sibling modules of one shape, each with a table ``CALLS``."""

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
"""Path behind ``/api/v1.1.0/`` → what answers; login, heartbeat and logout are the server's."""
