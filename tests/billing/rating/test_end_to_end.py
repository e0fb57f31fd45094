"""A call from the dialed number to the amount, worked out by hand: editions, outside lines,
prefixes, bands, the nights on which clocks change, trunks. Each row has its arithmetic.

The price list of the rows, per minute; steps are first/then, in seconds:

    standard  until 1 July 2026 summer time begins at 00:00:00 hotel time, then "summer"
      ""      Local          0.30   60/60
      0       National day   0.60   60/6    08:00-20:00   fee 0.10
      0       National night 0.20   60/6    20:00-08:00   fee 0.10
      00      Abroad         3.00   60/6                  fee 1.00
      0049    Germany        1.50   30/6    mon-fri       fee 0.50
      00491   German mobile  2.40   1/1     free up to 5 s
      1       Weekend        0.05   1/1     sat,sun
      5       Tiny           0.30   1/1
    summer    ""             0.10   60/60
    vip       "" 0.06 1/1, surcharge 50 %; strips 9 and 99
    sip       "" 0.12 1/1, 00 0.90 1/1; for the trunk SIP; strips nothing
"""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from billing.calls.quotes import quote
from billing.rating import ALWAYS, Band, Outcome, Rate, Tariff, parse_days, parse_minute_of_day
from billing.tariff_book import Book
from rooms.models import Property

BERLIN, NEW_YORK, SHANGHAI = "Europe/Berlin", "America/New_York", "Asia/Shanghai"


def rate(
    prefix: str, minute: str, steps: str, fee: str = "0", band: Band = ALWAYS, free: int = 0
) -> Rate:
    first, then = map(int, steps.split("/"))
    return Rate(prefix, prefix, Decimal(fee), Decimal(minute), first, then, free, band)


def band(days: str, start: str = "00:00", end: str = "24:00") -> Band:
    return Band(parse_days(days), parse_minute_of_day(start), parse_minute_of_day(end))


DAY, NIGHT = band("mon-sun", "08:00", "20:00"), band("mon-sun", "20:00", "08:00")
STANDARD = (
    rate("", "0.30", "60/60"),
    rate("0", "0.60", "60/6", "0.10", DAY),
    rate("0", "0.20", "60/6", "0.10", NIGHT),
    rate("00", "3.00", "60/6", "1.00"),
    rate("0049", "1.50", "30/6", "0.50", band("mon-fri")),
    rate("00491", "2.40", "1/1", free=5),
    rate("1", "0.05", "1/1", band=band("sat,sun")),
    rate("5", "0.30", "1/1"),
)


def book(zone: str) -> Book:
    begun = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    july = datetime(2026, 7, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)

    def tariff(
        name: str, since: datetime, strip: tuple[str, ...], more: str, *rates: Rate
    ) -> Tariff:
        trunks = frozenset({"SIP"}) if name == "sip" else frozenset()
        return Tariff(name, since, strip, Decimal(more), rates, trunks)

    editions = (
        tariff("standard", begun, ("9",), "0", *STANDARD),
        tariff("standard", july, ("9",), "0", rate("", "0.10", "60/60")),
    )
    vip = tariff("vip", begun, ("9", "99"), "0.5", rate("", "0.06", "1/1"))
    sip = tariff("sip", july, (), "0", rate("", "0.12", "1/1"), rate("00", "0.90", "1/1"))
    return Book(1, "standard", {"standard": editions, "vip": (vip,), "sip": (sip,)})


