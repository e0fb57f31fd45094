"""The folio in Debian's Chromium: on screens of all widths, and as the browser prints it."""

import base64
import io

import pytest
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer
from selenium import webdriver

from rooms.logo import read_logo, set_logo
from rooms.models import Property
from tests import house
from tests.billing.documents.guests import charge, drink
from tests.frontdesk.browser.test_desk import chromium, complaints, desk, grand
from tests.house import CLERK
from tests.support.pictures import picture

__all__ = ["chromium", "desk", "grand"]  # fixtures
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_folio_fits_every_screen_and_is_printed_without_the_desk_around_it(
    desk: webdriver.Chrome, grand: Property, live_server: LiveServer
) -> None:
    set_logo(grand, read_logo(picture()), actor=CLERK)
    stay = house.check_in(grand, "Smith")
    charge(stay, "洗衣 " + "Laundry" * 20)
    drink(stay, 60)
    for width in (1280, 390):
        screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
        desk.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        for page in ("stays/R-Smith/folio/?language=zh-hans", "settings/logo/"):
            desk.get(f"{live_server.url}/GRAND/{page}")
            assert desk.execute_script("return document.documentElement.scrollWidth") <= width
            assert desk.execute_script("return document.querySelector('.logo').naturalWidth") == 300
    desk.get(f"{live_server.url}/GRAND/stays/R-Smith/folio/")
    assert complaints(desk) == []
    printed = desk.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"]
    pages = PdfReader(io.BytesIO(base64.b64decode(printed))).pages
    texts = [page.extract_text() for page in pages]
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [595, 842]
    assert len(pages) > 1
    assert all("Description" in text or "Balance due" in text for text in texts)
    assert not any(word in text for word in ("Sign out", "Housekeeping", "PDF") for text in texts)
