"""What a guest may request, corner cases first."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.wakeups.week.acts import Act, Ask, Attend, Cancel, Change, Spec
from tests.wakeups.week.guests import Guest

_CORNERS = (
    "00:00", "00:01", "00:30", "01:30", "01:59", "02:00", "02:01", "02:15", "02:30", "02:30",
    "02:45", "02:59", "03:00", "03:01", "03:30", "23:59",
)  # fmt: skip
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_INTERVALS = (5, 5, 5, 5, 1, 3, 10, 15, 20, 30, 60)


def wishes_of(guest: Guest, number: int, random: Random, zone: ZoneInfo, middle: date) -> list[Act]:
    """One request, perhaps changed later; now and then an impossible one."""
    spec = _spec(guest, random, zone, middle)
    if spec is None:
        return []
    due = _about(spec, zone)
    latest = min(due, guest.leaves) - timedelta(seconds=1)
    # He checks in first.
    earliest = guest.arrives + timedelta(seconds=1)
    if latest <= earliest:
        return []
    at = earliest + (latest - earliest) * random.random()
    if random.random() < 0.15:
        at = max(earliest, latest - timedelta(seconds=random.randrange(8, 400)))
    guest.asked.append(at)
    acts: list[Act] = [Ask(at, guest.name, number, spec)]
    other = guest.companion
    if other is not None and random.random() < 0.5 and _can_ask(other, spec, at):
        # The same for whoever shares the room: a number of its own, far from the others.
        other.times.add(spec.time)
        acts.append(Ask(at, other.name, 100_000 + number, spec))
    if guest.vip and random.random() < 0.6:
        acts.append(Attend(due + timedelta(seconds=random.randrange(5, 900)), number))
    return acts + _second_thoughts(guest, acts[0], at, due, random)


def _can_ask(guest: Guest, spec: Spec, at: datetime) -> bool:
    return guest.arrives < at < guest.leaves and spec.time not in guest.times


def _spec(guest: Guest, random: Random, zone: ZoneInfo, middle: date) -> Spec | None:
    came, goes = (instant.astimezone(zone).date() for instant in (guest.arrives, guest.leaves))
    days = [came + timedelta(days=after) for after in range((guest.departure - came).days + 1)]
    wall = _time(random)
    day = random.choice(days)
    if middle in days and random.random() < 0.3:
        day, wall = middle, random.choice(_CORNERS)
    if guest.times and random.random() < 0.15:
        wall = _near(random.choice(sorted(guest.times)))
    if wall in guest.times:
        return None
    guest.times.add(wall)
    spec = Spec(
        day,
        wall,
        repeats=random.choice((1, 2, 2, 3)),
        interval=random.choice(_INTERVALS),
        confirm=random.random() < 0.25,
    )
    if random.random() > 0.3:
        return spec
    chosen = tuple(each for each in _WEEK if random.random() < 0.6) if random.random() < 0.4 else ()
    until = random.choice((None, None, max(day, goes)))
    return replace(spec, recurs=True, days=chosen, until=until)


def _time(random: Random) -> str:
    if random.random() < 0.2:
        return random.choice(_CORNERS)
    if random.random() < 0.15:
        hour = random.choice([hour for hour in range(24) if hour not in (14, 15, 16)])
        return f"{hour:02}:{random.randrange(60):02}"
    return f"{random.randrange(5, 10):02}:{random.randrange(0, 60, 5):02}"


def _near(wall: str) -> str:
    """Five minutes later: the repetitions of the two overlap."""
    hour, minute = map(int, wall.split(":"))
    later = (hour * 60 + minute + 5) % 1440
    return f"{later // 60:02}:{later % 60:02}"


def _about(spec: Spec, zone: ZoneInfo) -> datetime:
    """Exact enough for generating a week; the referee computes its own."""
    wall = datetime.combine(spec.date, time.fromisoformat(spec.time), tzinfo=zone)
    return wall.astimezone(UTC)


def _second_thoughts(
    guest: Guest, asked: Act, at: datetime, due: datetime, random: Random
) -> list[Act]:
    if not isinstance(asked, Ask) or random.random() > 0.2:
        return []
    when = at + (min(due, guest.leaves) - at) * random.random()
    if random.random() < 0.4:
        when = due - timedelta(seconds=random.randrange(10, 240))
    if asked.spec.recurs and random.random() < 0.4:
        when = due + (guest.leaves - due) * random.random()
    if not at < when < guest.leaves:
        return []
    if random.random() < 0.5:
        return [Cancel(when, asked.request)]
    wall = _time(random)
    if wall in guest.times:
        return []
    guest.times.add(wall)
    return [Change(when, asked.request, replace(asked.spec, time=wall))]
