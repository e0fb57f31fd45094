"""Hotel files that cannot be read, that have many faults, or that hold a secret."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configuration.hotel_file.faults import Fault, HotelFileFaults
from configuration.hotel_file.schema import HotelFile, parse_hotel_file

# A complete example with every table.
GRAND = (Path(__file__).parent / "grand.toml").read_text(encoding="utf-8")
SECRET = "Alice-1234"

VALUE_LINES = [
    (number, line)
    for number, line in enumerate(GRAND.splitlines())
    if " = " in line and not line.startswith("#")
]
LITERALS = [
    "0", "-1", "1000000000000000000000000", "1.5", "nan", "-inf", "true", "false",
    '""', '"x"', '"1"', '"é\\u0000"', '"99999999999999999999"', '"24:00"', '"http://["', '"-"',
    "[]", "[1]", "[[]]", '["", "all", "2003", "2003"]', "[{}]", "{}", '{ "*00" = "clean" }',
    "1979-05-27", "07:32:00", "1979-05-27T07:32:00", "1979-05-27T07:32:00Z",
]  # fmt: skip


def read(folder: Path, content: str | bytes) -> HotelFile:
    path = folder / "hotel.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return parse_hotel_file(path)


def refusal(folder: Path, content: str | bytes) -> HotelFileFaults:
    with pytest.raises(HotelFileFaults) as caught:
        read(folder, content)
    return caught.value


def test_all_faults_of_a_file_are_told_at_once_in_its_order(tmp_path: Path) -> None:
    text = (
        GRAND.replace('currency = "CNY"', 'currency = "RMB"')
        .replace("repeats = 2", "repeats = 7")
        .replace('number = "203"', "number = 203")
        .replace('tariff = "standard"', 'tariff = "gold"')
        .replace('"15.00"', "15.00")
        .replace('days = "mon-sun"', 'days = "weekdays"')
    )
    text += '[[rooms]]\nnumber = "204"\nextensions = ["2003"]\n'
    told = refusal(tmp_path, text)
    assert [(fault.table, fault.key) for fault in told.faults] == [
        ("[property]", "currency"),
        ("[wake_up_calls]", "repeats"),
        ('[[classes_of_service]] "standard"', "tariff"),
        ("[[rooms]] 203", "number"),
        ("[[rooms]] 204", "extensions"),
        ("[[minibar_products]] 123456789", "price"),
        ('[[tariffs.rates]] number 1 of "standard"', "days"),
    ]
    lines = str(told).splitlines()
    assert len(lines) == 7
    assert lines[1] == f"{tmp_path}/hotel.toml: [wake_up_calls]: repeats: must be at most 3"


def test_an_empty_file_is_told_which_tables_it_needs(tmp_path: Path) -> None:
    told = refusal(tmp_path, "")
    assert [fault.table for fault in told.faults] == [
        "[property]",
        "[pbx]",
        "[[classes_of_service]]",
    ]
    assert {fault.reason for fault in told.faults} == {"is missing"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[property]\ncode = GRAND\n", "is not valid TOML: Invalid value (at line 2, column 8)"),
        ("[property]\n*00 = 1\n", "(at line 2, column 1)"),
        ("[property]\n[property]\n", "(at line 2, column 10)"),
        ('[property]\nname = "a"\nname = "b"\n', "(at line 3, column 11)"),
        ("[property]\nemergency_numbers = [\n", "at line 2, the end of the file"),
        ('[property]\nname = "大酒店"\n'.encode("gbk"), "line 2 is not UTF-8 text"),
    ],
)
def test_a_file_that_is_not_toml_is_told_its_line(
    tmp_path: Path, content: str | bytes, reason: str
) -> None:
    (fault,) = refusal(tmp_path, content).faults
    assert reason in fault.reason


def test_a_file_that_is_not_there_is_a_fault_like_others(tmp_path: Path) -> None:
    with pytest.raises(HotelFileFaults, match="cannot be read: No such file"):
        parse_hotel_file(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("currency", "price", "taken"),
    [
        ("CNY", "15.50", True),
        ("CNY", "15.500", True),
        ("CNY", "15.505", False),
        ("JPY", "150", True),
        ("JPY", "150.5", False),
        ("KWD", "1.505", True),
        ("KWD", "1.5055", False),
    ],
)
def test_a_price_is_as_fine_as_its_currency(
    tmp_path: Path, currency: str, price: str, taken: bool
) -> None:
    text = GRAND.replace('"CNY"', f'"{currency}"').replace('"15.00"', f'"{price}"')
    if taken:
        assert str(read(tmp_path, text).minibar_products[0].price) == price
    else:
        (fault,) = refusal(tmp_path, text).faults
        assert fault.key == "price"


@pytest.mark.parametrize(
    ("beginning", "taken"),
    [
        ("2026-03-29T01:59:59", True),
        ("2026-03-29T02:30:00", False),  # the clocks go from 02:00 to 03:00
        ("2026-03-29T03:00:00", True),
        ("2026-10-25T02:30:00", True),  # occurs twice
    ],
)
def test_a_tariff_cannot_begin_at_a_time_that_the_clocks_skip(
    tmp_path: Path, beginning: str, taken: bool
) -> None:
    text = GRAND.replace("Asia/Shanghai", "Europe/Berlin").replace("2026-01-01T00:00:00", beginning)
    if taken:
        assert read(tmp_path, text).tariffs[0].effective_from.isoformat() == beginning
    else:
        (fault,) = refusal(tmp_path, text).faults
        assert fault.key == "effective_from"
        assert fault.reason.startswith("does not exist in Europe/Berlin")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('password = "env:PBX_PASSWORD"', f'password = "env:{SECRET}"'),
        ('password = "env:PBX_PASSWORD"', f'passwort = "{SECRET}"'),
        ('password = "env:PBX_PASSWORD"', f'password = ["{SECRET}"]'),
        ('password = "env:PBX_PASSWORD"', f'password = {{ "is" = "{SECRET}" }}'),
        ('password = "env:PBX_PASSWORD"', f"password = {SECRET}"),
        ('password = "env:PBX_PASSWORD"', f'password = "{SECRET}'),
        ('password = "env:PBX_PASSWORD"', f'password = "{SECRET}"\npassword = "{SECRET}"'),
        ('password = "env:PBX_PASSWORD"', f'password = "{SECRET}"\nx = 1'),
        ('url = "http://127', f'url = "http://api:{SECRET}@127'),
        ("[pbx]", f'pbx = "{SECRET}"\n[pbx_2]'),
    ],
)
def test_a_fault_beside_a_secret_does_not_tell_it(tmp_path: Path, old: str, new: str) -> None:
    assert old in GRAND
    told = refusal(tmp_path, GRAND.replace(old, new))
    assert "Alice" not in f"{told} {told!r}"
    assert told.__context__ is None
    assert told.__cause__ is None


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from(VALUE_LINES), st.sampled_from(LITERALS), min_size=1, max_size=3)
)
def test_no_value_whatever_brings_the_reader_down(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[tuple[int, str], str]
) -> None:
    lines = GRAND.splitlines()
    for (number, line), literal in changes.items():
        lines[number] = f"{line.split(' = ')[0]} = {literal}"
    text = "\n".join(lines)
    faults: tuple[Fault, ...] = ()
    rooms = -1
    try:
        rooms = len(read(tmp_path_factory.getbasetemp(), text).rooms)
    except HotelFileFaults as told:
        faults = told.faults
    assert bool(faults) != (rooms == len(tomllib.loads(text)["rooms"]))
    assert all(fault.table.startswith("[") and fault.reason for fault in faults)
