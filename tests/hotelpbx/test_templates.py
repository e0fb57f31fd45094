"""The templates as they are written, and as they are loaded."""

from django.conf import settings
from django.template.engine import Engine

from frontdesk.template_loader import without_indentation


def test_line_ends_and_indentation_become_one_space() -> None:
    source = '<ul>\n  <li\n    class="a"\n  >One\n    two</li>\n  <img\n    src="x"\n  />\n</ul>\n'
    assert without_indentation(source) == '<ul> <li class="a">One two</li> <img src="x"/> </ul> '


def test_what_shows_its_white_space_is_left_alone() -> None:
    source = "<p>\n  a</p>\n<pre>\n  b\n</pre>\n<textarea>\n\n c</textarea>\n"
    assert without_indentation(source) == (
        "<p> a</p> <pre>\n  b\n</pre> <textarea>\n\n c</textarea> "
    )


def test_the_projects_templates_are_loaded_so() -> None:
    source = Engine.get_default().get_template("frontdesk/rooms/rack.html").source
    assert "\n" not in source
    assert "{% block content %}" in source


def test_no_line_of_a_template_is_long() -> None:
    """The formatter breaks lines where it may; the rest is broken by hand."""
    long = [
        f"{path.name}:{number}"
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 200
    ]
    assert not long
