"""Folios at the desk: the printed page, the PDF, a group's file; the logo and its settings."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from configuration.hotel_file.faults import HotelFileFaults
from configuration.hotel_file.loading.load import load_hotel
from rooms.logo import logo_of, read_logo, set_logo
from rooms.models import Guest, Property, Stay
from tests import house
from tests.billing.documents.guests import charge
from tests.frontdesk.people import staff
from tests.house import CLERK
from tests.support.pictures import bomb, picture

pytestmark = pytest.mark.django_db

FOLIO = "/GRAND/stays/R-Smith/folio/"
FOLIO_PDF = "/GRAND/stays/R-Smith/folio.pdf"
SETTINGS = "/GRAND/settings/logo/"


@pytest.fixture
def alice(hotel: Property) -> Stay:
    stay = house.check_in(hotel, "Smith")
    charge(stay, "Laundry")
    return stay


def text_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return "\n".join(page.extract_text().replace("\x00", "") for page in pages)


# --- page and file ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("", "Balance due"),
        ("?language=en", "Balance due"),
        ("?language=zh-hans", "应付余额"),
        ("?language=tlh", "Balance due"),
        ("?language=%00", "Balance due"),
    ],
)
def test_page_and_file_are_in_the_language_asked_for(
    alice: Stay, clara: Client, query: str, word: str
) -> None:
    page, file = clara.get(FOLIO + query), clara.get(FOLIO_PDF + query)
    assert word in page.content.decode()
    assert word in text_of(file.content)
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"] == 'inline; filename="folio-R-Smith.pdf"'
    assert "no-store" in file["Cache-Control"]


def test_without_a_choice_it_is_the_hotel_s_language(alice: Stay, clara: Client) -> None:
    Property.objects.update(language="zh-hans")
    page = clara.get(FOLIO).content.decode()
    assert 'lang="zh-Hans"' in page
    assert "应付余额" in page
    assert "应付余额" in text_of(clara.get(FOLIO_PDF).content)


def test_page_and_file_say_the_same(alice: Stay, clara: Client) -> None:
    answer = clara.get(FOLIO)
    page, file = answer.content.decode(), text_of(clara.get(FOLIO_PDF).content)
    document = answer.context["document"]
    said = [part for fact in document.details for part in fact]
    said += [part for each in document.sums for part in (each.words, each.amount)]
    said += [cell for row in document.sections[0].rows for cell in row.cells]
    assert len(said) > 20
    for words in said:
        assert words in page
        assert words in file


def test_a_hostile_name_is_text_on_the_page(alice: Stay, clara: Client) -> None:
    Guest.objects.update(last_name="\u202e<script>alert(1)</script>", first_name="<img src=x>")
    page = clara.get(FOLIO).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img src=x>" not in page
    assert "\u202e" not in page.partition("<article")[2]


def test_a_reference_with_quotes_and_wide_letters_names_the_file(hotel: Property) -> None:
    clara = staff(hotel, "clara", "clerk")
    house.reserve(hotel, "Smith", reference='a"b;c 张')
    answer = clara.get("/GRAND/stays/a%22b;c%20%E5%BC%A0/folio.pdf")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''folio-a%22b%3Bc")


def test_a_group_s_folios_come_in_one_file(hotel: Property, alice: Stay, clara: Client) -> None:
    house.check_in(hotel, "Jones", number="202")
    house.reserve(hotel, "Late", number="203")
    Stay.objects.update(group=hotel.groups.create(code="TOUR 7"))
    link = "/GRAND/groups/TOUR%207/folios.pdf"
    assert link in clara.get("/GRAND/stays/R-Smith/").content.decode()
    answer = clara.get(f"{link}?language=zh-hans")
    page = clara.get(f"{FOLIO}?language=zh-hans").content.decode()
    assert f'"{link}?language=zh-hans"' in page
    text = text_of(answer.content)
    assert text.count("第 1 页，共 1 页") == 2
    assert "R-Smith" in text
    assert "R-Jones" in text
    assert "R-Late" not in text


def test_a_group_that_has_not_come_in_is_told_so(hotel: Property, clara: Client) -> None:
    stay = house.reserve(hotel, "Late")
    Stay.objects.update(group=hotel.groups.create(code="TOUR-7"))
    answer = clara.get("/GRAND/groups/TOUR-7/folios.pdf", follow=True)
    assert "No one from group TOUR-7 has checked in" in answer.content.decode()
    assert clara.get(f"/GRAND/stays/{stay.reference}/").status_code == 200


def test_folios_are_for_clerks_of_this_hotel(hotel: Property, alice: Stay, tmp_path: Path) -> None:
    Stay.objects.update(group=hotel.groups.create(code="TOUR-7"))
    rosa = staff(hotel, "rosa", "housekeeping")
    stranger = staff(house.build(tmp_path, code="OTHER"), "eve", "manager")
    for path in (FOLIO, FOLIO_PDF, "/GRAND/groups/TOUR-7/folios.pdf", "/GRAND/logo/"):
        assert rosa.get(path).status_code == 404
        assert stranger.get(path).status_code == 404
        assert stranger.get(path.replace("GRAND", "OTHER")).status_code == 404
        assert Client().get(path).status_code == 302


# --- the logo --------------------------------------------------------------------------------


def test_the_logo_is_served_as_a_picture_and_nothing_else(
    hotel: Property, alice: Stay, clara: Client
) -> None:
    assert clara.get("/GRAND/logo/").status_code == 404
    assert "<img" not in clara.get(FOLIO).content.decode()
    # A picture that is a page, too: what a browser must not be talked into.
    content = picture() + b"<html><script>alert(1)</script></html>"
    set_logo(hotel, read_logo(content), actor=CLERK)
    answer = clara.get("/GRAND/logo/")
    assert answer.content == content
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert 'src="/GRAND/logo/"' in clara.get(FOLIO).content.decode()


def test_a_manager_uploads_replaces_and_takes_the_logo_away(hotel: Property, max_: Client) -> None:
    fresh = max_.get(SETTINGS).content.decode()
    assert 'enctype="multipart/form-data"' in fresh
    assert "errorlist" not in fresh
    for content, kind in ((picture(), "PNG"), (picture(format_="JPEG"), "JPEG")):
        file = SimpleUploadedFile("any.svg", content, "text/html")
        assert max_.post(SETTINGS, {"file": file}).status_code == 302
        found = logo_of(hotel)
        assert found is not None
        assert (found.format, bytes(found.content)) == (kind, content)
    assert '"/GRAND/logo/"' in max_.get(SETTINGS).content.decode()
    assert max_.post(SETTINGS, {"remove": "on"}).status_code == 302
    assert logo_of(hotel) is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"GIF89a<script>", "Must be a picture: PNG, JPEG, GIF or WebP."),
        (bomb(10_000, 10_000), "Must have at most 2000 × 2000 pixels"),
        (picture() + b"\0" * 600_000, "Must have at most 512 KiB."),
        (picture()[:-40], "Is broken"),
        (None, "Choose a file, or choose to print without a logo."),
        (b"", "The submitted file is empty."),
    ],
)
def test_an_upload_that_is_no_logo_changes_nothing(
    hotel: Property, max_: Client, content: bytes | None, told: str
) -> None:
    set_logo(hotel, read_logo(picture()), actor=CLERK)
    data = {} if content is None else {"file": SimpleUploadedFile("logo.png", content)}
    answer = max_.post(SETTINGS, data)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert logo_of(hotel) is not None


def test_a_file_sent_to_a_form_without_uploads_is_overlooked(hotel: Property, max_: Client) -> None:
    file = SimpleUploadedFile("logo.png", picture())
    assert max_.post("/GRAND/settings/retention/", {"file": file}).status_code == 422


# --- the hotel file --------------------------------------------------------------------------


@pytest.fixture
def file(hotel: Property, tmp_path: Path) -> Path:
    return tmp_path / "GRAND.toml"


def with_keys(file: Path, keys: str) -> Path:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[pbx]", f"{keys}\n[pbx]", 1), encoding="utf-8")
    return file


def test_address_tax_number_and_logo_are_loaded_from_the_hotel_file(
    hotel: Property, file: Path
) -> None:
    (file.parent / "logo.png").write_bytes(picture())
    with_keys(file, 'address = """\n8 Garden Road\nShanghai"""\ntax_number = "9131"\n')
    with_keys(file, 'logo = "logo.png"')
    assert load_hotel(file) == [
        "~ property GRAND: address none → 8 Garden Road, Shanghai",
        "~ property GRAND: tax_number none → 9131",
        "~ property GRAND: logo none → PNG 300 × 100",
    ]
    hotel.refresh_from_db()
    assert (hotel.address, hotel.tax_number) == ("8 Garden Road\nShanghai", "9131")
    assert load_hotel(file) == []


def test_a_logo_of_which_the_file_does_not_speak_stays(hotel: Property, file: Path) -> None:
    set_logo(hotel, read_logo(picture()), actor=CLERK)
    assert load_hotel(file) == []
    assert logo_of(hotel) is not None
    assert load_hotel(with_keys(file, 'logo = ""')) == [
        "~ property GRAND: logo PNG 300 × 100 → none"
    ]
    assert logo_of(hotel) is None


def test_a_dry_run_leaves_the_logo(hotel: Property, file: Path) -> None:
    (file.parent / "logo.png").write_bytes(picture())
    with_keys(file, 'logo = "logo.png"')
    assert load_hotel(file, dry_run=True) == ["~ property GRAND: logo none → PNG 300 × 100"]
    assert logo_of(hotel) is None


@pytest.mark.parametrize(
    ("key", "content", "told"),
    [
        ('logo = "logo.png"', None, 'logo: "logo.png" cannot be read: No such file'),
        ('logo = "logo.png"', b"text", "logo: must be a picture"),
        ('logo = "logo.png"', bomb(10_000, 10_000), "logo: must have at most 2000 × 2000"),
        ('logo = "."', None, "cannot be read: Is a directory"),
        ("logo = 3", None, 'logo: must be in quotes: "3"'),
        (r'logo = "\u0000"', None, "logo: must be one line"),
        (r'address = "a\u0007"', None, "address: must be one line without blanks"),
        (r'address = "1\n2\n3\n4\n5\n6\n7"', None, "address: may have at most 6 lines"),
        ('tax_number = " x "', None, "tax_number: must be one line without blanks"),
    ],
)
def test_faults_of_the_letterhead_are_named_and_change_nothing(
    hotel: Property, file: Path, key: str, content: bytes | None, told: str
) -> None:
    if content is not None:
        (file.parent / "logo.png").write_bytes(content)
    with_keys(file, f"{key}\n").write_text(
        file.read_text(encoding="utf-8").replace('"Grand Hotel"', '"Grander Hotel"'),
        encoding="utf-8",
    )
    with pytest.raises(HotelFileFaults) as faults:
        load_hotel(file)
    assert told in str(faults.value)
    hotel.refresh_from_db()
    assert hotel.name == "Grand Hotel"
