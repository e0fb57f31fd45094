"""The registry of feature codes: which code an entry begins with, and the checks at start."""

from typing import Any

from django.conf import settings as project
from django.core.checks import run_checks

from configuration.hotel_file.tables import FeatureCodesTable
from frontdesk.hotel_settings.hotel import FeatureCodesForm
from rooms.dial_plan.menus import MENUS
from rooms.feature_codes.registry import code_name, codes_of
from rooms.models import Property


def test_each_code_has_the_number_that_the_hotel_gave_it() -> None:
    hotel = Property(housekeeping_code="71", minibar_code="72")
    assert codes_of(hotel).items() >= {"housekeeping": "71", "minibar": "72"}.items()


def test_a_code_needs_something_behind_it_and_the_longer_code_wins() -> None:
    hotel = Property(housekeeping_code="77", minibar_code="778")
    assert code_name(hotel, "77*01") == "housekeeping"
    assert code_name(hotel, "778*0012*1") == "minibar"
    assert code_name(hotel, "778") == code_name(hotel, "779"[:2]) == code_name(hotel, "1*2") == ""


def test_a_code_without_handler_or_number_is_found_at_the_start(settings: Any) -> None:
    settings.FEATURE_CODES = {"dance": "rooms.nowhere.apply"}
    assert {"rooms.E004", "rooms.E005"} <= {fault.id for fault in run_checks()}


def test_each_code_is_in_the_hotel_file_on_the_page_and_in_the_dial_plan() -> None:
    """CONTRIBUTING: a new feature code in five steps."""
    codes = set(project.FEATURE_CODES)
    assert codes <= set(FeatureCodesTable.model_fields)
    assert codes <= set(FeatureCodesForm.base_fields)
    assert codes == set(MENUS)


def test_the_codes_of_a_new_hotel_differ() -> None:
    numbers = [getattr(Property(), f"{name}_code") for name in project.FEATURE_CODES]
    defaults = [FeatureCodesTable.model_fields[name].default for name in project.FEATURE_CODES]
    assert numbers == defaults
    assert len(set(numbers)) == len(numbers)
