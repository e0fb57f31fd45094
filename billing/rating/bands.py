"""Weekly time bands: when a rate applies, in hotel local time (docs/rating.md)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

DAY: Final = 24 * 60
WEEK: Final = 7 * DAY
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Band:
    """Hours of the week, in hotel local time.

    :param days: the days on which the band begins, 0 = Monday
    :param start: minute of the day, inclusive, 0 to 1439
    :param end: minute of the day, exclusive, 0 to 1440

    With ``start`` > ``end`` the band crosses midnight, and the hours after midnight belong to the
    day on which it began: Friday 22:00-06:00 covers Saturday until 06:00, not early Friday.
    With ``start`` = ``end`` the band is empty.
    """

    days: frozenset[int]
    start: int
    end: int

    def covers(self, local: datetime) -> bool:
        """Whether a call that begins at ``local`` falls within the band.

        Only the local time counts: an hour that occurs twice is covered both times.
        """
        today = local.weekday()
        minute = local.hour * 60 + local.minute
        if self.start <= self.end:
            return today in self.days and self.start <= minute < self.end
        if minute >= self.start:
            return today in self.days
        return minute < self.end and (today - 1) % 7 in self.days

    def week_intervals(self) -> Iterator[tuple[int, int]]:
        """The band as half-open intervals of minutes since Monday 00:00, within one week."""
        length = self.end - self.start + (DAY if self.start > self.end else 0)
        if not length:
            return
        for day in self.days:
            begin = day * DAY + self.start
            finish = begin + length
            yield begin, min(finish, WEEK)
            if finish > WEEK:
                yield 0, finish - WEEK


ALWAYS: Final = Band(frozenset(range(7)), 0, DAY)


def overlaps(bands: Sequence[Band]) -> list[tuple[int, int]]:
    """Pairs of positions (i < j) of bands that overlap.

    Not every pair is listed, but each overlapping band is listed with one it overlaps, so an
    empty list means that no two overlap.
    """
    intervals = sorted(
        (begin, finish, position)
        for position, band in enumerate(bands)
        for begin, finish in band.week_intervals()
    )
    pairs: set[tuple[int, int]] = set()
    reach, holder = 0, 0
    for begin, finish, position in intervals:
        if begin < reach:
            pairs.add((min(holder, position), max(holder, position)))
        if finish > reach:
            reach, holder = finish, position
    return sorted(pairs)


def parse_days(text: str) -> frozenset[int]:
    """Parse ``mon-fri,sun`` as day numbers; a range may cross the week's end (``sat-mon``).

    :raises ValueError: with a message for users
    """
    days: set[int] = set()
    for part in text.lower().split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            wanted = 'days such as "mon-fri,sun", of mon tue wed thu fri sat sun'
            raise ValueError(f'must be {wanted}, not "{text}"')
        begin = WEEKDAYS.index(first)
        span = (WEEKDAYS.index(last) - begin) % 7 if dash else 0
        days.update((begin + step) % 7 for step in range(span + 1))
    return frozenset(days)


def parse_minute_of_day(text: str) -> int:
    """Parse ``HH:MM`` as minutes since midnight; ``24:00``, the end of the day, is 1440.

    :raises ValueError: with a message for users
    """
    if text == "24:00":
        return DAY
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise ValueError(f'must be a time such as "08:30", not "{text}"')
    return int(text[:2]) * 60 + int(text[3:])
