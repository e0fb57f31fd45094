"""Who may sign in at this desk."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from frontdesk.guard.merging import Merging
from frontdesk.models import StaffMember
from hotelpbx.refusals import Refusal
from rooms.audit import Actor, note
from rooms.models import Property


class StaffForm(Merging):
    """A login and its role. A password is written and never shown."""

    username = forms.CharField(
        max_length=150, label="User name", validators=User._meta.get_field("username").validators
    )
    role = forms.ChoiceField(choices=StaffMember.Role.choices, initial=StaffMember.Role.CLERK)
    password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="At least 10 characters. Empty: stays as it is.",
    )

    def __init__(
        self,
        data: Any,
        *,
        hotel: Property,
        row: StaffMember | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.hotel = hotel
        super().__init__(
            data, initial={"username": row.user.username, "role": row.role} if row else initial
        )
        self.row = row
        if row:
            self.fields["username"].disabled = True

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        name, password = typed.get("username"), typed.get("password")
        self._user = User.objects.filter(username=name).first() if name else None
        if self.row is None and name:
            self._check_new(name, password)
        if password and self._user and not _ours(self._user, self.hotel):
            told = "This user also works elsewhere: he changes his password himself."
            self.add_error("password", told)
        elif password:
            try:
                validate_password(password, self._user or User(username=name or ""))
            except ValidationError as fault:
                self.add_error("password", fault)
        return typed

    def save(self, actor: Actor) -> None:
        """Write login and role, and into the audit trail that it was done."""
        role, password = self.cleaned_data["role"], self.cleaned_data["password"]
        if self.row and self.row.user.username == actor.name and role != self.row.role:
            raise Refusal("invalid_transition", "Another manager must change your own role.")
        with transaction.atomic():
            user = self._user or User(username=self.cleaned_data["username"])
            if password:
                user.set_password(password)
                user.is_active = True
            user.save()
            before = {"role": self.row.role} if self.row else {}
            StaffMember.objects.update_or_create(
                user=user, property=self.hotel, defaults={"role": role}
            )
            after = {"role": role, **({"password": "changed"} if password else {})}
            note(
                self.hotel,
                actor,
                "staff login",
                f"user:{user.username}",
                before=before,
                after=after,
            )

    def _check_new(self, name: str, password: str | None) -> None:
        if self.hotel.staff.filter(user__username=name).exists():
            self.add_error("username", f"{name} works here already.")
        elif not password and (self._user is None or not self._user.is_active):
            self.add_error("password", "A new login needs a password.")


def take_away(member: StaffMember, actor: Actor) -> None:
    """Somebody no longer works here; who works nowhere else can no longer sign in."""
    if member.user.username == actor.name:
        raise Refusal("invalid_transition", "Another manager must take your login away.")
    user = member.user
    with transaction.atomic():
        member.delete()
        if not user.desks.exists() and not user.is_superuser:
            User.objects.filter(pk=user.pk).update(is_active=False)


def _ours(user: User, hotel: Property) -> bool:
    """Whether the managers of ``hotel`` may give ``user`` a password: he has no desk elsewhere."""
    return not user.is_superuser and not user.desks.exclude(property=hotel).exists()
