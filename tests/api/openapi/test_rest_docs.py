"""The examples of docs/rest.md work, whatever day it is."""

import json
import re
from pathlib import Path
from typing import Final

import pytest

from rooms.models import ClassOfService, Property
from tests.api.rest import Rest

PAGE: Final = Path(__file__).parents[3] / "docs" / "rest.md"
_EXAMPLE: Final = re.compile(r"^(PUT|POST|GET) +([^/ ]\S*/)[ \t]*(\{.*\})?$", re.MULTILINE)
# A body goes on in the next line.
_CONTINUED: Final = re.compile(r"\n {20,}(?=\")")


@pytest.mark.django_db
def test_the_examples_can_be_copied(pms: Rest, hotel: Property) -> None:
    ClassOfService.objects.create(property=hotel, name="vip")
    examples = _EXAMPLE.findall(_CONTINUED.sub(" ", PAGE.read_text(encoding="utf-8")))
    assert len(examples) >= 7
    for method, path, body in examples:
        sent = json.loads(body) if body else None
        if path.endswith("/payments/"):
            sent = {**(sent or {}), "in_advance": True}
        answer = pms.send(method, path, sent)
        assert answer.status < 300, (path, answer)
