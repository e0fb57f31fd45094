"""What waits in the house, and when beat's sweep will see to it. One question to the database:
it is asked at every step of the week."""

import math
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection

from wakeups.schedule import place_from

# Which task sees to what waits, and how often it looks, in seconds (CELERY_BEAT_SCHEDULE).
SWEEPS: Final = {
    "command": ("pbx.tasks.sweep_commands", 5),
    "report": ("pbx.tasks.sweep_reports", 5),
    "resync": ("rooms.tasks.resync_due", 5),
    "occurrence": ("wakeups.tasks.plan", 10),
    "placing": ("wakeups.tasks.plan", 10),
    "unseen": ("wakeups.tasks.plan", 10),
}

# Moments that pass; whatever else is still there when its sweep has run waits for the next.
_MOMENTS: Final = ("occurrence", "unseen")

_WAITING: Final = """
select distinct 'command', next_try_at, 0 from pbx_command c
    where state = 'waiting' and not exists (
    select 1 from pbx_command e where e.pbx_id = c.pbx_id and e.extension = c.extension
    and e.id < c.id and (e.state = 'waiting' or (e.state = 'failed' and e.kind = 'check_out')))
union select 'report', received_at, 0 from pbx_report where state = 'received'
union select 'resync', not_before, 0 from rooms_resync where state in ('queued', 'running')
union select 'occurrence', rings_at + make_interval(mins => n * c.repeat_interval, secs => s), 0
    from wakeups_occasion o join wakeups_wakeupcall c on c.id = o.call_id
    cross join generate_series(0, 3) n cross join (values (0), (120), (300)) late (s)
    where o.state in ('person', 'placing', 'placed', 'ringing') and n <= c.repeats
union select 'occurrence', ends_at, 0 from wakeups_occasion
    where state in ('placing', 'placed', 'ringing')
union select 'occurrence', t.ends_at, 0 from wakeups_attempt t
    where t.ends_at is not null and result in ('pending', 'ringing')
union select 'occurrence', t.ended_at + make_interval(secs => s), 0 from wakeups_attempt t
    join wakeups_occasion o on o.id = t.occasion_id cross join (values (15), (60)) late (s)
    where t.ended_at is not null and o.state in ('placing', 'placed', 'ringing')
union select 'occurrence', state_since + interval '30 seconds', 0 from pbx_pbxlink
    where state = 'up' and state_since is not null
union select 'occurrence', snooze_until, 0 from wakeups_occasion
    where snooze_until is not null and state in ('placing', 'placed', 'ringing')
union select 'unseen', due_at - interval '1 hour', 0 from wakeups_occasion
    where state = 'placed' and seen_at is null
union select 'placing', due_at + make_interval(mins => case when exists (
    select 1 from rooms_guest g where g.stay_id = w.stay_id and g.vip) then (
    select vip_backup_after from wakeups_wakeupsettings s where s.property_id = w.property_id)
    else 0 end), repeats * repeat_interval from wakeups_wakeupcall w
    where status in ('pending', 'ringing') and due_at is not null and not exists (
    select 1 from wakeups_occasion o where o.call_id = w.id and o.due_at = w.due_at
    and o.state <> 'withdrawn')
"""


class Queues:
    """When each sweep has something to do. ``zone``: that of the PBX's clock."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._seen = dict.fromkeys(SWEEPS, datetime.min.replace(tzinfo=UTC))

    def ahead(self, *, in_vain: bool = False) -> dict[str, datetime]:
        """For each kind of what waits: the sweep that is the next to see to it. ``in_vain``: the
        PBX is away, and what is tried every half a minute fails; every two minutes is enough."""
        found: dict[str, datetime] = {}
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            rows: list[tuple[str, datetime, int]] = cursor.fetchall()
        for what, at, rings in rows:
            moment = at
            if what == "placing":
                moment = place_from(at, self._zone, timedelta(minutes=rings))
            if what in _MOMENTS and moment <= self._seen[what]:
                continue
            every = 120 if in_vain and what == "command" else SWEEPS[what][1]
            sweep = first_after(max(moment, self._seen[what]), every)
            found[what] = min(sweep, found.get(what, sweep))
        return found

    def seen(self, what: str, at: datetime) -> None:
        """Its sweep has run at that moment."""
        self._seen[what] = at


def first_after(at: datetime, seconds: int) -> datetime:
    """The first sweep after ``at``, when there is one every so many ``seconds``."""
    if at.year == 1:
        return at
    return datetime.fromtimestamp((math.floor(at.timestamp() / seconds) + 1) * seconds, UTC)
