"""Reports and the refill list in Chromium: nothing overflows, nothing is refused by the policy."""

import pytest
from pytest_django.live_server_helper import LiveServer
from selenium import webdriver
from selenium.webdriver.common.by import By

from billing.ledger import posting
from rooms.models import Property
from tests import house
from tests.frontdesk.browser.test_desk import chromium, complaints, desk, grand, press  # noqa: F401
from tests.house import CLERK, yuan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sold(grand: Property) -> None:  # noqa: F811
    """Something to show: a charge, something out of the minibar, something taken back."""
    alice = house.check_in(grand, "Smith")
    posting.charge_other(alice, yuan("1234.00"), "Laundry", actor=CLERK)
    water = grand.minibar_products.get(code="0012")
    posting.charge_minibar(alice, water, 2, actor=CLERK)
    posting.reverse(posting.charge_other(alice, yuan("5"), "Tea", actor=CLERK), actor=CLERK)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["reports/", "reports/?of=minibar&by=product", "minibar/"])
def test_the_page_fits_and_breaks_no_rule(
    desk: webdriver.Chrome,  # noqa: F811
    sold: None,
    live_server: LiveServer,
    path: str,
    scheme: str,
) -> None:
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    desk.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    for width in (1280, 390):
        screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
        desk.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        desk.get(f"{live_server.url}/GRAND/{path}")
        assert desk.execute_script("return document.documentElement.scrollWidth") <= width
        if path == "reports/":
            bars = desk.find_elements(By.CSS_SELECTOR, "svg rect")
            assert [bar.is_displayed() for bar in bars] == [True, True]
            assert bars[0].value_of_css_property("fill") != bars[1].value_of_css_property("fill")
    assert complaints(desk) == []


def test_a_housekeeper_ticks_a_room(
    desk: webdriver.Chrome,  # noqa: F811
    sold: None,
    live_server: LiveServer,
) -> None:
    desk.get(f"{live_server.url}/GRAND/minibar/")
    press(desk, "Room 201 is refilled")
    page = desk.find_element(By.TAG_NAME, "main").text
    assert "Room 201 is refilled." in page
    assert "All minibars are full." in page
    assert complaints(desk) == []
