"""The state of a row that a page shows, to refuse actions decided on a page that is out of date."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.apps import apps
from django.db import models

from billing.folio.statement import Folio
from billing.ledger.balances import balance_of
from frontdesk.guard.seal import Seal
from hotelpbx.money import minor_digits
from hotelpbx.secrets import EncryptedTextField
from rooms.models import Logo, Room, Stay
from wakeups.models import WakeUpCall

RowState = dict[str, str]
_FOLIO: Final = "folio"


def _stay(stay: Stay) -> RowState:
    return {
        "status": stay.get_status_display().lower(),
        "room": str(stay.room or "none"),
        "guest": str(stay.main_guest or ""),
    }


def _room(room: Room) -> RowState:
    return {
        "occupancy": room.get_occupancy_status_display().lower(),
        "cleaning": room.get_housekeeping_status_display().lower(),
        "availability": room.get_availability_status_display().lower(),
    }


def _wake_up_call(call: WakeUpCall) -> RowState:
    # That it is already ringing does not invalidate the decision.
    is_open = call.status in WakeUpCall.OPEN
    days = f"{call.date}{f' to {call.until}' if call.until else ''}"
    return {
        "status": "open" if is_open else call.get_status_display().lower(),
        "time": f"{call.time:%H:%M}",
        "date": f"{days} {' '.join(call.weekdays)}".strip(),
    }


def _logo(logo: Logo) -> RowState:
    return {"logo": f"{logo} {hashlib.sha256(bytes(logo.content)).hexdigest()[:8]}"}


def _row(row: models.Model) -> RowState:
    """All columns except secrets."""
    return {
        str(column.verbose_name): str(getattr(row, column.attname))
        for column in row._meta.concrete_fields
        if not isinstance(column, EncryptedTextField)
    }


_STATE_OF: Final[dict[type, Callable[[Any], RowState]]] = {
    Stay: _stay,
    Room: _room,
    WakeUpCall: _wake_up_call,
    Logo: _logo,
}


def _balance_state(stay: Stay) -> RowState:
    currency = stay.property.currency
    return {"balance": f"{balance_of(stay):.{minor_digits(currency)}f} {currency}"}


def describe(subject: Any) -> tuple[str, int, RowState]:
    """The state that a page shows of ``subject``: a row of any table, or a folio."""
    if isinstance(subject, Folio):
        amount = f"{subject.balance:.{minor_digits(subject.currency)}f} {subject.currency}"
        return _FOLIO, subject.stay.pk, {"balance": amount}
    return subject._meta.label, subject.pk, _STATE_OF.get(type(subject), _row)(subject)


def changes_since(seal: Seal) -> Iterator[str]:
    """What has changed since the form's page was shown: ``the room was 203 and is now 204``."""
    for label, key, before in seal.seen:
        facts = _current_state(label, key)
        if facts is None:
            yield "it no longer exists"
            continue
        for name, value in facts.items():
            was = before.get(name, value)
            if was != value:
                yield f"the {name} was {was or 'empty'} and is now {value or 'empty'}"


def _current_state(label: str, key: int) -> RowState | None:
    if label == _FOLIO:
        stay = Stay.objects.select_related("property").filter(pk=key).first()
        return None if stay is None else _balance_state(stay)
    row = apps.get_model(label)._base_manager.filter(pk=key).first()
    return None if row is None else _STATE_OF.get(type(row), _row)(row)
