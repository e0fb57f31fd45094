"""Pages whose server is gone, hangs, comes back, or knows them no more (Debian's Chromium)."""

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from pytest_django.live_server_helper import LiveServer
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from frontdesk.models import DeskSession, StaffMember
from hotelpbx.processes.running import wait_until
from rooms.models import Property, Stay
from tests import house
from tests.frontdesk.browser.cable import Cable
from tests.frontdesk.browser.test_desk import (
    PASSWORD,
    chromium,
    complaints,
    grand,
    leave,
    press,
    press_here,
    sound,
)
from tests.support import attention_rows

__all__ = ["chromium", "grand"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What a busy machine adds to the ten seconds that a page has.
SLACK = 4.0


@pytest.fixture
def cable(live_server: LiveServer) -> Iterator[Cable]:
    port = urlsplit(live_server.url).port
    assert port
    with Cable(port) as found:
        yield found


@pytest.fixture
def desk(chromium: webdriver.Chrome, grand: Property, cable: Cable) -> webdriver.Chrome:
    """The browser, signed in as the clerk, at the other end of the cable."""
    leave(chromium)
    chromium.delete_all_cookies()
    chromium.get(f"http://127.0.0.1:{cable.port}/GRAND/")
    sign_in(chromium)
    press(chromium, "Sign in")
    return chromium


def sign_in(browser: webdriver.Chrome) -> None:
    browser.find_element(By.CSS_SELECTOR, "main [name=username]").send_keys("clara")
    browser.find_element(By.CSS_SELECTOR, "main [name=password]").send_keys(PASSWORD)


def told(browser: webdriver.Chrome) -> str:
    """What the bar says; empty: it is not there."""
    bar = browser.find_element(By.ID, "live")
    return bar.text if bar.is_displayed() else ""


def must_tell(browser: webdriver.Chrome, words: str) -> None:
    """Within ten seconds."""
    began = time.monotonic()
    wait_until(lambda: words in told(browser), 30, words)
    assert time.monotonic() - began < 10 + SLACK
    assert "not-live" in str(browser.find_element(By.TAG_NAME, "body").get_attribute("class"))


def must_recover(browser: webdriver.Chrome) -> None:
    wait_until(lambda: not told(browser), 30, "the page to be live again")
    assert sound(browser) == ("off", False)


def go(browser: webdriver.Chrome, cable: Cable, path: str) -> None:
    browser.get(f"http://127.0.0.1:{cable.port}/GRAND/{path}")


def type_notes(browser: webdriver.Chrome, cable: Cable, hotel: Property) -> None:
    """Half of what somebody wants to say; a key pressed lets the page sound, too."""
    house.reserve(hotel, "Smith")
    go(browser, cable, "stays/R-Smith/edit/")
    browser.find_element(By.NAME, "notes").send_keys("Needs a cot")


def notes(browser: webdriver.Chrome) -> str | None:
    return browser.find_element(By.NAME, "notes").get_attribute("value")


@pytest.mark.parametrize("path", ["", "stays/R-Smith/", "wake-up-calls/?wall=1", "housekeeping/"])
def test_a_page_whose_server_is_gone_says_so(
    desk: webdriver.Chrome,
    grand: Property,
    cable: Cable,
    path: str,
) -> None:
    house.reserve(grand, "Smith")
    go(desk, cable, path)
    assert told(desk) == ""
    cable.cut()
    must_tell(desk, "the server does not answer")
    cable.mend()
    wait_until(lambda: not told(desk), 30, "the page to be live again")


@pytest.mark.parametrize("how", ["cut", "fall_silent"])
def test_it_sounds_and_loses_nothing_that_was_typed(
    desk: webdriver.Chrome,
    grand: Property,
    cable: Cable,
    how: str,
) -> None:
    type_notes(desk, cable, grand)
    getattr(cable, how)()
    must_tell(desk, "the server does not answer")
    wait_until(lambda: sound(desk) == ("on", False), 5, "the sound")
    desk.find_element(By.NAME, "last_name").send_keys(Keys.ENTER)
    assert "Nothing was sent" in told(desk)
    desk.execute_script("document.querySelector('nav a[href$=\"/arrivals/\"]').click()")
    press_here(desk, "Silence")
    assert sound(desk) == ("off", False)
    assert notes(desk) == "Needs a cot"
    if how == "cut":
        cable.mend()
    cable.speak()
    must_recover(desk)
    press(desk, "Save")
    assert Stay.objects.get().notes == "Needs a cot"


def test_an_alarm_of_the_meantime_is_heard_when_the_server_is_back(
    desk: webdriver.Chrome,
    grand: Property,
    cable: Cable,
) -> None:
    type_notes(desk, cable, grand)
    cable.cut()
    must_tell(desk, "the server does not answer")
    attention_rows.make(grand, "wake_up_alarm")
    cable.mend()
    wait_until(lambda: not told(desk), 30, "the page to be live again")
    assert desk.find_elements(By.CSS_SELECTOR, "[data-alarm]")
    assert sound(desk) == ("on", False)


@pytest.mark.parametrize("path", ["", "wake-up-calls/", "wake-up-calls/?wall=1"])
def test_no_piece_of_a_page_becomes_a_sign_in_form(
    desk: webdriver.Chrome,
    grand: Property,
    cable: Cable,
    path: str,
) -> None:
    go(desk, cable, path)
    DeskSession.objects.all().delete()
    must_tell(desk, "you are signed out")
    desk.execute_script(
        "document.querySelectorAll('[hx-get]').forEach(e => htmx.trigger(e, 'desk:refresh'))"
    )
    assert desk.find_elements(By.CSS_SELECTOR, "main [name=password], #strip [name=password]") == []
    assert desk.find_elements(By.ID, "strip")


def test_one_signs_in_again_over_the_untouched_page(
    desk: webdriver.Chrome,
    grand: Property,
    cable: Cable,
) -> None:
    type_notes(desk, cable, grand)
    DeskSession.objects.all().delete()
    must_tell(desk, "you are signed out")
    press_here(desk, "Sign in again")
    name = desk.find_element(By.ID, "again-username")
    secret = desk.find_element(By.ID, "again-password")
    name.send_keys("clara")
    secret.send_keys("wrong", Keys.ENTER)
    again = desk.find_element(By.ID, "sign-in-again")
    wait_until(lambda: "correct" in again.text, 20, "the fault to be told")
    secret.clear()
    secret.send_keys(PASSWORD, Keys.ENTER)
    must_recover(desk)
    assert not again.is_displayed()
    assert notes(desk) == "Needs a cot"
    press(desk, "Save")
    assert Stay.objects.get().notes == "Needs a cot"


def test_back_shows_nothing_after_signing_out(
    desk: webdriver.Chrome,
    grand: Property,
    cable: Cable,
) -> None:
    house.check_in(grand, "Smith")
    go(desk, cable, "stays/R-Smith/")
    assert "Alice Smith" in desk.page_source
    press(desk, "Sign out")
    desk.back()
    wait_until(lambda: desk.find_elements(By.NAME, "password"), 20, "the sign-in page")
    assert "Alice Smith" not in desk.page_source


def test_who_may_not_see_the_page_any_more_is_told(
    desk: webdriver.Chrome,
    grand: Property,
    cable: Cable,
) -> None:
    go(desk, cable, "arrivals/")
    StaffMember.objects.all().delete()
    must_tell(desk, "no longer available to you")
    assert [each for each in complaints(desk) if "Failed to load" not in each] == []
