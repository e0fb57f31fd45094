"""What must last of the conversation with a PBX."""

from pbx.models.command import Command
from pbx.models.exchange import FROM_ENVIRONMENT, Pbx, PbxLink, destination, entrusted
from pbx.models.extension import Extension
from pbx.models.report import Report
from pbx.models.traffic import Traffic
from pbx.models.worker_heartbeat import WorkerPulse

__all__ = [
    "FROM_ENVIRONMENT",
    "Command",
    "Extension",
    "Pbx",
    "PbxLink",
    "Report",
    "Traffic",
    "WorkerPulse",
    "destination",
    "entrusted",
]
