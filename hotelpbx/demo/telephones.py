"""The telephones of the simulated PBX, over its control interface."""

from typing import Any

import requests


class Telephones:
    """Actions of people at the phones, and the state of the PBX."""

    def __init__(self, base_url: str) -> None:
        self._root = f"{base_url}/_sim/"
        self._session = requests.Session()
        self._session.trust_env = False

    def key_in(self, extension: str, *entries: str) -> None:
        """A housekeeper dials a code, with one or several entries in the call."""
        self._act("key-in", extension=extension, entries=list(entries))

    def call_out(self, extension: str, number: str, talk: int) -> None:
        """A guest calls outside and talks for ``talk`` seconds."""
        self._act("call-out", extension=extension, number=number, talk=talk)

    def leave_message(self, extension: str, sender: str) -> None:
        """A caller leaves a voicemail message."""
        self._act("leave-message", extension=extension, sender=sender)

    def set(self, extension: str, **settings: str) -> None:
        """Settings made on the phone itself, e.g. ``dnd="on"``."""
        self._act("set", extension=extension, settings=settings)

    def on_the_pbx(self, extension: str) -> dict[str, Any]:
        """What the PBX knows of an extension: name, routes, alarms, messages …"""
        extensions = self.state()["extensions"]
        found: dict[str, Any] = next(each for each in extensions if each["number"] == extension)
        return found

    def state(self) -> dict[str, Any]:
        """The state of the simulated PBX."""
        answer = self._session.get(f"{self._root}state", timeout=10)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def _act(self, name: str, **body: Any) -> None:
        answer = self._session.post(self._root + name, json=body, timeout=10)
        if not answer.ok:
            raise RuntimeError(f"{name}: {answer.text}")
