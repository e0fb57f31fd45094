"""The dial plan has the property's codes and nothing that an Asterisk of today lacks."""

import re
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from rooms.dial_plan.text import dial_plan
from rooms.models import Phone, Property
from tests import house
from tests.rooms.dial_plan.asterisk import CALLING, Call
from tests.rooms.dial_plan.parsed import Context, Plan, Step

pytestmark = pytest.mark.django_db

APPLICATIONS = {"Answer", "Goto", "GotoIf", "Hangup", "Read", "Set", "UserEvent"}


def steps_of(context: Context) -> Iterator[tuple[str, Step]]:
    """(extension, step) of them all."""
    for name, steps in context.extensions.items():
        yield from ((name, step) for step in steps)


def keyed(hotel: Property, code: str, keys: str) -> list[str]:
    pressed = [(1 + number / 4, key) for number, key in enumerate(keys)]
    return Call(Plan(dial_plan(hotel)), pressed).dial(code).infos


def test_every_code_of_the_property_is_in_it(hotel: Property) -> None:
    hotel.housekeeping_code, hotel.minibar_code = "71", "72"
    hotel.housekeeping_statuses = {"*00": "dirty", "*7": "inspected"}
    assert "777" not in dial_plan(hotel)
    assert keyed(hotel, "71", "*00*7") == ["71*00", "71*7"]
    assert keyed(hotel, "72", "0042#2#1") == ["72*0042*2"]


def test_it_uses_applications_that_every_asterisk_has(hotel: Property) -> None:
    contexts = Plan(dial_plan(hotel)).contexts.values()
    used = {step.application for context in contexts for _, step in steps_of(context)}
    assert used <= APPLICATIONS, used - APPLICATIONS
    functions = set(re.findall(r"\$\{(\w+)\(", dial_plan(hotel)))
    assert functions == {"FILTER"}


def test_every_label_extension_and_context_that_is_gone_to_exists(hotel: Property) -> None:
    hotel.staff_number = "4"
    plan = Plan(dial_plan(hotel))
    for context in plan.contexts.values():
        for name, step in steps_of(context):
            if step.arguments.startswith("state="):
                state = step.arguments.removeprefix("state=")
                wanted = {f"{state}_{key}" for key in ("star", "digit", "none")}
                assert wanted <= context.extensions.keys()
            if match := re.search(r"\?(\w+)$", step.arguments):
                assert match[1] in {each.label for each in context.extensions[name]}, step
            if step.arguments.endswith(",s,1"):
                assert step.arguments.removesuffix(",s,1") in plan.contexts


@pytest.mark.parametrize("number", ["7771", "77701"])
def test_a_phone_whose_number_begins_with_a_code_stays_reachable(
    hotel: Property, number: str
) -> None:
    assert Plan(dial_plan(hotel)).find(CALLING, number)
    Phone.objects.create(property=hotel, room=house.room(hotel, "201"), extension=number)
    plan = Plan(dial_plan(hotel))
    assert plan.find(CALLING, number) is None
    assert plan.find(CALLING, "777")
    assert plan.find(CALLING, "778*1*1"), "the other code is not concerned"


def test_a_code_that_begins_the_other_takes_nothing_from_it(hotel: Property) -> None:
    hotel.housekeeping_code, hotel.minibar_code = "77", "778"
    assert keyed(hotel, "778", "0042#2#1") == ["778*0042*2"]
    assert keyed(hotel, "77", "*01") == ["77*01"]


def test_a_status_that_a_shorter_one_begins_is_never_reached(hotel: Property) -> None:
    hotel.housekeeping_statuses = {"*1": "dirty", "*12": "inspected"}
    assert keyed(hotel, "777", "*1") == ["777*1"]
    assert "*12" not in dial_plan(hotel)


def test_a_name_of_two_lines_begins_no_line_of_the_plan(hotel: Property) -> None:
    hotel.name = "Grand\n#exec rm"
    assert "#exec" not in [line[:5] for line in dial_plan(hotel).splitlines()]


def test_the_command_prints_it(hotel: Property) -> None:
    out = StringIO()
    call_command("dial_plan", "GRAND", stdout=out)
    assert out.getvalue() == dial_plan(hotel)
    with pytest.raises(CommandError):
        call_command("dial_plan", "NOWHERE", stdout=out)
