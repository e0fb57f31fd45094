"""A status strip that is read once, for tests that ask for a thousand pages.

Half of the time of a page goes into it.
"""

import pytest

from frontdesk.status_strip import StatusStrip, strip_of
from rooms.models import Property


def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the end of the test, every page of a hotel has the strip of its first."""
    strips: dict[int, StatusStrip] = {}

    def known(property_: Property) -> StatusStrip:
        if property_.pk not in strips:
            strips[property_.pk] = strip_of(property_)
        return strips[property_.pk]

    monkeypatch.setattr("frontdesk.context_processors.strip_of", known)
