"""Models: the property, its rooms and phones, stays, audit trail, jobs, resyncs."""

from rooms.models.audit import AuditEntry
from rooms.models.emergency import EmergencyCall
from rooms.models.former_phone import FormerPhone
from rooms.models.job import Job, JobItem
from rooms.models.logo import Logo
from rooms.models.property import ClassOfService, Phone, Property, Room
from rooms.models.resync import Resync
from rooms.models.stay import Group, Guest, Occupancy, Stay
from rooms.models.submission import Submission

__all__ = [
    "AuditEntry",
    "ClassOfService",
    "EmergencyCall",
    "FormerPhone",
    "Group",
    "Guest",
    "Job",
    "JobItem",
    "Logo",
    "Occupancy",
    "Phone",
    "Property",
    "Resync",
    "Room",
    "Stay",
    "Submission",
]
