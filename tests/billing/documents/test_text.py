"""Entered text in print: cleaned, measured, wrapped, in characters that have glyphs."""

import hashlib
import unicodedata

import noto_cjk_sans_otc
import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from billing.documents.text import printable
from billing.documents.typeface import Typeface


@pytest.fixture(scope="module")
def typeface() -> Typeface:
    return Typeface(FPDF())


def test_the_chinese_typeface_is_that_of_its_makers() -> None:
    """As in docs/decisions/dependencies.md: the package is young, its file is not."""
    found = hashlib.sha256(noto_cjk_sans_otc.FONT_PATH.read_bytes()).hexdigest()
    assert found == "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a"


@pytest.mark.parametrize(
    ("entered", "shown"),
    [
        ("Łukasz  Żółć\t", "Łukasz Żółć"),
        ("Zoe\u0308", "Zoë"),
        ("a\x00b\x07c\r\nd", "abc d"),
        ("\u202egnp.exe\u2066 x\u200b\ufeff", "gnp.exe x"),
        ("❤\ufe0f", "❤"),
        ("\ud800 \ue000", ""),
        ("张 伟\u3000先生", "张 伟 先生"),
    ],
)
def test_what_cannot_be_seen_is_left_out(entered: str, shown: str) -> None:
    assert printable(entered) == shown


@given(st.text())
def test_one_line_of_visible_characters_is_left_of_any_text(text: str) -> None:
    shown = printable(text)
    assert shown == printable(shown)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs")]
    assert not set(shown) & set("\n\r\t\v\f\u2028\u2029")


@pytest.mark.parametrize(
    "name", ["Łukasz Żółć", "Nguyễn Văn", "Нина", "Ωμέγα", "張偉", "한국", "さくら"]
)
def test_these_names_keep_their_letters(typeface: Typeface, name: str) -> None:
    assert typeface.fit(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [("محمد", "mhmd"), ("ณัฐ", "nath"), ("Bob 😀", "Bob □"), ("x\u1ab0", "x")],
)
def test_other_letters_become_latin_ones_and_pictures_a_square(
    typeface: Typeface, name: str, shown: str
) -> None:
    assert typeface.fit(name) == shown


def test_each_stretch_of_letters_has_a_typeface_that_has_them(typeface: Typeface) -> None:
    text = typeface.fit("Bob 张伟 (VIP)")
    assert list(typeface.runs(text, bold=True)) == [
        ("latin", "B", "Bob "),
        ("cjk", "", "张伟"),
        ("latin", "B", " (VIP)"),
    ]


@given(text=st.text(st.sampled_from("ab 张，。 \u4e00x-한"), max_size=80), width=st.floats(4, 60))
def test_lines_are_narrow_enough_and_lose_no_letter(
    typeface: Typeface, text: str, width: float
) -> None:
    lines = typeface.wrap(text, width, 10)
    assert lines
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(typeface.width(line, 10) <= width + 0.01 or len(line) <= 2 for line in lines)


def test_words_stay_whole_and_chinese_lines_do_not_begin_with_a_full_stop(
    typeface: Typeface,
) -> None:
    assert typeface.wrap("Laundry and ironing", 20, 10) == ["Laundry and", "ironing"]
    text = "一二三四五六七八九十。"
    for width in range(8, 40):
        lines = typeface.wrap(text, float(width), 10)
        assert not any(line.startswith("。") for line in lines)
    assert typeface.wrap("", 20, 10) == [""]
