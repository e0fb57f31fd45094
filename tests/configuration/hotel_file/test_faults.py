"""Hotel files with one slip each: a file for every rule, and the table and key to be named."""

from pathlib import Path

import pytest

from configuration.hotel_file.faults import Fault, HotelFileFaults
from configuration.hotel_file.schema import parse_hotel_file

# A complete example with every table.
GRAND = (Path(__file__).parent / "grand.toml").read_text(encoding="utf-8")

PROPERTY, PBX = "[property]", "[pbx]"
CODES, STATUSES = "[feature_codes]", "[feature_codes.housekeeping_statuses]"
WAKE_UP = "[wake_up_calls]"
STANDARD, BARRED = '[[classes_of_service]] "standard"', '[[classes_of_service]] "barred"'
ROOM_203, COLA = "[[rooms]] 203", "[[minibar_products]] 123456789"
TARIFF, RATE_1 = '[[tariffs]] "standard"', '[[tariffs.rates]] number 1 of "standard"'

# What stands in the file, what is written instead, table, key, the reason (from its beginning)
SLIPS = [
    # [property]
    ('code = "GRAND"', 'code = "GRÄND"', PROPERTY, "code", "must be 1 to 32 letters, digits,"),
    ('code = "GRAND"', f'code = "{"G" * 33}"', PROPERTY, "code", "must be 1 to 32 letters"),
    ('code = "GRAND"', 'code = ""', PROPERTY, "code", "must be 1 to 32 letters"),
    ('code = "GRAND"', "", PROPERTY, "code", "is missing"),
    ('"Grand Hotel"', '""', PROPERTY, "name", "must not be empty"),
    ('"Grand Hotel"', '" Grand"', PROPERTY, "name", "must be one line without blanks"),
    ('"Grand Hotel"', '"Grand\\nHotel"', PROPERTY, "name", "must be one line"),
    ('"Grand Hotel"', f'"{"G" * 121}"', PROPERTY, "name", "may have at most 120 characters"),
    ('"Grand Hotel"', "1", PROPERTY, "name", 'must be in quotes: "1"'),
    ('"Grand Hotel"', "true", PROPERTY, "name", "must be text in quotes"),
    (
        'timezone = "Asia/Shanghai"\ncurrency',
        'timezone = "Asia/Shangai"\ncurrency',
        PROPERTY,
        "timezone",
        '"Asia/Shangai" is not a time zone; did you mean "Asia/Shanghai"?',
    ),
    ('"CNY"', '"RMB"', PROPERTY, "currency", '"RMB" is not a currency code of ISO 4217'),
    ('"CNY"', '"cny"', PROPERTY, "currency", '"cny" is not a currency code of ISO 4217; did'),
    ('"en"', '"zh"', PROPERTY, "language", "must be 'en' or 'zh-hans'"),
    ('"0.06"', "0.060", PROPERTY, "tax_rate", 'must be in quotes, so that it stays exact: "0.060"'),
    ('"0.06"', '"1.06"', PROPERTY, "tax_rate", "must be a share from 0 to 1"),
    ('"0.06"', '"0.061234"', PROPERTY, "tax_rate", "may have at most 5 decimals"),
    ('"0.06"', '"6 %"', PROPERTY, "tax_rate", 'must be a number such as "15.50"'),
    (
        "tax_included = true",
        'tax_included = "yes"',
        PROPERTY,
        "tax_included",
        "must be true or false",
    ),
    ('"PT3H"', '"3h"', PROPERTY, "late_charge_window", "must be a duration such as"),
    ('"PT3H"', '"PT"', PROPERTY, "late_charge_window", "must be a duration such as"),
    ('"PT3H"', "03:00:00", PROPERTY, "late_charge_window", "must be a duration such as"),
    ('"PT3H"', '"P1M"', PROPERTY, "late_charge_window", "must be a duration such as"),
    ('"PT3H"', '"P32D"', PROPERTY, "late_charge_window", "may be at most 31 days"),
    ('["110", ', "[110, ", PROPERTY, "emergency_numbers", 'entry 1 must be in quotes: "110"'),
    ('"119", ', '"fire", ', PROPERTY, "emergency_numbers", "entry 2 must be 1 to 15 digits"),
    # [pbx]
    ('name = "main"', 'nane = "main"', PBX, "nane", 'is not a key of [pbx]; did you mean "name"?'),
    ('"http://127.0.0.1:8088"', '"ftp://127.0.0.1"', PBX, "url", "must be an address such as"),
    ("127.0.0.1:8088", "127.0.0.1/api", PBX, "url", "must be an address such as"),
    ("127.0.0.1:8088", "127.0.0.1?x=1", PBX, "url", "must be an address such as"),
    ("127.0.0.1:8088", "127.0.0.1:port", PBX, "url", "must be an address such as"),
    ("127.0.0.1:8088", "api:Rosa@127.0.0.1", PBX, "url", "must be an address such as"),
    ("127.0.0.1:8088", "[fd00::1", PBX, "url", "must be an address such as"),
    ('"http://127.0.0.1:8088"', '"http://"', PBX, "url", "must be an address such as"),
    ('"env:PBX_PASSWORD"', '""', PBX, "password", "must be text in quotes, one line, not"),
    ('"env:PBX_PASSWORD"', "12345678", PBX, "password", "must be text in quotes, one line, not"),
    ('"env:PBX_PASSWORD"', '"a\\u0000b"', PBX, "password", "must be text in quotes, one line"),
    ('"env:PBX_PASSWORD"', '"env:PBX PASSWORD"', PBX, "password", "must name a variable after"),
    ("verify_tls = true", "verify_tls = 1", PBX, "verify_tls", "must be true or false without"),
    ("verify_tls = true", 'verify_tls = "false"', PBX, "verify_tls", "must be true or false wit"),
    ("verify_tls = true", 'verify_tls = ""', PBX, "verify_tls", "must be true or false without"),
    ("verify_tls = true", 'verify_tls = "a\\u0000"', PBX, "verify_tls", "must be one line without"),
    ('"192.168.5.150"]', '"pbx.local"]', PBX, "allowed_sources", 'entry 1 "pbx.local" must be'),
    (
        '"192.168.5.150"]',
        '"192.168.5.150/24"]',
        PBX,
        "allowed_sources",
        'entry 1 "192.168.5.150/24" must be an address or a network; did you mean 192.168.5.0/24?',
    ),
    ('["192.168.5.150"]', '"192.168.5.150"', PBX, "allowed_sources", "must be a list in brackets"),
    ("[pbx]", "[[pbx]]", "[[pbx]]", "", "must be one table, written [pbx]"),
    # [feature_codes]
    ('"778"', '"777"', CODES, "minibar", "777 is already the housekeeping code"),
    ('"777"', '"*77"', CODES, "housekeeping", 'must be 1 to 8 digits, not "*77"'),
    ('"*00"', '"00"', STATUSES, "00", "must be * and digits"),
    ('= "dirty"', '= "filthy"', STATUSES, "*00", "must be 'dirty', 'pickup', 'clean' or 'inspect"),
    ('= "dirty"', "= 0", STATUSES, "*00", "must be 'dirty', 'pickup', 'clean' or 'inspected'"),
    (
        '"*02" = "inspected"',
        'minibar_code = "inspected"\nminibar = "clean"',
        STATUSES,
        "minibar_code",
        "must be * and digits",
    ),
    (
        'minibar = "778"\n[feature_codes.housekeeping_statuses]',
        '[feature_codes.housekeeping_statuses]\nminibar = "clean"',
        STATUSES,
        "minibar",
        'must be * and digits, such as "*01", not "minibar"; it belongs to [feature_codes]',
    ),
    (
        '"*01" = "clean"',
        '"*0" = "clean"',
        CODES,
        "housekeeping_statuses",
        'must not have "*00" beside "*0": *0 takes effect at once',
    ),
    (
        'minibar = "778"\n',
        'minibar = "778"\nstaff_number = "9"\n',
        CODES,
        "staff_number",
        'must be a number of digits from "1" to "8", "#" for any length, or empty, not "9"',
    ),
    # [wake_up_calls]
    ("repeats = 2", "repeats = 0", WAKE_UP, "repeats", "must be at least 1"),
    ("repeats = 2", "repeats = 4", WAKE_UP, "repeats", "must be at most 3"),
    ("repeats = 2", 'repeats = "2"', WAKE_UP, "repeats", "must be a whole number, without quotes"),
    ("repeats = 2", "repeats = 2.0", WAKE_UP, "repeats", "must be a whole number"),
    ("repeats = 2", "repeats = true", WAKE_UP, "repeats", "must be a whole number"),
    ("interval = 5", "interval = 0", WAKE_UP, "repeat_interval", "must be at least 1"),
    ("interval = 5", "interval = 61", WAKE_UP, "repeat_interval", "must be at most 60"),
    ("after = 120", "after = -1", WAKE_UP, "fallback_after", "must be at least 0"),
    ('"wakeup" ', '"123"', WAKE_UP, "fallback_prompt", '"123" cannot be a prompt'),
    (
        'confirm_key = "1"',
        'confirm_key = "1"\nsnooze_key = "1"',
        WAKE_UP,
        "snooze_key",
        '"1" is already the confirm_key',
    ),
    ('"8000"', '"desk"', WAKE_UP, "desk_extension", "must be 1 to 8 digits, or empty"),
    ('"6600"', '"2003"', ROOM_203, "extensions", "2003 is already the confirm_ivr of"),
    ('"6600"', '"777"', WAKE_UP, "confirm_ivr", "777 is already the housekeeping code"),
    ('confirm_key = "1"', 'confirm_key = "12"', WAKE_UP, "confirm_key", "must be one key of a"),
    # [[classes_of_service]]
    ('"barred"', '"standard"', STANDARD, "name", "is used twice: number 1 has the same"),
    ("default = true\n", "default = 1\n", STANDARD, "default", "must be true or false"),
    (
        "outbound_routes = []",
        "outbound_routes = []\ndefault = true",
        BARRED,
        "default",
        'can be true for only one class, and "standard" has it',
    ),
    (
        'tariff = "standard"',
        'tariff = "standart"',
        STANDARD,
        "tariff",
        '"standart" is not a tariff of this file; did you mean "standard"?',
    ),
    (
        '"national"]',
        '"long distance"]',
        STANDARD,
        "outbound_routes",
        'entry 2 "long distance" must',
    ),
    ('"national"]', '"a,b"]', STANDARD, "outbound_routes", 'entry 2 "a,b" must be a route\'s name'),
    ('"national"]', '""]', STANDARD, "outbound_routes", 'entry 2 "" must be a route\'s name'),
    ('"national"]', '"all"]', STANDARD, "outbound_routes", "entry 2 must name each route"),
    # [[rooms]]
    ('number = "203"', "number = 203", ROOM_203, "number", 'must be in quotes: "203"'),
    ('number = "203"', 'number = "2/3"', "[[rooms]] 2/3", "number", "must be 1 to 16 characters"),
    ('number = "203"', "", "[[rooms]] number 1", "number", "is missing"),
    ('floor = "2"', f'floor = "{"2" * 17}"', ROOM_203, "floor", "may have at most 16 characters"),
    ('floor = "2"', "floor = 2", ROOM_203, "floor", 'must be in quotes: "2"'),
    ('["2003"]', "[]", ROOM_203, "extensions", "must have at least one entry"),
    ('["2003"]', '["2003", "20o4"]', ROOM_203, "extensions", "entry 2 must be 1 to 8 digits"),
    ('["2003"]', '["123456789"]', ROOM_203, "extensions", "entry 1 must be 1 to 8 digits"),
    ('["2003"]', '["2003", "2003"]', ROOM_203, "extensions", "2003 is already an extension of"),
    ('["2003"]', '["778"]', ROOM_203, "extensions", "778 is already the minibar code"),
    ("extensions =", "extension =", ROOM_203, "extension", "is not a key of [[rooms]]; did you"),
    ("[[rooms]]", "[rooms]", "[rooms]", "", "must be a list of tables, each written [[rooms]]"),
    # [[minibar_products]]
    ('"123456789"', "7", "[[minibar_products]] 7", "code", 'must be in quotes: "7"'),
    ('"123456789"', '"1234567890"', "[[minibar_products]] 1234567890", "code", "must be 1 to 9"),
    ('"123456789"', '"12*"', "[[minibar_products]] 12*", "code", "must be 1 to 9 digits"),
    ('"15.00"', "15.00", COLA, "price", 'must be in quotes, so that it stays exact: "15.00"'),
    ('"15.00"', '"15.005"', COLA, "price", "may have at most 2 decimals in CNY"),
    ('"15.00"', '"-15.00"', COLA, "price", 'must be a number such as "15.50", not negative'),
    ('"15.00"', "true", COLA, "price", 'must be a number in quotes, such as "15.50"'),
    ('"15.00"', '"1e3"', COLA, "price", "must be a number such as"),
    ('"15.00"', '"NaN"', COLA, "price", "must be a number such as"),
    ('"15.00"', '"123456789"', COLA, "price", "must be a number such as"),
    # [[tariffs]]
    ("00:00:00 ", "00:00:00+08:00 ", TARIFF, "effective_from", "is in property time: write it"),
    ("T00:00:00 ", " ", TARIFF, "effective_from", "must have a time, too: 2026-01-01T00:00:00"),
    ("2026-01-01T00:00:00", '"2026-01-01"', TARIFF, "effective_from", "must be a date and time"),
    ("2026-01-01T00:00:00", "0001-01-01T00:00:00", TARIFF, "effective_from", "cannot be in the"),
    ('["9"]', '["9."]', TARIFF, "strip_prefixes", "entry 1 must be 1 to 15 digits"),
    ('surcharge = "0"', 'surcharge = "15"', TARIFF, "surcharge", "must be a share from 0 to 10"),
    # [[tariffs.rates]]
    ('prefix = "00"', 'prefix = "00x"', RATE_1, "prefix", "must be digits, with or without +"),
    ('prefix = "00"', 'prefix = "0+0"', RATE_1, "prefix", "must be digits, with or without +"),
    ('"6.00"', '"0.1234567"', RATE_1, "price_per_minute", "may have at most 6 decimals"),
    ('"1.00"', "1.00", RATE_1, "connection_fee", "must be in quotes"),
    ("increment = 6 ", "increment = 0 ", RATE_1, "increment", "must be at least 1"),
    ("initial_increment = 60", "initial_increment = -1", RATE_1, "initial_increment", "must be at"),
    ("free_seconds = 0", "free_seconds = 0.5", RATE_1, "free_seconds", "must be a whole number"),
    ('"mon-sun"', '"monday"', RATE_1, "days", "must be days such as"),
    ('"mon-sun"', '["mon"]', RATE_1, "days", 'must be text in quotes, such as "mon-fri,sun"'),
    ('from = "00:00"', 'from = "24:00"', RATE_1, "from", 'must be "00:00" for midnight'),
    ('from = "00:00"', "from = 00:00:00", RATE_1, "from", "must be text in quotes"),
    ('to = "24:00"', 'to = "24:30"', RATE_1, "to", "must be a time such as"),
    ('to = "24:00"', 'to = "00:00"', RATE_1, "to", "leaves no time after from"),
    (
        "free_seconds = 0",
        'strip_prefixes = ["9"]',
        RATE_1,
        "strip_prefixes",
        "is not a key of [[tariffs.rates]]; it belongs to [[tariffs]]: write it under that header",
    ),
    # the file
    ("[[rooms]]", "[[room]]", "[[room]]", "", 'is not part of a hotel file; did you mean "rooms"?'),
    ("[property]", 'hotel = "x"\n[property]', "", "hotel", "is not part of a hotel file"),
]

