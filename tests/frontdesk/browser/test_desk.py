"""The desk in Debian's Chromium: a clerk's way through the day, and the browser's complaints."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django.live_server_helper import LiveServer
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from billing.ledger import posting
from billing.ledger.balances import balances
from frontdesk.models import StaffMember
from hotelpbx.processes.running import wait_until
from rooms.models import Property, Stay
from rooms.operations.attention import Decision, resolve
from rooms.stays import lifecycle
from tests import house
from tests.house import CLERK, yuan
from tests.support import attention_rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "night-clerk-77"
_NEXT_PAGE_IS_THERE = "return !window.before && document.readyState === 'complete'"
_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[webdriver.Chrome]:
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or driver is None:
        reason = "Debian's chromium and chromium-driver are not installed"
        if os.environ.get("HOTELPBX_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in _FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options=options, service=Service(driver))
    yield found
    found.quit()


@pytest.fixture
def grand(transactional_db: None, tmp_path: Path) -> Property:
    hotel = house.build(tmp_path)
    user = User.objects.create_user("clara", password=PASSWORD)
    StaffMember.objects.create(user=user, property=hotel, role="manager")
    return hotel


@pytest.fixture
def desk(chromium: webdriver.Chrome, grand: Property, live_server: LiveServer) -> webdriver.Chrome:
    """The browser, signed in as the clerk."""
    leave(chromium)
    chromium.delete_all_cookies()
    chromium.get(f"{live_server.url}/GRAND/")
    chromium.find_element(By.NAME, "username").send_keys("clara")
    chromium.find_element(By.NAME, "password").send_keys(PASSWORD)
    press(chromium, "Sign in")
    return chromium


def press(browser: webdriver.Chrome, words: str) -> None:
    """Press the button or link with these words or this name, and wait for the next page."""
    path = (
        f"//button[normalize-space()='{words}' or @aria-label='{words}']"
        f" | //a[normalize-space()='{words}']"
    )
    browser.execute_script("window.before = true")
    browser.find_element(By.XPATH, path).click()
    # While one page gives way to the next, the driver's answers are errors of many kinds.
    waiting = WebDriverWait(browser, 20, ignored_exceptions=[WebDriverException])
    waiting.until(lambda _: browser.execute_script(_NEXT_PAGE_IS_THERE))


def leave(browser: webdriver.Chrome) -> None:
    """Go from the page of an earlier test, whose session is gone, and forget what it said."""
    browser.get("about:blank")
    complaints(browser)


def complaints(browser: webdriver.Chrome) -> list[str]:
    """What the browser has to say about script, style and policy; hints for programmers are not."""
    found = browser.get_log("browser")  # type: ignore[no-untyped-call]
    return [str(entry["message"]) for entry in found if entry["level"] != "DEBUG"]


def test_a_clerk_checks_in_moves_and_checks_out(
    desk: webdriver.Chrome, grand: Property, live_server: LiveServer
) -> None:
    house.reserve(grand, "Smith", number="201")
    desk.get(f"{live_server.url}/GRAND/arrivals/")
    press(desk, "Alice Smith")
    press(desk, "Check in")
    assert "Alice Smith is checked in" in desk.page_source
    desk.find_element(By.XPATH, "//summary[.='Move to another room']").click()
    Select(desk.find_element(By.NAME, "to_room")).select_by_visible_text("202 · clean")
    press(desk, "Move")
    assert "Moved to room 202" in desk.page_source
    press(desk, "Check out")
    press(desk, "Check out now")
    assert Stay.objects.get().status == Stay.Status.CHECKED_OUT
    assert complaints(desk) == []


def test_a_clerk_shares_a_line_takes_a_payment_and_lets_the_guest_go(
    desk: webdriver.Chrome, grand: Property, live_server: LiveServer
) -> None:
    alice = house.check_in(grand, "Smith")
    bob = house.check_in(grand, "Jones", sharing=True)
    posting.charge_other(alice, yuan("45.01"), "Dinner", actor=CLERK)
    desk.get(f"{live_server.url}/GRAND/stays/R-Smith/")
    press(desk, "Transfer or split lines")
    desk.find_element(By.NAME, "charges").click()
    desk.find_element(By.NAME, "targets").click()
    desk.find_element(By.CSS_SELECTOR, "input[name=how][value=equal]").click()
    press(desk, "Transfer")
    assert "The lines are transferred" in desk.page_source
    assert sorted(balances([alice, bob]).values()) == [yuan("22.50"), yuan("22.51")]
    press(desk, "Check out")
    press(desk, "Check out now")
    assert "is still owed" in desk.page_source
    Select(desk.find_element(By.NAME, "method")).select_by_visible_text("Card")
    press(desk, "Record payment")
    assert "all paid" in desk.page_source
    press(desk, "Check out now")
    assert "settled as No. 1" in desk.page_source
    policy_aside = [each for each in complaints(desk) if "422" not in each]
    assert policy_aside == []


def test_the_rack_follows_what_happens_elsewhere(
    desk: webdriver.Chrome, grand: Property, live_server: LiveServer
) -> None:
    """Polled by htmx under the strict policy, without a reload."""
    desk.get(f"{live_server.url}/GRAND/")
    lifecycle.check_in(house.reserve(grand, "Jones"), actor=CLERK)
    wait_until(lambda: "Alice Jones" in desk.page_source, 20, "the rack to follow")
    assert complaints(desk) == []


def sound(browser: webdriver.Chrome) -> tuple[str | None, bool]:
    """What the page's alarm does, and whether the bar about it is shown."""
    bar = browser.find_element(By.ID, "alarm-sound")
    return bar.get_attribute("data-sound"), bar.is_displayed()


