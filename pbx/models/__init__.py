"""The stored data of the PBX interface."""

from pbx.models.command import Command
from pbx.models.extension import Extension
from pbx.models.pbx import FROM_ENVIRONMENT, Pbx, PbxLink, columns_for_destination, destination
from pbx.models.report import Report
from pbx.models.traffic import Traffic
from pbx.models.worker_heartbeat import WorkerHeartbeat

__all__ = [
    "FROM_ENVIRONMENT",
    "Command",
    "Extension",
    "Pbx",
    "PbxLink",
    "Report",
    "Traffic",
    "WorkerHeartbeat",
    "columns_for_destination",
    "destination",
]
