"""The PBX's API, typed (API 1.1.0): one module and one class per group of calls.

Requests and answers are frozen dataclasses or plain texts. A request that would be unsafe raises
``ValueError`` before anything is sent; any later failure is a :class:`pbx.errors.PbxError`.
"""

from pbx.client.caller import Caller, TokenSource
from pbx.client.calls import Calls
from pbx.client.cdr import CallRecords
from pbx.client.extensions import (
    ExtensionListed,
    Extensions,
    ExtensionSettings,
    ExtensionUpdate,
)
from pbx.client.hotel import Hotel
from pbx.client.ivrs import Ivrs
from pbx.client.routes import OutboundRoute, Routes
from pbx.client.session import ReportAddress, Session
from pbx.client.system import DeviceInfo, System
from pbx.client.transport import Transport
from pbx.client.voicemail import Voicemail, VoicemailMessage
from pbx.client.wakeupcalls import Alarm, PlacedAlarm, WakeupCalls


class PbxClient:
    """All API calls except login, heartbeat and logout, which are in :class:`Session`."""

    def __init__(self, transport: Transport, tokens: TokenSource) -> None:
        caller = Caller(transport, tokens)
        self.system = System(caller)
        self.extensions = Extensions(caller)
        self.routes = Routes(caller)
        self.ivrs = Ivrs(caller)
        self.wakeupcalls = WakeupCalls(caller)
        self.hotel = Hotel(caller)
        self.voicemail = Voicemail(caller)
        self.cdr = CallRecords(caller)
        self.calls = Calls(caller)


__all__ = [
    "Alarm",
    "DeviceInfo",
    "ExtensionListed",
    "ExtensionSettings",
    "ExtensionUpdate",
    "OutboundRoute",
    "PbxClient",
    "PlacedAlarm",
    "ReportAddress",
    "Session",
    "TokenSource",
    "VoicemailMessage",
]
