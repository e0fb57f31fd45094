"""``logo`` of ``[property]``: an upload instead of a file name."""

from typing import Any

from django import forms

from frontdesk.hotel_settings.base import as_sentence
from rooms.audit import Actor
from rooms.logo import MAX_BYTES, MAX_SIDE, NotALogo, Picture, read_logo, set_logo
from rooms.models import Logo, Property


class LogoForm(forms.Form):
    """Upload a logo, or remove the present one."""

    file = forms.FileField(
        required=False,
        label="New logo",
        widget=forms.FileInput({"accept": "image/png,image/jpeg,image/gif,image/webp"}),
        help_text=f"PNG, JPEG, GIF or WebP, at most {MAX_BYTES // 1024} KiB and "
        f"{MAX_SIDE} × {MAX_SIDE} pixels.",
    )
    remove = forms.BooleanField(required=False, label="Print without a logo")

    def __init__(
        self,
        data: Any,
        files: Any = None,
        *,
        property_: Property,
        row: Any = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.property = property_
        self.sees = Logo.objects.filter(property=property_)
        super().__init__(data, None if data is None else files)

    def clean_file(self) -> Picture | None:
        upload = self.cleaned_data["file"]
        if upload is None:
            return None
        try:
            return read_logo(upload.read(MAX_BYTES + 1))
        except NotALogo as fault:
            raise forms.ValidationError(as_sentence(str(fault))) from None

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and bool(typed["file"]) == typed["remove"]:
            told = "Choose a file, or choose to print without a logo."
            self.add_error("file", told)
        return typed

    def save(self, actor: Actor) -> None:
        """Save it and record the change in the audit trail."""
        set_logo(self.property, self.cleaned_data["file"], actor=actor)
