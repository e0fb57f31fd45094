"""Names that the PBX accepts and that the front desk can read."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.names import FALLBACK, MAX_LENGTH, fit_name, full_name, guest_display, transliterate

FORBIDDEN = "!%.@:;&\"'\\<>$`"


@pytest.mark.parametrize(
    ("name", "fitted"),
    [
        ("Alice Smith", "Alice Smith"),
        ("O'Brien", "OBrien"),
        ("O\u2019Brien", "OBrien"),
        ("St. John", "St John"),
        ("St.John", "St John"),
        ("Zoë Müller", "Zoë Müller"),
        ("Zoe\u0308", "Zoë"),
        ("王伟", "王伟"),
        ("  Rosa \t\r\n  Lopez ", "Rosa Lopez"),
        ("Tom & Ann <VIP>", "Tom Ann VIP"),
        ("Ro\u200bsa\u202e\0", "Rosa"),
        ("Rosa\ud800", "Rosa"),
        ("Jean-Luc", "Jean-Luc"),
        ("!?", "?"),
        (FORBIDDEN, ""),
        ("", ""),
    ],
)
def test_a_name_loses_what_the_pbx_forbids(name: str, fitted: str) -> None:
    assert fit_name(name) == fitted


@pytest.mark.parametrize(
    ("name", "fitted"),
    [
        ("Maximilian Alexander von Habsburg", "Maximilian Alexander von"),
        # A cut at the space would lose too much.
        ("Ms Wolfeschlegelsteinhausenbergerdorff", "Ms Wolfeschlegelsteinhausenberg"),
        # Exactly full.
        ("Alexandra Konstantinopolitanski", "Alexandra Konstantinopolitanski"),
        ("Alexandra Konstantinopolitansk Maria", "Alexandra Konstantinopolitansk"),
        # A letter is not parted from its accent.
        ("x" * 30 + "q\u0323", "x" * 30),
    ],
)
def test_a_long_name_is_cut_where_it_costs_little(name: str, fitted: str) -> None:
    assert fit_name(name) == fitted


@given(st.text())
def test_every_fitted_name_can_be_sent(name: str) -> None:
    fitted = fit_name(name)
    assert len(fitted) <= MAX_LENGTH
    assert not set(fitted) & set(FORBIDDEN)
    assert fitted == " ".join(fitted.split())
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in fitted)
    assert fit_name(fitted) == fitted


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Zoë Müller-Strauß", "Zoe Muller Strauss"),
        ("王伟", "WangWei"),
        ("Ólafur O’Brien", "Olafur OBrien"),
        ("Смирнов, Анна", "Smirnov Anna"),
        ("???", FALLBACK),
    ],
)
def test_a_refused_name_is_written_in_plain_letters(name: str, plain: str) -> None:
    assert transliterate(name) == plain


@given(st.text())
def test_every_plain_name_is_letters_digits_and_spaces(name: str) -> None:
    plain = transliterate(name)
    assert plain
    assert len(plain) <= MAX_LENGTH
    assert plain.isascii()
    assert plain.replace(" ", "").isalnum()


@pytest.mark.parametrize(
    ("title", "first", "last", "shown"),
    [
        ("Ms", "Alice", "Smith", "Ms Smith Alice"),
        ("", "Alice", "Smith", "Smith Alice"),
        ("Dr.", "", "Who", "Dr Who"),
        ("", "Alice", "", "Alice"),
        ("先生", "伟", "王", "王伟先生"),
        ("Mr", "伟", "王", "Mr 王伟"),
        ("", "花子", "山田", "山田花子"),
        ("", "希", "佐々木", "佐々木希"),
        ("様", "太郎", "𠮷田", "𠮷田太郎様"),
        ("", "一郎", "葛\U000e0100城", "葛\U000e0100城一郎"),
        ("", "ケンジ", "サトー", "サトーケンジ"),
        ("", "ｹﾝｼﾞ", "ｻﾄｰ", "ｻﾄｰｹﾝｼﾞ"),
        ("", "はな\u3099", "すす\u3099き", "すずきはな\u3099"),
        ("씨", "민수", "김", "김민수씨"),
        ("Mr", "민수", "김", "Mr 김민수"),
        ("", "민수", "\u1100\u1175\u11b7", "김민수"),
        ("", "Văn An", "Nguyễn", "Nguyễn Văn An"),
        ("", "王伟", "", "王伟"),
        ("Mr", "Wei", "王", "Mr 王 Wei"),
        ("", "", "", FALLBACK),
        ("Mr", " ", " ", FALLBACK),
        ("", "!", ".", FALLBACK),
        ("Mr", "Maximilian Alexander", "von Habsburg", "Mr von Habsburg Maximilian"),
    ],
)
def test_the_display_begins_with_what_the_clerk_says(
    title: str, first: str, last: str, shown: str
) -> None:
    assert guest_display(title, first, last) == shown


@pytest.mark.parametrize(
    ("title", "first", "last", "written"),
    [
        ("Ms", "Alice", "Smith", "Ms Alice Smith"),
        ("", "Alice", "", "Alice"),
        ("", "", "Cher", "Cher"),
        ("先生", "伟", "王", "王伟先生"),
        ("Mr", "伟", "王", "Mr 王伟"),
        ("", "希", "佐々木", "佐々木希"),
        ("様", "太郎", "𠮷田", "𠮷田太郎様"),
        ("", "민수", "김", "김민수"),
        ("", "An", "Nguyễn Văn", "An Nguyễn Văn"),
        ("", "Wei", "王", "Wei 王"),
    ],
)
def test_the_folio_has_the_name_as_people_write_it(
    title: str, first: str, last: str, written: str
) -> None:
    assert full_name(title, first, last) == written
