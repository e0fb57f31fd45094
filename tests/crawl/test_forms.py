"""Every form of the desk, as it stands in its page, filled in by somebody who means harm.

Forms are found by walking, so that a new one is covered without anybody thinking of it.
"""

import pytest

from tests.crawl.hostile import LIKELY, VALUES
from tests.crawl.walking import Walker, walk
from tests.crawl.world import World

pytestmark = [pytest.mark.long, pytest.mark.django_db]


def test_no_value_in_any_form_breaks_anything(grand: World) -> None:
    """Each value comes to stand in every other field, and others of its kind beside it."""
    walker = Walker(grand.sign_in("manager"))
    _, forms = walk(walker, "/GRAND/")
    assert len(forms) > 40
    for place, form in enumerate(forms):
        for turn in range(place % 2, len(VALUES), 2):
            hostile = VALUES[turn:] + VALUES[:turn]
            given = dict(zip(form.fields, hostile, strict=False))
            walker.send(form, given | form.kept())
        for value in VALUES[:8] if form.kept() else ():
            walker.send(form, {**form.filled(), **dict.fromkeys(form.kept(), value)})
    assert walker.faults == []


def test_no_value_that_a_field_takes_breaks_what_is_behind_it(grand: World) -> None:
    walker = Walker(grand.sign_in("manager"))
    _, forms = walk(walker, "/GRAND/")
    for form in forms:
        for name, each in form.fields.items():
            for value in LIKELY.get(each.kind, LIKELY[""]) if each.typed else ():
                walker.send(form, {**form.filled(), name: value})
    assert walker.faults == []
