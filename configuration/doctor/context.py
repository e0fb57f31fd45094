"""The property that is checked, and what its PBX has answered so far."""

from dataclasses import dataclass
from functools import cached_property

from pbx.client import DeviceInfo, ExtensionListed, OutboundRoute, PbxClient
from pbx.models import Pbx
from pbx.session import client_for
from rooms.models import Property
from wakeups.models import WakeUpSettings


@dataclass
class Context:
    """Results of earlier checks that later ones use; None: not known."""

    property: Property
    device: DeviceInfo | None = None
    extensions: tuple[ExtensionListed, ...] | None = None
    routes: tuple[OutboundRoute, ...] | None = None

    @cached_property
    def pbx(self) -> Pbx | None:
        """The hotel's PBX, if it has one."""
        return self.property.pbx

    @cached_property
    def client(self) -> PbxClient:
        """Uses the shared token; never logs in while the link forbids it."""
        assert self.property.pbx is not None  # noqa: S101 (what needs a PBX is not run without)
        return client_for(self.property.pbx)

    @cached_property
    def wake_up_settings(self) -> WakeUpSettings | None:
        """``[wake_up_calls]``, if the hotel has that table."""
        return WakeUpSettings.objects.filter(property=self.property).first()

    @cached_property
    def extension_numbers(self) -> frozenset[str]:
        """The extensions that the PBX lists; empty if it was not queried."""
        return frozenset(each.number for each in self.extensions or ())
