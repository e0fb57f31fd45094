"""The dial plan has the property's codes and nothing that an Asterisk of today lacks."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from rooms.dial_plan import dial_plan
from rooms.models import Property

pytestmark = pytest.mark.django_db

APPLICATIONS = {
    "Answer", "Background", "Goto", "GotoIf", "Hangup", "Playback", "Read", "SayDigits", "Set",
    "UserEvent", "WaitExten",
}  # fmt: skip


def test_every_code_of_the_property_is_in_it(hotel: Property) -> None:
    hotel.housekeeping_code, hotel.minibar_code = "71", "72"
    hotel.housekeeping_statuses = {"*00": "dirty", "*7": "inspected"}
    text = dial_plan(hotel)
    assert "exten = 71,1,Goto(hotelpbx-status,s,1)" in text
    assert "exten = 72,1,Goto(hotelpbx-minibar,s,1)" in text
    assert "exten = *00,1,UserEvent(DtmfEndString,Info: 71${EXTEN})" in text
    assert "exten = _*7*X.,1,UserEvent(DtmfEndString,Info: 71${EXTEN})" in text
    assert "Info: 72*${product}*${quantity}" in text
    assert "777" not in text


def test_it_uses_applications_that_every_asterisk_has(hotel: Property) -> None:
    lines = [line for line in dial_plan(hotel).splitlines() if line.startswith(("exten", "same"))]
    used = {
        re.split(r"[,(]", re.sub(r"^[^,]*,(\d+|n(\(\w+\))?),|^same = n(\(\w+\))?,", "", line))[0]
        for line in lines
    }
    assert used <= APPLICATIONS, used - APPLICATIONS


def test_every_label_and_context_that_is_gone_to_exists(hotel: Property) -> None:
    text = dial_plan(hotel)
    labels = set(re.findall(r"same = n\((\w+)\)", text))
    assert set(re.findall(r"\?(\w+)\)", text)) <= labels
    contexts = set(re.findall(r"^\[([\w-]+)\]", text, re.MULTILINE))
    assert set(re.findall(r"Goto\(([\w-]+),s,1\)", text)) <= contexts


def test_the_command_prints_it(hotel: Property) -> None:
    out = StringIO()
    call_command("dial_plan", "GRAND", stdout=out)
    assert out.getvalue() == dial_plan(hotel)
    with pytest.raises(CommandError):
        call_command("dial_plan", "NOWHERE", stdout=out)
