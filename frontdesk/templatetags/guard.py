"""``{% guard … %}``: the hidden fields of every form that is sent by POST."""

from typing import Any, Final

from django import forms, template
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from frontdesk.guard import row_state
from frontdesk.guard.merging import Conflict, MergingForm
from frontdesk.guard.seal import FIELD, Seal

register: Final = template.Library()


@register.simple_tag(takes_context=True)
def guard(context: Context, *subjects: Any) -> str:
    """The hidden fields of a form: CSRF token and seal.

    :param subjects: what the person sees and decides on: rows, a folio, the form of an edited row
        (a form without a row may name its rows in ``sees``)
    """
    seal = Seal()
    for subject in subjects:
        if isinstance(subject, MergingForm):
            seal.fields |= subject.digests()
        elif isinstance(subject, forms.BaseForm):
            seal.seen += map(row_state.describe, getattr(subject, "sees", ()))
        elif subject:
            seal.seen.append(row_state.describe(subject))
    token = CsrfTokenNode().render(context)
    return format_html('{}<input type="hidden" name="{}" value="{}">', token, FIELD, str(seal))


@register.simple_tag
def conflict(field: forms.BoundField) -> Conflict | None:
    """The conflict of a field that somebody else has changed, too."""
    form = field.form
    return form.conflicts.get(field.name) if isinstance(form, MergingForm) else None