RATE = '[[tariffs.rates]]\nprefix = "00"\nprice_per_minute = "5.00"\n'
ROOM = '[[rooms]]\nnumber = "{number}"\nextensions = ["{extension}"]\n'
PRODUCT = '[[minibar_products]]\ncode = "{}"\nname = "Nuts"\nprice = "9"\n'
EDITION = '[[tariffs]]\nname = "standard"\neffective_from = {}\n'
# What is added at the end, table, key, the reason (from its beginning)
ADDITIONS = [
    (
        RATE,
        '[[tariffs.rates]] number 2 of "standard"',
        "prefix",
        '"00" has another rate at the same time, number 1: the bands of one prefix must not',
    ),
    (
        EDITION.format("2026-07-01T00:00:00") + RATE + RATE,
        '[[tariffs.rates]] number 2 of "standard" from 2026-07-01 00:00:00',
        "prefix",
        '"00" has another rate at the same time, number 1',
    ),
    (
        EDITION.format("2026-01-01T00:00:00"),
        '[[tariffs]] "standard" from 2026-01-01 00:00:00',
        "effective_from",
        "is used twice: number 1 has the same",
    ),
    (ROOM.format(number="203", extension="2004"), ROOM_203, "number", "is used twice: number 1"),
    (
        ROOM.format(number="204", extension="2003"),
        "[[rooms]] 204",
        "extensions",
        "2003 is already an extension of room 203",
    ),
    (PRODUCT.format("123456789"), COLA, "code", "is used twice: number 1 has the same"),
    ("[[rooms]]\n", "[[rooms]] number 2", "number", "is missing"),
]


def parsed_faults(folder: Path, text: str) -> tuple[Fault, ...]:
    path = folder / "hotel.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(HotelFileFaults) as refusal:
        parse_hotel_file(path)
    return refusal.value.faults


@pytest.mark.parametrize(("old", "new", "table", "key", "reason"), SLIPS)
def test_a_slip_is_named_with_its_table_and_key(
    tmp_path: Path, old: str, new: str, table: str, key: str, reason: str
) -> None:
    assert old in GRAND
    faults = parsed_faults(tmp_path, GRAND.replace(old, new, 1))
    reasons = {(fault.table, fault.key): fault.reason for fault in faults}
    assert reasons[table, key].startswith(reason)


@pytest.mark.parametrize(("added", "table", "key", "reason"), ADDITIONS)
def test_an_entry_too_many_is_named_with_its_table_and_key(
    tmp_path: Path, added: str, table: str, key: str, reason: str
) -> None:
    first = parsed_faults(tmp_path, GRAND + added)[0]
    assert (first.table, first.key) == (table, key)
    assert first.reason.startswith(reason)
