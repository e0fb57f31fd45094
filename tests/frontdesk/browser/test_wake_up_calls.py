"""Wake-up calls in Debian's Chromium: a pasted list, the wall, and the paper of the night."""

import base64
import re
from datetime import timedelta

import pytest
from pytest_django.live_server_helper import LiveServer
from selenium import webdriver
from selenium.webdriver.common.by import By

from hotelpbx.processes.running import wait_until
from rooms.models import Property
from tests import house
from tests.frontdesk.browser.test_desk import chromium, complaints, desk, grand, press
from tests.house import CLERK
from tests.wakeups.full_house import in_hours
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest
from wakeups.models import WakeUpCall

__all__ = ["chromium", "desk", "grand"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOARD = "/GRAND/wake-up-calls/"


def paste(browser: webdriver.Chrome, name: str, text: str) -> None:
    """As from the clipboard: tabs are text, not the next field."""
    field = browser.find_element(By.NAME, name)
    browser.execute_script("arguments[0].value = arguments[1]", field, text)


def test_a_list_is_pasted_looked_at_and_saved(
    desk: webdriver.Chrome, grand: Property, live_server: LiveServer
) -> None:
    for name, number in (("Smith", "201"), ("Jones", "202")):
        house.check_in(grand, name, number=number)
    desk.get(f"{live_server.url}{BOARD}")
    press(desk, "Bulk wake-up calls")
    paste(desk, "lines", "Room\tName\tTime\n201\tSmith\t06:30\n202，琼斯，６：４５\n999 07:00")
    press(desk, "Preview")
    assert "2 calls can be set. Nothing is saved yet." in desk.page_source
    assert "There is no room 999." in desk.page_source
    desk.find_element(By.CSS_SELECTOR, "input[name=entry][value='1']").click()
    press(desk, "Save selected")
    assert "1 of 1 set." in desk.page_source
    assert WakeUpCall.objects.get().stay.reference == "R-Smith"
    assert complaints(desk) == []


def test_board_and_wall_follow_and_fit_and_the_paper_is_a4(
    desk: webdriver.Chrome, grand: Property, live_server: LiveServer
) -> None:
    smith = house.check_in(grand, "Smith")
    for address in (BOARD, f"{BOARD}?wall=1"):
        desk.get(f"{live_server.url}{address}")
        due = in_hours(grand, 3 if address == BOARD else 4)
        calls.create(smith, WakeUpRequest(date=due.date(), time=due.time()), actor=CLERK)
        wait_until(lambda due=due: f"{due:%H:%M}</time>" in desk.page_source, 20, "the board")  # type: ignore[misc]
    for width in (390, 1920):
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        desk.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        for page in ("", "?wall=1", "print/", "log/", "new/"):
            desk.get(f"{live_server.url}{BOARD}{page}")
            wide = desk.execute_script("return document.documentElement.scrollWidth")
            assert wide <= width, page
    desk.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    desk.get(f"{live_server.url}{BOARD}print/")
    printed = desk.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    pdf = base64.b64decode(printed["data"])
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert box
    assert [round(float(edge) / 72 * 25.4) for edge in box.groups()] == [210, 297]
    assert complaints(desk) == []


def test_the_day_is_spelt_out_while_the_form_is_filled_in(
    desk: webdriver.Chrome, grand: Property, live_server: LiveServer
) -> None:
    stay = house.check_in(grand, "Smith")
    desk.get(f"{live_server.url}/GRAND/stays/R-Smith/")
    desk.find_element(By.XPATH, "//summary[normalize-space()='New wake-up call']").click()
    due = in_hours(grand, 3)
    paste(desk, "time", f"{due:%H:%M}")
    field = desk.find_element(By.NAME, "time")
    desk.execute_script("arguments[0].dispatchEvent(new Event('change', {bubbles: true}))", field)
    words = f"{due:%a} {due.day} {due:%b}, {due:%H:%M}"
    wait_until(lambda: words in desk.find_element(By.CSS_SELECTOR, ".when").text, 20, "the day")
    late = stay.departure + timedelta(days=1)
    paste(desk, "date", late.isoformat())
    field = desk.find_element(By.NAME, "date")
    desk.execute_script("arguments[0].dispatchEvent(new Event('change', {bubbles: true}))", field)
    said = "is after the departure"
    wait_until(lambda: said in desk.find_element(By.CSS_SELECTOR, ".when").text, 20, "the question")
    assert complaints(desk) == []
    desk.find_element(By.CSS_SELECTOR, "form[action$='/wake-up-calls/'] button.primary").click()
    wait_until(lambda: 'name="outside_stay"' in desk.page_source, 20, "the button")
    press(desk, "Set it outside the stay anyway")
    assert WakeUpCall.objects.get().date == late
