"""The logins of a hotel."""

from typing import Any

from django import forms
from django.contrib.auth.models import User

from frontdesk.accounts import staff
from frontdesk.guard.merging import MergingForm
from frontdesk.models import StaffMember
from rooms.audit import Actor
from rooms.models import Property


class StaffForm(MergingForm):
    """A login and its role. The password is never shown."""

    username = forms.CharField(
        max_length=150, label="User name", validators=User._meta.get_field("username").validators
    )
    role = forms.ChoiceField(choices=StaffMember.Role.choices, initial=StaffMember.Role.CLERK)
    password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="At least 10 characters, for the first sign-in; the person then chooses another.",
    )
    invite = forms.BooleanField(
        required=False,
        label="Already works at another hotel on this server: invite",
        help_text="Without a password: the person signs in as usual and accepts.",
    )

    def __init__(
        self,
        data: Any,
        *,
        property_: Property,
        row: StaffMember | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.property = property_
        super().__init__(
            data, initial={"username": row.user.username, "role": row.role} if row else initial
        )
        self.row = row
        if row:
            self.fields["username"].disabled = True
            del self.fields["invite"]
            self.fields["password"].help_text = (
                "Empty: unchanged. A new one signs the person out; they choose their own at the "
                "next sign-in."
            )

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        name = typed.get("username")
        if self.row is None and name and staff.member_of(self.property, name):
            self.add_error("username", f"{name} already works here or is invited.")
        elif self.row is None and not typed.get("invite") and not typed.get("password"):
            self.add_error("password", "A new login needs a password.")
        if typed.get("invite") and typed.get("password"):
            self.add_error(
                "password", "An invited person keeps their own password: leave this empty."
            )
        return typed

    def save(self, actor: Actor) -> None:
        """Write login and role. Raises :class:`~hotelpbx.refusals.Refusal`."""
        typed = self.cleaned_data
        role, password = typed["role"], typed["password"]
        if self.row is not None:
            staff.change_role(self.row, role, actor=actor)
            if password:
                staff.reset_password(self.row, password, actor=actor)
        elif typed["invite"]:
            staff.invite(self.property, typed["username"], role, actor=actor)
        else:
            staff.add(self.property, typed["username"], role, password, actor=actor)


def remove_member(member: StaffMember, actor: Actor) -> None:
    """Remove a login."""
    staff.remove_member(member, actor=actor)
