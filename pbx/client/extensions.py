"""extensionlist/query, extension/query and extension/update (L649-L1068)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Final

from pbx.client.caller import Caller
from pbx.client.values import joined_ids, one_id
from pbx.reports.parsing.lenient import JsonObject, scalar_text

# Plain-text passwords and PINs of the phone: not needed, so they are dropped (T18).
_SECRETS: Final = frozenset({"registerpassword", "loginpassword", "vmsecret"})
_MAX_ROUTES: Final = 4096


@dataclass(frozen=True)
class ExtensionListed:
    """An entry of the extension list (L658-L680).

    :ivar status: in lower case: ``registered``, ``unavailable``, ``idle``, ``ringing``,
        ``busy``, ``hold``, ``malfunction``, ``fxsnoport``
    :ivar port: of an analog phone, else empty
    """

    number: str
    status: str
    type: str
    port: str
    name: str


@dataclass(frozen=True)
class ExtensionSettings:
    """An extension's settings (L727-L850).

    :ivar shown: every plain setting that the PBX shows, except passwords, by its lower-case name in
        the manual; ``moblie`` (sic) as ``mobile``
    :ivar routes: outbound routes that it may use; None if the PBX does not show them (T12)
    :ivar other_routes: outbound routes that it may not use; None if the PBX does not show them
    """

    number: str
    shown: Mapping[str, str]
    routes: tuple[str, ...] | None
    other_routes: tuple[str, ...] | None

    @property
    def name(self) -> str:
        """The name of the extension: the guest's name."""
        return self.shown.get("username", "")

    @property
    def status(self) -> str:
        """As in :class:`ExtensionListed`."""
        return self.shown.get("status", "").lower()

    def is_on(self, setting: str) -> bool | None:
        """Whether e.g. ``dnd`` is switched on; None if the PBX does not show it."""
        return {"on": True, "off": False}.get(self.shown.get(setting, "").lower())

    def lacks(self, update: "ExtensionUpdate") -> tuple[str, ...]:
        """Names of the settings that differ from ``update``.

        Settings that the PBX does not show are left out, since they cannot be compared.
        """
        return tuple(
            name for name, wanted in update.values().items() if not self._agrees(name, wanted)
        )

    def shows(self, update: "ExtensionUpdate") -> bool:
        """Whether the PBX shows all the settings of ``update``, whatever their values."""
        return all(
            self.routes is not None if isinstance(wanted, tuple) else name in self.shown
            for name, wanted in update.values().items()
        )

    def _agrees(self, name: str, wanted: str | tuple[str, ...]) -> bool:
        if isinstance(wanted, tuple):
            return self.routes is None or set(self.routes) == set(wanted)
        if name not in self.shown:
            return True
        is_switch = wanted in ("on", "off")
        shown = self.shown[name]
        return (shown.lower() if is_switch else shown) == wanted.strip()


@dataclass(frozen=True, kw_only=True)
class ExtensionUpdate:
    """Settings to change, by the manual's names (L924-L1048); None leaves a setting unchanged.

    Switches are ``on`` or ``off``. Forwarding destinations are ``Voicemail``, ``Extension``,
    ``Mobile Number`` and ``Custom Number``. ``selectoutroute`` is the whole list of names of
    the outbound routes that the extension may use (T12).
    """

    username: str | None = None
    callerid: str | None = None
    email: str | None = None
    mobile: str | None = None
    hasvoicemail: str | None = None
    enablevmtoemail: str | None = None
    vmsecret: str | None = field(default=None, repr=False)
    alwaysforward: str | None = None
    atransferto: str | None = None
    atransferext: str | None = None
    atransferprefix: str | None = None
    atransfernum: str | None = None
    noanswerforward: str | None = None
    ntransferto: str | None = None
    ntransferext: str | None = None
    ntransferprefix: str | None = None
    ntransfernum: str | None = None
    busyforward: str | None = None
    btransferto: str | None = None
    btransferext: str | None = None
    btransferprefix: str | None = None
    btransfernum: str | None = None
    enablemobile: str | None = None
    ringsimultaneous: str | None = None
    allowbeingmonitored: str | None = None
    monitormode: str | None = None
    ringtimeout: str | None = None
    maxduration: str | None = None
    dnd: str | None = None
    callrestriction: str | None = None
    agentid: str | None = None
    selectoutroute: Sequence[str] | None = None

    def values(self) -> dict[str, str | tuple[str, ...]]:
        """The settings to change; routes as a tuple of names."""
        wanted: dict[str, str | tuple[str, ...]] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value is not None:
                wanted[each.name] = value if isinstance(value, str) else tuple(value)
        return wanted


class Extensions:
    """Requests about the extensions."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list(self) -> tuple[ExtensionListed, ...]:
        """All extensions with their current status."""
        answer = self._caller.call("extensionlist/query")
        return tuple(
            ExtensionListed(
                number=each.text("extnumber", "number"),
                status=each.text("status").lower(),
                type=each.text("type"),
                port=each.text("port"),
                name=each.text("username"),
            )
            for each in answer.objects("extlist")
        )

    def query(self, extids: Iterable[str]) -> tuple[ExtensionSettings, ...]:
        """The settings of some extensions, at least one."""
        return self._query({"extid": joined_ids(extids)})

    def query_all(self) -> tuple[ExtensionSettings, ...]:
        """The settings of all extensions."""
        return self._query({})

    def update(self, extid: str, update: ExtensionUpdate) -> None:
        """Change settings of one extension; only the changed ones are sent (L1052-L1060).

        :raises ValueError: nothing would change, or the routes are longer than the PBX accepts
        """
        body = {name: _wire_text(value) for name, value in update.values().items()}
        if not body:
            raise ValueError("no setting is to change")
        if len(body.get("selectoutroute", "")) > _MAX_ROUTES:
            raise ValueError(f"the names of the routes exceed {_MAX_ROUTES} characters (L1048)")
        self._caller.call("extension/update", {"extid": one_id(extid), **body})

    def _query(self, body: Mapping[str, str]) -> tuple[ExtensionSettings, ...]:
        answer = self._caller.call("extension/query", body)
        return tuple(_settings(each) for each in answer.objects("extinfos"))


def _wire_text(value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return value
    return joined_ids(value) if value else ""


def _settings(found: JsonObject) -> ExtensionSettings:
    shown = {
        name: scalar_text(value)
        for name, value in ((key.strip().lower(), value) for key, value in found.pairs)
        if name not in _SECRETS and (value is None or isinstance(value, (str, bool)))
    }
    if "moblie" in shown:
        shown["mobile"] = shown.pop("moblie")
    return ExtensionSettings(
        number=found.text("extnumber", "number"),
        shown=shown,
        routes=_routes(found, "selectoutroute"),
        other_routes=_routes(found, "unselectoutroute"),
    )


def _routes(found: JsonObject, name: str) -> tuple[str, ...] | None:
    return found.items(name) if found.values(name) else None
