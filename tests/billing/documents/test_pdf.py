"""Folios as PDF files, read back page by page with another library."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from billing.documents import folio_document, folio_stays, folios_as_pdf
from billing.folio.statement import folio_of
from rooms.logo import read_logo, set_logo
from rooms.models import Guest, Property, Stay
from tests import house
from tests.billing.documents.guests import charge, drink, printed
from tests.house import CLERK
from tests.support.pictures import picture

pytestmark = pytest.mark.django_db

HOSTILE = (
    "<script>alert(1)</script>",
    "\u202eevil\u2066 {page} %(x)s ${y} \\textbf{z}",
    "\x07bell\x1b[31m\x00red",
    "W" * 120,
    "王" * 120,
    "👨‍👩‍👧‍👦 🇨🇳 ❤️ \U0001f9d1\U0001f3fd",
    "محمد שלום สวัสดี हिन्दी \U00030000",
    "a" + "\u0301" * 60,
)


@pytest.fixture
def alice(hotel: Property) -> Stay:
    return house.check_in(hotel, "Smith")


def read(*stays: Stay, language: str = "en") -> PdfReader:
    documents = (printed(stay, language) for stay in stays)
    return PdfReader(io.BytesIO(folios_as_pdf(documents, "Folios")), strict=True)


def pages(reader: PdfReader) -> list[str]:
    """The text of each page; a wide letter may come with an empty byte before it."""
    return [page.extract_text().replace("\x00", "") for page in reader.pages]


def fonts(reader: PdfReader) -> list[Any]:
    found = {}
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            found[font.get_object()["/BaseFont"]] = font.get_object()
    return list(found.values())


def heights(page: Any) -> list[float]:
    """Where texts stand, in points from the lower edge, the lowest first."""
    found: list[float] = []

    def visit(text: str, _: Any, matrix: list[float], *__: Any) -> None:
        if text.strip():
            found.append(matrix[5])

    page.extract_text(visitor_text=visit)
    return sorted(found)


def test_a_folio_in_both_languages_on_a4(alice: Stay) -> None:
    charge(alice, "洗衣 Laundry — éß")
    for language, words in (
        ("en", ("Folio", "Description", "Balance due CNY", "Page 1 of 1")),
        ("zh-hans", ("账单", "消费明细", "应付余额", "第 1 页，共 1 页")),
    ):
        reader = read(alice, language=language)
        (text,) = pages(reader)
        for word in (*words, "Grand Hotel", "Alice Smith", "洗衣 Laundry — éß", "45.00"):
            assert word in text
        assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]


def test_every_typeface_is_inside_the_file_with_its_used_letters_only(alice: Stay) -> None:
    charge(alice, "洗衣服务")
    reader = read(alice, language="zh-hans")
    assert len(fonts(reader)) == 3
    for font in fonts(reader):
        assert "/ToUnicode" in font
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    size = reader.stream.seek(0, io.SEEK_END)
    assert size < 200_000


def test_a_folio_in_latin_letters_needs_no_chinese_typeface(alice: Stay) -> None:
    drink(alice)
    assert {font["/BaseFont"] for font in fonts(read(alice))} == {
        "/MPDFAA+SourceSansPro",
        "/MPDFAA+SourceSansProSemibold",
    }


def test_five_hundred_lines_go_over_pages_that_each_repeat_the_heading(alice: Stay) -> None:
    drink(alice, 500)
    found = pages(read(alice))
    assert len(found) > 10
    for number, text in enumerate(found, start=1):
        assert f"Page {number} of {len(found)}" in text
        assert "Description" in text or "Balance due" in text
        assert number == 1 or "Folio R-Smith" in text
    assert sum(text.count("Water") for text in found) == 500
    assert "Balance due" in found[-1]
    assert "4,000.00" in found[-1]


def test_nothing_is_printed_below_the_edge_or_over_the_foot(alice: Stay) -> None:
    for place in range(60):
        charge(alice, f"{place} " + "long words " * (place % 20), reason="why " * (place % 15))
    for page in read(alice).pages:
        # Printed at and the count of pages are the two lowest, 34 points from the edge.
        assert heights(page)[:2] == pytest.approx([34, 34], abs=1)
        assert heights(page)[2] > 56


def test_a_group_is_one_file_in_which_each_folio_begins_a_page(hotel: Property) -> None:
    group = hotel.groups.create(code="TOUR-7")
    for number in range(301, 341):
        hotel.rooms.create(number=str(number))
        stay = house.check_in(hotel, f"Guest{number}", number=str(number))
        Stay.objects.filter(pk=stay.pk).update(group=group)
    longest = Stay.objects.get(reference="R-Guest320")
    drink(longest, 60)
    reserved = house.reserve(hotel, "Late", number="201")
    Stay.objects.filter(pk=reserved.pk).update(group=group)
    documents = (folio_document(folio_of(stay), "en") for stay in folio_stays(group))
    reader = PdfReader(io.BytesIO(folios_as_pdf(documents, "TOUR-7")), strict=True)
    found = pages(reader)
    firsts = [text for text in found if "Page 1 of " in text]
    assert len(firsts) == 40
    for number, text in enumerate(firsts, start=301):
        assert f"R-Guest{number}" in text
        assert sum(f"Alice Guest{other}" in text for other in range(301, 341)) == 1
    assert len(found) == 41
    assert sum("Page 2 of 2" in text for text in found) == 1
    assert reader.metadata is not None
    assert reader.metadata.title == "TOUR-7"


def test_the_logo_is_on_the_first_page_only(hotel: Property, alice: Stay) -> None:
    drink(alice, 80)
    assert not read(alice).pages[0].images
    for format_ in ("PNG", "JPEG", "GIF", "WEBP"):
        set_logo(hotel, read_logo(picture(1800, 600, format_)), actor=CLERK)
        reader = read(alice)
        assert [len(page.images) for page in reader.pages][:2] == [1, 0]
        image = reader.pages[0].images[0].image
        assert image is not None
        assert image.size[0] < 700  # 55 mm at 300 dpi
        assert image.convert("RGB").getpixel((9, 9)) == pytest.approx((20, 89, 74), abs=6)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_somebody_enters_is_printed_or_left_out_and_never_raises(
    hotel: Property, alice: Stay, name: str
) -> None:
    clean = name.replace("\x00", "")
    Guest.objects.filter(stay=alice).update(last_name=clean[:120], first_name=clean[:120])
    Property.objects.update(name=clean[:120], address=clean)
    charge(alice, clean[:255], reason=clean[:255])
    for language in ("en", "zh-hans"):
        text = pages(read(alice, language=language))[0]
        assert "45.00" in text
        assert not set(text) & set("\u202e\u2066\x07\x1b")


def test_more_guests_than_a_page_has_lines_go_on_the_next(alice: Stay) -> None:
    for number in range(150):
        alice.guests.create(last_name=f"Guest-of-the-family-{number:03}", position=number + 1)
    reader = read(alice)
    assert len(reader.pages) == 4
    text = "".join("".join(page.split()) for page in pages(reader))
    assert all(f"Guest-of-the-family-{number:03}" in text for number in range(150))
    assert all(heights(page)[2] > 56 for page in reader.pages)


def test_an_empty_folio_says_so(alice: Stay) -> None:
    (text,) = pages(read(alice))
    assert "No charges." in text
    assert "0.00" in text
