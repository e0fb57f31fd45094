"""Names of guests in one form of Unicode, without characters that cannot be seen."""

import unicodedata
from typing import Any

from django.db import migrations, models

_AT_ONCE = 1000
_NAMES = ("first_name", "last_name", "title")


def _clean(text: str) -> str:
    shown = "".join(map(_shown, unicodedata.normalize("NFC", text)))
    return unicodedata.normalize("NFC", " ".join(shown.split()))


def _shown(char: str) -> str:
    if char.isspace():
        return " "
    hidden = unicodedata.category(char) in ("Cc", "Cf", "Cs")
    return "" if hidden and char not in ("\u200c", "\u200d") else char


def clean_names(apps: Any, schema_editor: Any) -> None:
    """A name of which nothing would be left stays as it is."""
    guests = apps.get_model("rooms", "Guest").objects
    changed = []
    for guest in guests.only("pk", *_NAMES).iterator(_AT_ONCE):
        before = [getattr(guest, name) for name in _NAMES]
        after = [_clean(value)[:120] for value in before]
        if after != before and any(after[:2]):
            for name, value in zip(_NAMES, after, strict=True):
                setattr(guest, name, value)
            changed.append(guest)
        if len(changed) >= _AT_ONCE:
            guests.bulk_update(changed, _NAMES)
            changed = []
    guests.bulk_update(changed, _NAMES)


class Migration(migrations.Migration):
    dependencies = [("rooms", "0011_quiet")]

    operations = [
        migrations.AlterField(
            model_name="guest",
            name="last_name",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.RunPython(clean_names, migrations.RunPython.noop, elidable=True),
    ]
