"""Parsing of dialed numbers and callers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.numbers import emergency_number, looks_like_extension, normalize_number, number_of

NUMBERS = ("110", "119", "120", "112", "911")
OUTSIDE = ("9", "90", "0", "0033")

ALARMS = [
    "110", "9110", "90110", "9110#", "110#", "9,110", "9 110", "9-110", "90w110", "0,112", "+110",
    "9p110", "9P110", "9W110", "9;110", "9.110", "9/110", "(9) 1-1-0", "9\u00a0110", "9\u2011110",
    "９１１０", "9，110", "110,5", "9,110,,5#", "9+110", "*31#110", "#31#9110", "*67 110", "**110",
    "sip:9110@192.168.5.150", "<sip:110@host;transport=udp>", "sip:110", "tel:110", "110@trunk",
    "sip:9110%23@host", '"Police" <110>', "SIP/trunk/9110", "0033911", "5110", " 110 ",
]  # fmt: skip


@pytest.mark.parametrize("dialled", ALARMS)
def test_an_emergency_number_is_one_whatever_stands_around_it(dialled: str) -> None:
    assert emergency_number(dialled, NUMBERS, lambda: OUTSIDE) in NUMBERS


ORDINARY = [
    "1101234", "91101234", "110-1234", "9 110 1234", "021110110", "90215551234", "1105", "99110",
    "2201", "", "voicemail", "*110123#", "11", "9", "0110110", "sip:1101234@110",
]  # fmt: skip


@pytest.mark.parametrize("dialled", ORDINARY)
def test_an_ordinary_number_is_no_alarm(dialled: str) -> None:
    assert emergency_number(dialled, NUMBERS, lambda: OUTSIDE) is None


SEPARATORS = st.text("pw,PW -.()/\u00a0\u2009\u2011", max_size=3)


@given(st.data())
def test_any_decoration_of_an_emergency_number_alarms(data: st.DataObject) -> None:
    number = data.draw(st.sampled_from(NUMBERS))
    before = data.draw(st.sampled_from(("", *OUTSIDE, *"12345678")))
    inside = st.text(" -.()/\u00a0\u2009\u2011", max_size=2)
    parts = [data.draw(inside) + digit for digit in number]
    dialled = "".join(
        (data.draw(SEPARATORS), before, data.draw(SEPARATORS),
         data.draw(st.sampled_from(("", "+"))),
         *parts, data.draw(SEPARATORS), data.draw(st.sampled_from(("", "#", "##"))),
         data.draw(SEPARATORS))
    )  # fmt: skip
    wanted = {each for each in NUMBERS if (before + number).endswith(each)}
    assert emergency_number(dialled, NUMBERS, lambda: OUTSIDE) in wanted


@given(
    st.sampled_from(NUMBERS),
    st.text("0123456789", min_size=4, max_size=12),
    st.sampled_from(("", *OUTSIDE)),
    st.text(" -.()/", max_size=2),
)
def test_no_number_that_only_begins_with_one_alarms(
    number: str, rest: str, before: str, separator: str
) -> None:
    dialled = f"{before}{separator}{number}{separator}{rest}"
    assert emergency_number(dialled, NUMBERS, lambda: OUTSIDE) is None


DIALLED = [
    ("9,0211234", ("9",), "0211234"),
    ("9w0211234#", ("9",), "0211234"),
    ("90110", ("9", "90"), "110"),
    ("9110#", ("9", "90"), "110"),
    ("*62#", (), "*62#"),
    ("9*62#", ("9",), "*62#"),
    ("９０２１", ("9",), "021"),
    ("٩٠٢١", ("9",), "021"),
    ("sip:90215551234@trunk;transport=udp", ("9",), "0215551234"),
    ("<sip:+4930123@trunk>", ("9",), "+4930123"),
    ("9+4930123", ("9",), "+4930123"),
    ("voicemail", ("9",), ""),
]


@pytest.mark.parametrize(("dialled", "outside", "number"), DIALLED)
def test_what_was_dialled_is_read_once(dialled: str, outside: tuple[str, ...], number: str) -> None:
    assert normalize_number(dialled, outside) == number


CALLERS = [
    "2201", " 2201 ", "+2201", "Smith Alice<2201>", '"Smith, Alice" <2201>', "<2201>",
    "2201@192.168.5.150", "sip:2201@host", "sip:2201@host;transport=udp", "sips:2201@host:5061",
    "<sip:2201@192.168.5.150:5060>", '"Room 22" <sip:2201@host;user=phone>', "SIP:2201@host",
    "SIP/2201-0000001a", "PJSIP/2201-000000ff", "Local/2201@from-internal-00000a2b;2",
    "SIP/2201", "IAX2/2201-1234567", "22 01", "tel:2201", "２２０１", "Room 2203<2201>",
    "sip:2201:secret@host", "佐藤<2201>", "2201 <2201>",
]  # fmt: skip


@pytest.mark.parametrize("text", CALLERS)
def test_a_caller_is_read_in_every_form(text: str) -> None:
    assert number_of(text) == "2201"


UNREADABLE = [
    "", " ", "+", "<>", "anonymous", "Anonymous<anonymous>", "Smith Alice 2201", "2201 Smith",
    "Smith<2201", "Smith 2201>", "<2201> <2202>", "<<2201>>", "192.168.5.150", "sip:host",
    "sip:@host", "sip:alice2201@host", "DAHDI/2201-1", "SIP/SPS-6-36-0000001a", "2201,2202",
    "2201/2202", "Smith<2201;2202>", "unknown", "-", "()", "s", "\u202e",
]  # fmt: skip


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_names_no_number_with_certainty_is_not_read(text: str) -> None:
    assert number_of(text) == ""


@given(st.text(max_size=80))
def test_nothing_raises(text: str) -> None:
    number = number_of(text)
    assert number.strip("0123456789*#") == ""
    normalize_number(text, OUTSIDE)
    emergency_number(text, NUMBERS, lambda: OUTSIDE)


@pytest.mark.parametrize(
    ("number", "like"), [("2201", True), ("12345678", True), ("123456789", False), ("", False)]
)
def test_an_extension_has_no_more_digits_than_the_hotel_file_takes(number: str, like: bool) -> None:
    assert looks_like_extension(number) is like
