"""The status strip on top of every page."""

from dataclasses import dataclass

from pbx.models import PbxLink
from rooms import attention
from rooms.models import Property

# What must not wait until somebody opens the list.
_URGENT = ("emergency_call", "wake_up_alarm")


@dataclass(frozen=True)
class Strip:
    """``waiting``: how many things need a person; ``urgent``: those that cannot wait."""

    waiting: int
    urgent: tuple[attention.Item, ...]
    link_state: str
    link_words: str


def strip_of(property_: Property) -> Strip:
    """The strip as it is now."""
    counts = attention.counts(property_)
    urgent: tuple[attention.Item, ...] = ()
    if any(counts[kind] for kind in _URGENT):
        urgent = tuple(item for item in attention.items(property_) if item.kind in _URGENT)
    link = PbxLink.objects.filter(pbx=property_.pbx_id).first()
    state = link.state if link else PbxLink.State.UNKNOWN
    words = {
        PbxLink.State.UP: "PBX connected",
        PbxLink.State.DOWN: "PBX does not answer",
        PbxLink.State.REFUSED: "PBX refuses us",
    }.get(PbxLink.State(state), "PBX not spoken to yet")
    return Strip(sum(counts.values()), urgent, state, words)
