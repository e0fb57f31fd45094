"""The hotel of the soak test: rooms, prices, hotel file. One night of its season has no 02:30."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

CODE: Final = "SOAK"
SERIAL: Final = "369362089179"
ZONE: Final = ZoneInfo("Europe/Berlin")
WINDOW: Final = 3 * 3600  # seconds: late_charge_window
EMERGENCY: Final = "112"
OUTSIDE: Final = ("9", "98")  # strip_prefixes
FLOORS, ROOMS_A_FLOOR = 6, 10
LOBBY: Final = "8000"  # an extension in no room


def second(text: str) -> int:
    """A time in hotel local time as seconds since 1970."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp())


# Clocks go forward on 2025-03-30.
FIRST, LAST = second("2025-03-03T00:00:00"), second("2025-04-14T00:00:00")

NIGHT: Final = "mon-sun", "22:00", "06:00"
DAY: Final = "mon-fri", "06:00", "22:00"
WEEKEND: Final = "sat,sun", "06:00", "22:00"
ALWAYS: Final = "mon-sun", "00:00", "24:00"


@dataclass(frozen=True)
class Price:
    """One ``[[tariffs.rates]]``. Prices are exact; durations are seconds."""

    prefix: str
    fee: str
    minute: str
    first: int
    step: int
    free: int
    band: tuple[str, str, str] = ALWAYS


@dataclass(frozen=True)
class Edition:
    """One ``[[tariffs]]``: prices from a local time on."""

    name: str
    begins: str
    surcharge: str
    prices: tuple[Price, ...]

    @property
    def factor(self) -> Fraction:
        return 1 + Fraction(self.surcharge)


_SPRING: Final = (
    Price("2", "0.05", "0.035", 60, 60, 0),
    Price("0", "0.50", "0.605", 60, 6, 0, DAY),
    Price("0", "0.25", "0.3025", 60, 6, 0, NIGHT),
    Price("0", "0", "0.4", 30, 10, 3, WEEKEND),
    Price("00", "1.00", "1.999999", 60, 6, 5),
    Price("0039", "0.75", "0.333333", 1, 1, 0),
    Price("0180", "0", "0.000001", 60, 60, 0),  # less than half a cent: no charge
)
_LATER: Final = (*_SPRING[:4], Price("00", "1.10", "2.222222", 45, 15, 0), *_SPRING[5:])

# The first applies to a class of service without a tariff. Numbers with a leading 1 have no rate.
EDITIONS: Final = (
    Edition("standard", "2025-01-01T00:00:00", "0", _SPRING),
    Edition("standard", "2025-03-21T12:00:00", "0.07", _LATER),
    Edition("business", "2025-01-01T00:00:00", "0.155", _SPRING),
)
CLASSES: Final = {"standard": "standard", "business": "business"}
PRODUCTS: Final = {"1": "2.95", "0012": "3.10", "12": "8.00", "123456789": "15.25", "77": "0.99"}


def rooms() -> dict[str, tuple[str, ...]]:
    """The extensions of each room by its number; each third has two."""
    numbers = [
        f"{floor}{place:02}"
        for floor in range(1, FLOORS + 1)
        for place in range(1, ROOMS_A_FLOOR + 1)
    ]
    return {
        number: (f"2{number}", f"3{number}") if place % 3 == 0 else (f"2{number}",)
        for place, number in enumerate(numbers)
    }


def hotel_file() -> str:
    """The hotel file. The PBX is unreachable: its reports are sent to the receiver directly."""
    return "\n".join([_HEAD, *_classes(), *_rooms(), *_products(), *_tariffs()])


_HEAD: Final = f"""
[property]
code = "{CODE}"
name = "Soak"
timezone = "{ZONE.key}"
currency = "EUR"
tax_rate = "0.07"
tax_included = true
late_charge_window = "PT3H"
emergency_numbers = ["{EMERGENCY}"]
[pbx]
url = "http://127.0.0.1:9"
username = "api"
password = "secret"
timezone = "{ZONE.key}"
serial_number = "{SERIAL}"
"""


def _classes() -> Iterator[str]:
    for name, tariff in CLASSES.items():
        default = "\ndefault = true" if name == "standard" else ""
        yield (
            f'[[classes_of_service]]\nname = "{name}"\noutbound_routes = []\n'
            f'tariff = "{tariff}"{default}'
        )


def _rooms() -> Iterator[str]:
    for number, extensions in rooms().items():
        listed = ", ".join(f'"{extension}"' for extension in extensions)
        yield f'[[rooms]]\nnumber = "{number}"\nfloor = "{number[0]}"\nextensions = [{listed}]'


def _products() -> Iterator[str]:
    for code, price in PRODUCTS.items():
        yield f'[[minibar_products]]\ncode = "{code}"\nname = "Product {code}"\nprice = "{price}"'


def _tariffs() -> Iterator[str]:
    for edition in EDITIONS:
        listed = ", ".join(f'"{prefix}"' for prefix in OUTSIDE)
        yield (
            f'[[tariffs]]\nname = "{edition.name}"\neffective_from = {edition.begins}\n'
            f'strip_prefixes = [{listed}]\nsurcharge = "{edition.surcharge}"'
        )
        for price in edition.prices:
            days, start, end = price.band
            yield (
                f'[[tariffs.rates]]\nprefix = "{price.prefix}"\ndescription = "To {price.prefix}"\n'
                f'connection_fee = "{price.fee}"\nprice_per_minute = "{price.minute}"\n'
                f"initial_increment = {price.first}\nincrement = {price.step}\n"
                f'free_seconds = {price.free}\ndays = "{days}"\nfrom = "{start}"\nto = "{end}"'
            )
