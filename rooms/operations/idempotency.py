"""A request that is sent twice has one effect, and one answer (docs/sent-twice.md).

Forms at the desk carry an idempotency key; a program sends ``Idempotency-Key``. Inside the
transaction that has the effect, the view calls :func:`find_answer` and then :func:`store_answer`,
so the key is stored if and only if the effect is.
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

# How long an answer is kept. Nobody may send a key again later than that.
KEPT: Final = timedelta(hours=48)
BATCH: Final = 1000


@dataclass(frozen=True)
class Request:
    """What is asked for.

    :param caller: whose key it is: ``user:7``, ``key:3``
    :param digest: of method, address and body; another one under the same key is refused
    """

    caller: str
    key: str
    digest: str
    property: Property | None = None


@dataclass(frozen=True)
class Answer:
    """What was answered. ``told``: the messages of the desk, with their levels."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    told: list[tuple[int, str]] = field(default_factory=list)


def find_answer(request: Request, *, patience: float) -> Answer | None:
    """What the same request was answered before; None: it is new, and nobody else works on it.

    :param patience: seconds to wait for the same request that is being worked on
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
    """Write the answer down, in the transaction of what was done."""
    Submission.objects.create(
        property=request.property,
        caller=request.caller,
        key=request.key,
        digest=_keyed(request.digest),
        answer=json.dumps(asdict(answer)),
        at=now(),
    )


def prune(before: datetime) -> int:
    """Delete at most :data:`BATCH` answers that were given before an instant; returns how many."""
    with transaction.atomic():
        old = Submission.objects.filter(at__lt=before).order_by("at")
        keys = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        Submission.objects.filter(pk__in=keys).delete()
    return len(keys)


def _keyed(digest: str) -> str:
    """As it is stored: a body may have held a password, and nobody is to try words against it."""
    return salted_hmac("rooms.submissions", digest, algorithm="sha256").hexdigest()


def _read(row: Submission) -> Answer:
    if not row.answer:
        # Written under another SECRET_KEY: that it was done is known, not what was answered.
        raise Refusal("invalid_transition", "This was done already. Look what came of it.")
    facts = json.loads(row.answer)
    facts["told"] = [(level, text) for level, text in facts["told"]]
    return Answer(**facts)
