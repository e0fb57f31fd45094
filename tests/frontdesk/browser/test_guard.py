"""What two clerks have changed of one stay, in a real browser: asked, chosen, saved."""

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from rooms.models import Property, Stay
from tests import house
from tests.frontdesk.browser.test_desk import chromium, complaints, desk, grand, press

__all__ = ["chromium", "desk", "grand"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_clerk_chooses_between_two_notes(desk: webdriver.Chrome, grand: Property) -> None:
    house.check_in(grand, "Smith")
    desk.get(f"{desk.current_url}stays/R-Smith/edit/")
    Stay.objects.update(notes="Allergic to nuts.\nNo feathers.")
    desk.find_element(By.NAME, "notes").send_keys("Wants a cot")
    press(desk, "Save")
    assert "Someone else changed this in the meantime" in desk.page_source
    assert desk.find_element(By.NAME, "notes").get_attribute("value") == "Wants a cot"
    # Without a choice the browser sends nothing.
    desk.find_element(By.XPATH, "//button[normalize-space()='Save']").click()
    assert "Someone else changed this in the meantime" in desk.page_source
    desk.find_element(By.CSS_SELECTOR, "input[value=other]").click()
    press(desk, "Save")
    assert "The stay is changed." in desk.page_source
    assert Stay.objects.get().notes.splitlines() == ["Allergic to nuts.", "No feathers."]
    assert [each for each in complaints(desk) if "status of 422" not in each] == []
