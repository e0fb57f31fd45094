"""Django's database sessions with additional columns for user, address and browser.

They are in a table of our own, so that users can list and end their sessions.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from frontdesk.models import DeskSession


class SessionStore(DatabaseStore):
    """What :mod:`frontdesk.accounts.sessions` writes into the data is stored in columns, too."""

    @classmethod
    def get_model_class(cls) -> type[DeskSession]:
        return DeskSession

    def create_model_instance(self, data: dict[str, Any]) -> DeskSession:
        row: DeskSession = super().create_model_instance(data)  # type: ignore[assignment]
        row.user_id = data.get(SESSION_KEY)
        row.address = data.get("address")
        row.browser = str(data.get("browser", ""))[:200]
        row.signed_in_at = _instant(data.get("signed_in_at"))
        row.used_at = _instant(data.get("used_at"))
        row.board = bool(data.get("board"))
        return row


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
