"""The desk opens every stay, whatever the PMS calls it."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse

from configuration.hotel_file.faults import HotelFileFaults
from hotelpbx.http.reserved_words import reserved_first_words, reserved_words_after
from rooms.models import Property, Stay
from tests import house

LEGAL = [
    "100%",
    "%2F",
    "a?b",
    "#7",
    "预订 7",
    "a;b=c",
    "back\\slash",
    "=x",
    "==",
    "a+b",
    "&amp;",
]
OLD = [".", "..", "new", " ", " a ", "check-in", "=new"]


@pytest.mark.django_db
@pytest.mark.parametrize("reference", [*LEGAL, *OLD])
def test_each_link_leads_to_its_stay(hotel: Property, clara: Client, reference: str) -> None:
    house.reserve(hotel, "Smith")
    Stay.objects.update(reference=reference)
    page = clara.get("/GRAND/arrivals/").content.decode()
    links = [unescape(link) for link in re.findall(r'href="(/GRAND/stays/[^"]+)"', page)]
    mine = [link for link in links if not link.endswith("/stays/new/")]
    assert mine
    for link in mine:
        assert "." not in urlsplit(link).path.strip("/").split("/"), "browsers leave it out"
        answer = clara.get(link)
        assert answer.status_code == 200
        assert "Alice Smith" in answer.content.decode()
        assert answer.context["stay"].reference == reference
    assert clara.post(reverse("frontdesk:end_reservation", args=["GRAND", reference])).status_code
    assert Stay.objects.get().status == "cancelled"


def test_the_words_are_those_of_the_addresses() -> None:
    assert {
        "api",
        "static",
        "sign-in",
        "sign-out",
        "metrics",
        "healthz",
        "readyz",
    } <= reserved_first_words()
    assert {"new", "edit", "check-in", "folio.pdf", "no-show"} <= reserved_words_after("stays")
    assert "rooms" not in reserved_first_words(), "that stands behind the code of a hotel"
    assert "rooms" not in reserved_words_after("stays")
    for word in reserved_first_words():
        assert word == "static" or word in ("healthz", "readyz") or _is_taken(f"/{word}/"), word


def _is_taken(path: str) -> bool:
    """Something else than the rack of a hotel answers, with or without what follows."""
    texts = (path, path.rstrip("/"), f"{path}x/", f"{path}{'x' * 20}/")
    return any(getattr(_found(text), "url_name", "rack") != "rack" for text in texts)


def _found(path: str) -> object:
    try:
        return resolve(path)
    except Exception:
        return None


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["api", "static", "sign-in", "metrics", "healthz", "API"])
def test_a_hotel_whose_code_would_hide_its_desk_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(HotelFileFaults, match="addresses begin with it"):
        house.build(tmp_path, code=code)
    assert not Property.objects.exists()
