"""Idempotency: a request that is sent twice has one effect and one response (docs/sent-twice.md).

Forms at the desk carry an idempotency key. Inside the transaction that has the effect, the view
calls :func:`find_answer` and then :func:`store_answer`, so the key is stored if and only if the
effect is.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.crypto import salted_hmac

from hotelpbx.advisory_locks import lock_for_transaction
from hotelpbx.clock import now
from hotelpbx.refusals import Refusal
from rooms.models import Property, Submission

# How long a response is kept. A key must not be sent again later than that.
KEPT: Final = timedelta(hours=48)
BATCH: Final = 1000


@dataclass(frozen=True)
class Request:
    """An incoming request.

    :param caller: whose key it is: ``user:7``, ``key:3``
    :param digest: of method, URL and body; another digest under the same key is refused
    """

    caller: str
    key: str
    digest: str
    property: Property | None = None


@dataclass(frozen=True)
class Answer:
    """The response. ``told``: the messages shown at the desk, with their levels."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    told: list[tuple[int, str]] = field(default_factory=list)


def find_answer(request: Request, *, patience: float) -> Answer | None:
    """The stored response to the same request; None: it is new. Locks the key.

    :param patience: seconds to wait while the same request is being processed
    :raises Refusal: ``idempotency_in_progress`` or ``idempotency_key_reused``
    """
    if not lock_for_transaction(f"submission:{request.caller}:{request.key}", patience):
        raise Refusal(
            "idempotency_in_progress",
            "The same was sent a moment ago and is still being worked on. Wait, then look.",
        )
    row = Submission.objects.filter(caller=request.caller, key=request.key).first()
    if row is None:
        return None
    answer = _read(row)
    if row.digest != _keyed(request.digest):
        raise Refusal(
            "idempotency_key_reused",
            "This was sent before with other content, and only that counts. "
            "To have this done too, send it under a new key.",
            "invalid",
        )
    return answer


def store_answer(request: Request, answer: Answer) -> None:
    """Store the response, in the transaction of the effect."""
    Submission.objects.create(
        property=request.property,
        caller=request.caller,
        key=request.key,
        digest=_keyed(request.digest),
        answer=json.dumps(asdict(answer)),
        at=now(),
    )


def prune(before: datetime) -> int:
    """Delete at most :data:`BATCH` responses older than an instant; returns how many."""
    with transaction.atomic():
        old = Submission.objects.filter(at__lt=before).order_by("at")
        keys = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        Submission.objects.filter(pk__in=keys).delete()
    return len(keys)


def _keyed(digest: str) -> str:
    """The keyed digest that is stored: a body may contain a password, which must stay secret."""
    return salted_hmac("rooms.submissions", digest, algorithm="sha256").hexdigest()


def _read(row: Submission) -> Answer:
    if not row.answer:
        # Encrypted with another SECRET_KEY: the request was processed, but the response is lost.
        raise Refusal("invalid_transition", "This was done already. Look what came of it.")
    fields = json.loads(row.answer)
    fields["told"] = [(level, text) for level, text in fields["told"]]
    return Answer(**fields)
