"""The types of values in a hotel file, with validation messages.

A message completes a sentence that begins with the key: ``price must be …``. No message repeats a
password, or a URL, which may contain one.
"""

import ipaddress
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, PlainValidator, SecretStr

from billing.rating import parse_days, parse_minute_of_day
from configuration.hotel_file.currencies import CURRENCIES
from configuration.hotel_file.formatting import did_you_mean, quoted
from hotelpbx.environment.variables import OWN_SECRETS
from hotelpbx.http.reserved_words import reserved_first_words

# The limits are those of the database columns: what passes here can be stored.
_WHOLE_DIGITS: Final = 8
_MOST_DECIMALS: Final = 6
_TAX_DECIMALS: Final = 5
_LONGEST_ADDRESS: Final = 255
_MOST_LINES: Final = 6
# Python accepts them as zones, but their meaning depends on the machine.
_PSEUDO_ZONES: Final = frozenset({"localtime", "Factory", "posixrules"})
_LONGEST_WINDOW: Final = timedelta(days=31)


def _matching(pattern: str, wanted: str) -> AfterValidator:
    """A text that matches ``pattern``; ``wanted`` completes "must be"."""
    compiled = re.compile(pattern, re.ASCII)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(f"must be {wanted}, not {quoted(text)}")
        return text

    return AfterValidator(check)


def _not_reserved(code: str) -> str:
    """The code is the first part of the hotel's URLs, where other words are in use."""
    if code.casefold() in reserved_first_words():
        raise ValueError(f"cannot be {quoted(code)}: addresses begin with it that are no hotel's")
    return code


def _clean(text: str) -> str:
    if text != text.strip() or not text.isprintable():
        raise ValueError("must be one line without blanks at either end")
    return text


def _lines(text: str) -> str:
    """Several lines, each a clean one."""
    lines = text.strip().splitlines()
    if len(lines) > _MOST_LINES:
        raise ValueError(f"may have at most {_MOST_LINES} lines")
    return "\n".join(_clean(line.strip()) for line in lines)


def _filled(text: str) -> str:
    if not text:
        raise ValueError("must not be empty")
    return text


def _zone(name: str) -> str:
    if name in _PSEUDO_ZONES:
        raise ValueError(f"{quoted(name)} names no place: write one, such as Asia/Shanghai")
    zones = available_timezones()
    if name not in zones:
        raise ValueError(f"{quoted(name)} is not a time zone{did_you_mean(name, zones)}")
    return name


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        known = code.upper() in CURRENCIES
        hint = f'; did you mean "{code.upper()}"?' if known else ", such as CNY, EUR or USD"
        raise ValueError(f"{quoted(code)} is not a currency code of ISO 4217{hint}")
    return code


def _route(name: str) -> str:
    if not name or re.search(r"[\s,]", name):
        raise ValueError(f"{quoted(name)} must be a route's name, without blanks and commas")
    if name == "all":
        # The PBX takes the word for every route there is (L1894).
        raise ValueError('must name each route: "all" is not a name')
    return name


def _prompt(name: str) -> str:
    # Several are joined by "+"; a name without a letter is refused by the PBX (L3919).
    if name and not all(re.search("[A-Za-z]", part) for part in name.split("+")):
        raise ValueError(f"{quoted(name)} cannot be a prompt: its name must contain a letter")
    return name


def decimal_places(text: str) -> int:
    """How many decimals a number needs: "15.00" and "15" need none."""
    return len(text.partition(".")[2].rstrip("0"))


def _decimal(value: object, decimals: int = _MOST_DECIMALS) -> Decimal:
    if isinstance(value, Decimal):
        raise ValueError(f'must be in quotes, so that it stays exact: "{value}"')
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError('must be a number in quotes, such as "15.50"')
    text = str(value)
    if not re.fullmatch(rf"[0-9]{{1,{_WHOLE_DIGITS}}}(\.[0-9]+)?", text):
        raise ValueError(
            f'must be a number such as "15.50", not negative, with at most {_WHOLE_DIGITS} digits '
            f"before the point, not {quoted(text)}"
        )
    if decimal_places(text) > decimals:
        raise ValueError(f"may have at most {decimals} decimals, {quoted(text)} has more")
    return Decimal(text)


def _price(value: object) -> Decimal:
    return _decimal(value)


def _share(highest: int, decimals: int) -> Callable[[object], Decimal]:
    def parse(value: object) -> Decimal:
        share = _decimal(value, decimals)
        if share > highest:
            raise ValueError(
                f'must be a share from 0 to {highest}, not "{share}": "0.15" means 15 %'
            )
        return share

    return parse


def _duration(value: object) -> timedelta:
    wanted = 'must be a duration such as "PT3H", "PT90M" or "P1D"'
    number = r"(?:([0-9]{1,6})%s)?"
    days, hours, minutes, seconds = (number % unit for unit in "DHMS")
    match = re.fullmatch(rf"P(?=.){days}(?:T(?=.){hours}{minutes}{seconds})?", str(value))
    if not isinstance(value, str) or not match:
        raise ValueError(wanted)
    amounts = [int(part or 0) for part in match.groups()]
    duration = timedelta(**dict(zip(("days", "hours", "minutes", "seconds"), amounts, strict=True)))
    if duration > _LONGEST_WINDOW:
        raise ValueError(f"may be at most {_LONGEST_WINDOW.days} days")
    return duration


