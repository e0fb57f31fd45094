"""The folio as a PDF file over REST."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from rooms.models import Property
from tests import house
from tests.api.rest import PDF, Rest, issue

pytestmark = pytest.mark.django_db

PATH = "stays/R-Smith/folio.pdf"


@pytest.fixture
def guest(hotel: Property) -> None:
    house.check_in(hotel, "Smith")


def text_of(content: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(content)).pages
    return page.extract_text().replace("\x00", "")


def test_the_folio_comes_as_a_file_in_the_language_asked_for(pms: Rest, guest: None) -> None:
    answer = pms.get(PATH)
    assert (answer.status, answer.content_type) == (200, PDF)
    assert answer.headers["Content-Disposition"] == 'inline; filename="folio-R-Smith.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Balance due" in text_of(answer.body)
    assert "应付余额" in text_of(pms.get(PATH, language="zh-hans").body)


def test_another_language_is_refused_by_name(pms: Rest, guest: None) -> None:
    answer = pms.get(PATH, language="tlh")
    assert (answer.status, answer.pointers) == (422, ["?language"])
    assert "en, zh-hans" in answer.body["errors"][0]["detail"]


def test_it_needs_the_scope_of_charges(hotel: Property, guest: None) -> None:
    assert Rest(hotel, issue(hotel, "stays:read")).get(PATH).code == "permission_denied"
    assert Rest(hotel, issue(hotel, "charges:read")).get(PATH).status == 200


def test_a_stay_of_another_hotel_is_not_there(
    pms: Rest, hotel: Property, guest: None, tmp_path: Path
) -> None:
    other = house.build(tmp_path, code="OTHER")
    assert Rest(other, issue(other)).get(PATH).code == "stay_not_found"
    assert pms.get("stays/R-Nobody/folio.pdf").code == "stay_not_found"