def test_an_alarm_sounds_until_it_is_acknowledged(
    desk: webdriver.Chrome, grand: Property, live_server: LiveServer
) -> None:
    """The browser plays nothing before the first click, and the page says so."""
    desk.get(f"{live_server.url}/GRAND/wake-up-calls/")
    assert sound(desk) == ("off", False)
    item = attention_rows.make(grand, "wake_up_alarm")
    wait_until(lambda: sound(desk) == ("blocked", True), 20, "the page to hear of it")
    press_here(desk, "Turn sound on")
    wait_until(lambda: sound(desk) == ("on", False), 5, "the sound")
    resolve(grand, item, Decision("acknowledge", CLERK, reason="went to the room"))
    wait_until(lambda: sound(desk) == ("off", False), 20, "silence")
    assert complaints(desk) == []


def test_what_was_done_is_told_with_the_acknowledgement(
    desk: webdriver.Chrome, grand: Property, live_server: LiveServer
) -> None:
    attention_rows.make(grand, "wake_up_alarm")
    desk.get(f"{live_server.url}/GRAND/attention/")
    desk.find_element(By.NAME, "reason").send_keys("went to the room", Keys.ENTER)
    wait_until(lambda: "Acknowledged." in desk.page_source, 10, "the answer")
    desk.get(f"{live_server.url}/GRAND/wake-up-calls/log/")
    assert "went to the room" in desk.page_source
    assert complaints(desk) == []


def press_here(browser: webdriver.Chrome, words: str) -> None:
    """Press a button that stays on the page."""
    browser.find_element(By.XPATH, f"//button[normalize-space()='{words}']").click()


@pytest.mark.parametrize(
    "path",
    ["", "rooms/201/", "arrivals/", "in-house/", "stays/R-Smith/", "stays/new/",
     "stays/R-Smith/check-out/", "stays/R-Smith/transfer/", "housekeeping/", "wake-up-calls/",
     "attention/", "pbx/", "pbx/compare/", "calls/", "history/", "settings/", "settings/rooms/",
     "settings/rates/add/", "settings/pbx/", "settings/api-keys/", "settings/what-if/"],
)  # fmt: skip
def test_no_page_is_wider_than_the_screen(
    desk: webdriver.Chrome, grand: Property, live_server: LiveServer, path: str
) -> None:
    house.check_in(grand, "Smith")
    for width in (1280, 768, 390):
        screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
        desk.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        desk.get(f"{live_server.url}/GRAND/{path}")
        assert desk.execute_script("return document.documentElement.scrollWidth") <= width
        assert desk.find_elements(By.TAG_NAME, "h1")
    assert complaints(desk) == []