def _local_datetime(value: object) -> datetime:
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise ValueError(
                "is in property time: write it without an offset, such as 2026-01-01T00:00:00"
            )
        if not 1970 <= value.year < 3000:
            raise ValueError(f"cannot be in the year {value.year}")
        return value
    if isinstance(value, date):
        raise ValueError(f"must have a time, too: {value}T00:00:00")
    raise ValueError("must be a date and time without quotes, such as 2026-01-01T00:00:00")


def _text_parsed(parse: Callable[[str], Any], example: str) -> PlainValidator:
    def check(value: object) -> Any:
        if not isinstance(value, str):
            raise ValueError(f'must be text in quotes, such as "{example}"')
        return parse(value)

    return PlainValidator(check)


def _band_start(text: str) -> int:
    if text == "24:00":
        raise ValueError('must be "00:00" for midnight: "24:00" can only end a band')
    return parse_minute_of_day(text)


def _pin(value: object) -> SecretStr:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{0,15}", value):
        raise ValueError("must be a text of up to 15 digits")
    return SecretStr(value)


def _password(value: object) -> SecretStr:
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError("must be text in quotes, one line, not empty (it is not shown here)")
    if value.startswith("env:") and not re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*", value):
        raise ValueError('must name a variable after "env:", such as "env:PBX_PASSWORD"')
    if value.startswith("env:") and value.removeprefix("env:") in OWN_SECRETS:
        raise ValueError("must not name one of the server's own secrets")
    return SecretStr(value)


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and parts.path in ("", "/")
            and not re.search(r"[@?#\s\\]", text)
        )
    except ValueError:
        good = False
    if not good:
        raise ValueError(
            "must be an address such as http://192.168.5.150:8088, without path, query, user "
            "and password"
        )
    return f"{parts.scheme}://{parts.netloc}"


def _certificate_check(value: object) -> bool | str:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or not value or value.lower() in ("true", "false"):
        raise ValueError("must be true or false without quotes, or the path of a CA file in quotes")
    if len(value) > _LONGEST_ADDRESS:
        raise ValueError(f"may have at most {_LONGEST_ADDRESS} characters")
    return _clean(value)


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text)
        return text
    except ValueError:
        pass
    try:
        hint = f"; did you mean {ipaddress.ip_network(text, strict=False)}?"
    except ValueError:
        hint = ", such as 192.168.5.150 or 192.168.5.0/24"
    raise ValueError(f"{quoted(text)} must be an address or a network{hint}")


Label = Annotated[str, Field(max_length=64), AfterValidator(_clean)]
ShortLabel = Annotated[str, Field(max_length=16), AfterValidator(_clean)]
LongLabel = Annotated[str, Field(max_length=120), AfterValidator(_clean)]
Lines = Annotated[str, Field(max_length=400), AfterValidator(_lines)]
FileName = Annotated[str, Field(max_length=_LONGEST_ADDRESS), AfterValidator(_clean)]
Name = Annotated[Label, AfterValidator(_filled)]
LongName = Annotated[LongLabel, AfterValidator(_filled)]
PropertyCode = Annotated[
    str,
    _matching(r"[\w-]{1,32}", "1 to 32 letters, digits, - or _"),
    AfterValidator(_not_reserved),
]
RoomNumber = Annotated[
    Name,
    _matching(r"(?!\.\.?$)[^/]{1,16}", "1 to 16 characters, none of them /, and not . or .."),
]
TimeZone = Annotated[str, AfterValidator(_zone)]
Currency = Annotated[str, AfterValidator(_currency)]
Extension = Annotated[str, _matching(r"\d{1,8}", "1 to 8 digits")]
OptionalExtension = Annotated[str, _matching(r"\d{0,8}", "1 to 8 digits, or empty")]
DialledDigits = Annotated[str, _matching(r"\d{1,15}", "1 to 15 digits")]
ProductCode = Annotated[str, _matching(r"\d{1,9}", "1 to 9 digits")]
StatusCode = Annotated[str, _matching(r"\*\d{1,8}", '* and digits, such as "*01"')]
StaffNumber = Annotated[
    str, _matching(r"[1-8#]?", 'a number of digits from "1" to "8", "#" for any length, or empty')
]
PhoneKey = Annotated[str, _matching(r"[\d*#]", 'one key of a phone, such as "1"')]
OptionalPhoneKey = Annotated[str, _matching(r"[\d*#]?", "one key of a phone, or empty")]
NumberPrefix = Annotated[str, _matching(r"\+?\d{0,31}", "digits, with or without + before them")]
RouteName = Annotated[Label, AfterValidator(_route)]
Prompt = Annotated[Label, AfterValidator(_prompt)]
PriceInParts = Annotated[Decimal, PlainValidator(_price)]
TaxRate = Annotated[Decimal, PlainValidator(_share(1, _TAX_DECIMALS))]
Surcharge = Annotated[Decimal, PlainValidator(_share(10, _MOST_DECIMALS))]
Window = Annotated[timedelta, PlainValidator(_duration)]
PropertyTime = Annotated[datetime, PlainValidator(_local_datetime)]
Days = Annotated[frozenset[int], _text_parsed(parse_days, "mon-fri,sun")]
BandStart = Annotated[int, _text_parsed(_band_start, "08:00")]
BandEnd = Annotated[int, _text_parsed(parse_minute_of_day, "24:00")]
Password = Annotated[SecretStr, PlainValidator(_password)]
Pin = Annotated[SecretStr, PlainValidator(_pin)]
PbxUrl = Annotated[str, Field(max_length=_LONGEST_ADDRESS), AfterValidator(_url)]
CertificateCheck = Annotated[bool | str, PlainValidator(_certificate_check)]
Network = Annotated[str, AfterValidator(_network)]
