"""What must last of the conversation with a PBX."""

from pbx.models.command import Command
from pbx.models.exchange import Pbx, PbxLink
from pbx.models.pulse import WorkerPulse
from pbx.models.report import Report
from pbx.models.traffic import Traffic

__all__ = ["Command", "Pbx", "PbxLink", "Report", "Traffic", "WorkerPulse"]
