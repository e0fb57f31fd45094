"""Writing the audit trail."""

from dataclasses import dataclass
from typing import Any, Literal, Self

from hotelpbx.clock import now
from rooms.models import AuditEntry, Property


@dataclass(frozen=True)
class Actor:
    """Who acts: a person at the desk, an API key, a phone, or the system itself."""

    kind: Literal["user", "key", "phone", "system"]
    name: str
    source: str | None = None

    @classmethod
    def system(cls, name: str = "hotelpbx") -> Self:
        """The system itself, e.g. a scheduled task."""
        return cls("system", name)


def note(
    property_: Property | None,
    actor: Actor,
    action: str,
    subject: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write one entry of the audit trail, in the transaction that it describes."""
    return AuditEntry.objects.create(
        property=property_,
        at=now(),
        actor_kind=actor.kind,
        actor=actor.name[:150],
        source=actor.source,
        action=action,
        subject=subject[:120],
        before=before or {},
        after=after or {},
    )