# Thursday 7 May 2026, noon in Shanghai
THU = "2026-05-07 04:00:00"
# name with the arithmetic · dialed · instant UTC · talk · amount (None: no rate) · the rest
TABLE: list[tuple[str, str, str, int, str | None, dict[str, str]]] = [
    # longest prefix, outside line
    ("local: one minute 0.30", "962123456", THU, 1, "0.30", {}),
    ("local: 61 s are two: 0.60", "962123456", THU, 61, "0.60", {}),
    ("national day: 0.10 + 0.60", "90215551", THU, 60, "0.70", {}),
    ("national day: 61 s are 66: 0.10 + 0.66", "90215551", THU, 61, "0.76", {}),
    ("abroad: 1 + 3", "900331", THU, 60, "4.00", {}),
    ("abroad: 67 s are 72: 1 + 3.60", "900331", THU, 67, "4.60", {}),
    ("Germany: 30 s: 0.50 + 0.75", "90049301", THU, 1, "1.25", {}),
    ("Germany: 31 s are 36: 0.50 + 0.90", "90049301", THU, 31, "1.40", {}),
    ("German mobile: 6 s × 0.04, from the first second", "900491511", THU, 6, "0.24", {}),
    ("German mobile: 5 s are free", "900491511", THU, 5, "0.00", {}),
    ("German mobile: 4 s are free", "900491511", THU, 4, "0.00", {}),
    ("nobody answered", "900491511", THU, 0, "0.00", {}),
    ("nobody answered, without an edition", "962123456", "2020-01-01 00:00:00", 0, "0.00", {}),
    ("stripped once: 962 stays, local", "9962", THU, 60, "0.30", {}),
    ("blanks and strokes are no digits", "9-00 49 (30) 1", THU, 1, "1.25", {}),
    ("plus is a digit: +49 is local here", "+49301", THU, 1, "0.30", {}),
    ("only the outside line: local", "9", THU, 1, "0.30", {}),
    ("the number is the prefix", "900", THU, 60, "4.00", {}),
    ("emergency, whatever the tariff", "9110", THU, 600, "0.00", {}),
    ("emergency without the outside line", "110", THU, 600, "0.00", {}),
    ("emergency behind the outside line of another tariff", "99110", THU, 600, "0.00", {}),
    ("emergency, keyed with pauses and its end", "9,110#", THU, 600, "0.00", {}),
    ("no emergency: two digits before it: 0.30 × 10", "88110", THU, 600, "3.00", {}),
    ("no emergency: it only begins like one: 0.30 × 10", "91101234", THU, 600, "3.00", {}),
    # bands by the wall clock: from included, to excluded
    ("08:00:00 is day", "90215551", "2026-05-07 00:00:00", 60, "0.70", {}),
    ("07:59:59 is night: 0.10 + 0.20", "90215551", "2026-05-06 23:59:59", 60, "0.30", {}),
    ("19:59:59 is day", "90215551", "2026-05-07 11:59:59", 60, "0.70", {}),
    ("20:00:00 is night", "90215551", "2026-05-07 12:00:00", 60, "0.30", {}),
    ("midnight is night", "90215551", "2026-05-07 16:00:00", 60, "0.30", {}),
    ("begins by day, ends by night: day", "90215551", "2026-05-07 11:59:59", 3600, "36.10", {}),
    ("Friday 23:59:59 is a weekday: 0.50 + 0.75", "90049301", "2026-05-08 15:59:59", 1, "1.25",
     {}),
    ("Saturday 00:00:00: the shorter prefix: 4", "90049301", "2026-05-08 16:00:00", 1, "4.00", {}),
    ("Sunday 23:59:59: 60 × 0.05/60", "91380", "2026-05-10 15:59:59", 60, "0.05", {}),
    ("Monday 00:00:00: local", "91380", "2026-05-10 16:00:00", 60, "0.30", {}),
    # editions, at the second
    ("the last second of the old: 0.30", "962", "2026-06-30 15:59:59", 60, "0.30", {}),
    ("the first second of the new: 0.10", "962", "2026-06-30 16:00:00", 60, "0.10", {}),
    ("begins under the old, ends under the new", "962", "2026-06-30 15:59:59", 600, "3.00", {}),
    ("the new has no abroad of its own: its only rate", "90033", "2026-07-01 00:00:00", 60, "0.10",
     {}),
    ("a second before every edition", "962", "2025-12-31 15:59:59", 60, None, {}),
    ("the second of the first edition", "962", "2025-12-31 16:00:00", 60, "0.30", {}),
    # classes and surcharge
    ("vip: 61 × 0.001 × 1.5 = 0.0915", "962", THU, 61, "0.09", {"tariff": "vip"}),
    ("vip: 10 × 0.001 × 1.5 = 0.015, half up", "962", THU, 10, "0.02", {"tariff": "vip"}),
    ("vip: 3 × 0.001 × 1.5 = 0.0045 is nothing", "962", THU, 3, "0.00", {"tariff": "vip"}),
    ("a class whose tariff is gone", "962", THU, 60, None, {"tariff": "gold"}),
    # currencies: half up at the minor unit
    ("CNY: 1 × 0.005", "95", THU, 1, "0.01", {}),
    ("CNY: 5 × 0.005 = 0.025", "95", THU, 5, "0.03", {}),
    ("JPY: 99 × 0.005 = 0.495", "95", THU, 99, "0", {"currency": "JPY"}),
    ("JPY: 100 × 0.005 = 0.5", "95", THU, 100, "1", {"currency": "JPY"}),
    ("JPY: 500 × 0.005 = 2.5, not half even", "95", THU, 500, "3", {"currency": "JPY"}),
    ("KWD: 1 × 0.005", "95", THU, 1, "0.005", {"currency": "KWD"}),
    ("KWD vip: 1 × 0.001 × 1.5 = 0.0015", "962", THU, 1, "0.002",
     {"currency": "KWD", "tariff": "vip"}),
    ("KWD vip: 3 × 0.0015 = 0.0045", "962", THU, 3, "0.005", {"currency": "KWD", "tariff": "vip"}),
    # trunks: before the class, while the edition in force lists them
    ("sip: not begun in June: the class", "962", "2026-06-30 15:59:59", 60, "0.30",
     {"trunk": "SIP"}),
    ("sip: 60 × 0.002", "962", "2026-07-01 00:00:00", 60, "0.12", {"trunk": "SIP"}),
    ("sip goes before vip", "962", "2026-07-01 00:00:00", 60, "0.12",
     {"trunk": "SIP", "tariff": "vip"}),
    ("sip strips nothing: 900 is no 00: 0.12", "90033", "2026-07-01 00:00:00", 60, "0.12",
     {"trunk": "SIP"}),
    ("sip: abroad 0.90", "0033", "2026-07-01 00:00:00", 60, "0.90", {"trunk": "SIP"}),
    ("another trunk: the class", "962", "2026-07-01 00:00:00", 60, "0.10", {"trunk": "SIP-2"}),
    # Europe/Berlin: 29 March 02:00 → 03:00 (01:00 UTC), 25 October 03:00 → 02:00 (01:00 UTC)
    ("Berlin winter: 06:59:59 UTC is 07:59:59, night", "9030", "2026-03-28 06:59:59", 60, "0.30",
     {"zone": BERLIN}),
    ("Berlin winter: 07:00:00 UTC is 08:00:00, day", "9030", "2026-03-28 07:00:00", 60, "0.70",
     {"zone": BERLIN}),
    ("Berlin summer: 05:59:59 UTC is 07:59:59, night", "9030", "2026-03-29 05:59:59", 60, "0.30",
     {"zone": BERLIN}),
    ("Berlin summer: 06:00:00 UTC is 08:00:00, day", "9030", "2026-03-29 06:00:00", 60, "0.70",
     {"zone": BERLIN}),
    ("Berlin, a call over the lost hour costs its talk: 120 × 0.20/60 + 0.10", "9030",
     "2026-03-29 00:59:00", 120, "0.50", {"zone": BERLIN}),
    ("Berlin, the last summer second of July's eve: 21:59:59 UTC", "962", "2026-06-30 21:59:59",
     60, "0.30", {"zone": BERLIN}),
    ("Berlin, July: 22:00:00 UTC", "962", "2026-06-30 22:00:00", 60, "0.10", {"zone": BERLIN}),
    ("Berlin, Sunday 29 March 22:00 UTC is Monday: local", "91380", "2026-03-29 22:00:00", 60,
     "0.30", {"zone": BERLIN}),
    ("Berlin, Sunday 29 March 21:59:59 UTC is Sunday", "91380", "2026-03-29 21:59:59", 60, "0.05",
     {"zone": BERLIN}),
    # America/New_York: 8 March 02:00 → 03:00 (07:00 UTC)
    ("New York winter: 12:59:59 UTC is 07:59:59", "9020", "2026-03-07 12:59:59", 60, "0.30",
     {"zone": NEW_YORK}),
    ("New York winter: 13:00:00 UTC is 08:00:00", "9020", "2026-03-07 13:00:00", 60, "0.70",
     {"zone": NEW_YORK}),
    ("New York summer: 11:59:59 UTC is 07:59:59", "9020", "2026-03-08 11:59:59", 60, "0.30",
     {"zone": NEW_YORK}),
    ("New York summer: 12:00:00 UTC is 08:00:00", "9020", "2026-03-08 12:00:00", 60, "0.70",
     {"zone": NEW_YORK}),
    ("New York, Sunday 8 March 05:00 UTC is Sunday 00:00 (EST)", "91380", "2026-03-08 05:00:00",
     60, "0.05", {"zone": NEW_YORK}),
    ("New York, Monday 9 March 04:00 UTC is Monday 00:00 (EDT)", "91380", "2026-03-09 04:00:00",
     60, "0.30", {"zone": NEW_YORK}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("dialed", "instant", "talk", "amount", "more"),
    [pytest.param(*row[1:], id=row[0]) for row in TABLE],
)
def test_a_call_costs_what_the_row_works_out(
    dialed: str, instant: str, talk: int, amount: str | None, more: dict[str, str]
) -> None:
    more = dict(more)
    zone = more.pop("zone", SHANGHAI)
    hotel = Property(timezone=zone, currency=more.pop("currency", "CNY"), emergency_numbers=["110"])
    began = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    tariff, trunk = more.get("tariff", ""), more.get("trunk", "")
    found = quote(hotel, book(zone), dialed, began, talk, tariff=tariff, trunk=trunk)
    assert (None if found.amount is None else str(found.amount)) == amount
    if amount is None:
        assert found.outcome is Outcome.UNRATED
