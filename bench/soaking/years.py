"""Creating years of old rows, and examining query plans. Django must be set up."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from billing.models import Call, Charge, MinibarEntry, MinibarProduct, PostingCounter
from events.models import Event
from hotelpbx.clock import now
from pbx.models import Command, Pbx, Report
from rooms.models import AuditEntry, Occupancy, Property, Room, Stay

_LONG_AGO: Final = datetime(2024, 12, 1, tzinfo=UTC)
_THEN: Final = "now() - interval '1 day' - g * interval '5 seconds'"
_KINDS: Final[tuple[type[models.Model], ...]] = (
    Report, Call, Charge, MinibarEntry, Event, AuditEntry, Command, Stay, Occupancy,
)  # fmt: skip
# Calls per stay.
_CALLS_A_STAY: Final = 40


def add_old_rows(rows: int) -> None:
    """Add ``rows`` old rows to each table that grows with every call."""
    hotel, pbx, room = Property.objects.get(), Pbx.objects.get(), Room.objects.get(number="101")
    few = max(rows // _CALLS_A_STAY, 1)
    stay = Stay.objects.filter(status="checked_out").first()
    past = {"property": hotel, "stay": stay, "room": room}
    report = Report(pbx=pbx, received_at=_LONG_AGO, body=b"x" * 300, action="NewCdr")
    report.state = Report.State.PROCESSED
    _multiply(
        report, rows, callid="'1600000000.' || g", fingerprint="'old ' || g", received_at=_THEN
    )
    call = Call(**past, leg="", callid="", started_at=_LONG_AGO, call_from="2101", call_to="9")
    call.direction, call.rating = Call.Direction.OUTBOUND, Call.Rating.RATED
    _multiply(call, rows, leg="'old ' || g", callid="'1600000000.' || g", started_at=_THEN)
    base = PostingCounter.objects.values_list("last", flat=True).first() or 0
    charge = Charge(
        **past, sequence=0, type="call", occurred_at=_LONG_AGO, posted_at=_LONG_AGO,
        description="Call", amount=Decimal(1), tax=Decimal(0), tax_included=True,
    )  # fmt: skip
    _multiply(charge, rows, sequence=f"{base} + g", occurred_at=_THEN)
    PostingCounter.objects.update(last=base + rows)
    entry = MinibarEntry(
        property=hotel, room=room, report_id=0, callid="", extension="2101", quantity=1,
        product=MinibarProduct.objects.first(), occurred_at=_LONG_AGO, state="charged",
    )  # fmt: skip
    _multiply(entry, few, report_id="-g", occurred_at=_THEN)
    event = Event(property_code=hotel.code, type="charge.created", occurred_at=now(), data={})
    _multiply(event, rows, id="gen_random_uuid()", sequence="nextval('events_sequence')")
    trail = AuditEntry(property=hotel, at=_LONG_AGO, actor_kind="user", actor="a", action="charge")
    _multiply(trail, rows, subject="'stay:old-' || g", at=_THEN)
    done = Command(pbx=pbx, extension="2101", kind="configure", state="done", created_at=now())
    done.next_try_at = done.finished_at = now()
    _multiply(done, rows, extension="'2' || 100 + mod(g, 60)", subject="'stay:' || g")
    old = Stay(
        property=hotel, reference="", status="checked_out", created_at=_LONG_AGO,
        arrival=_LONG_AGO.date(), departure=_LONG_AGO.date(),
    )  # fmt: skip
    _multiply(old, few, reference="'old-' || g")
    held = Occupancy(stay=stay, room=room, since=_LONG_AGO, until=_LONG_AGO)
    rooms = "(SELECT array_agg(id) FROM rooms_room)"
    # All before the season, so that no expected charge changes.
    since = "'2024-12-01'::timestamptz - g * interval '1 hour'"
    _multiply(held, few, room_id=f"({rooms})[1 + mod(g, 60)]", since=since, until=since)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _multiply(template: models.Model, rows: int, **different: str) -> None:
    """Save one row, and copies of it whose columns differ by SQL over the number ``g``."""
    template.save()
    meta, key = template._meta, template._meta.pk
    columns = [str(field.column) for field in meta.concrete_fields if field is not key]
    values = ", ".join(different.get(column, f'"{column}"') for column in columns)
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {meta.db_table} ({named}) "  # noqa: S608 (names of our own models)
            f"SELECT {values} FROM {meta.db_table}, generate_series(1, %s) AS g "
            f"WHERE {key.column if key else 'id'} = %s",
            [rows, template.pk],
        )


def whole_tables_read(act: Callable[[], object]) -> list[str]:
    """The grown tables that the queries of ``act`` scan completely."""
    with CaptureQueriesContext(connection) as queries:
        act()
    found: dict[str, None] = {}
    for query in queries.captured_queries:
        if query["sql"].startswith(("SELECT", "UPDATE", "DELETE")):
            found |= dict.fromkeys(_scanned(query["sql"]))
    return list(found)


def _scanned(sql: str) -> Iterator[str]:
    grown = {model._meta.db_table for model in _KINDS}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0]
    plans: list[dict[str, Any]] = [(json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]]
    while plans:
        node = plans.pop()
        plans += node.get("Plans", [])
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in grown:
            yield str(node["Relation Name"])
