"""Sign-in and change of password."""

import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from frontdesk.accounts import sign_in_attempts, staff
from hotelpbx.http.client_address import client_address
from hotelpbx.refusals import Refusal
from rooms.audit import Actor, note
from rooms.models import Property

log = logging.getLogger(__name__)

T = TypeVar("T")

REFUSED: Final = "sign-in refused"
# An unknown name may be a password typed into the wrong field.
UNKNOWN: Final = "unknown name"


class TooManyAttempts(ValidationError):
    """Too many wrong passwords: this one was not checked."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"Too many wrong passwords. Try again in {_in_words(wait)}.")
        self.wait = wait


class SignInForm(AuthenticationForm):
    """Checks no password after too many wrong ones.

    :ivar wait: seconds until a password is checked again; 0: this one was
    """

    wait = 0

    def clean(self) -> dict[str, Any]:
        username = str(self.cleaned_data.get("username", ""))
        address = client_address(self.request) if self.request else None
        try:
            cleaned = rate_limited(username, address, super().clean)
        except TooManyAttempts as slowed:
            self.wait = slowed.wait
            raise
        return cleaned


def rate_limited(username: str, address: str | None, look: Callable[[], T]) -> T:
    """What ``look`` finds, which looks at a password and raises where it is wrong.

    :raises SlowedDown: there were too many: it is not asked
    """
    attempt = sign_in_attempts.begin(username, address)
    if attempt.wait:
        log.warning("Sign-ins from %s are slowed down.", address)
        raise TooManyAttempts(attempt.wait)
    try:
        found = look()
    except (ValidationError, Refusal):
        _record_refusal(username, address, first=attempt.first_from_there)
        raise
    sign_in_attempts.succeeded(username, address)
    return found


def _record_refusal(username: str, address: str | None, *, first: bool) -> None:
    """Write to the history of the hotels in which the name works, or of all if it is unknown.

    Of unknown names only the first from an address within the window, so that a thousand attempts
    do not fill the histories.
    """
    user = User.objects.filter(username=username).first()
    if user is not None:
        staff.note_in_all_hotels(user, Actor("user", user.username, address), REFUSED)
    elif first:
        for property_ in Property.objects.order_by("pk"):
            note(property_, Actor("user", UNKNOWN, address), REFUSED, "session")


def _in_words(seconds: int) -> str:
    return f"{seconds} seconds" if seconds != 1 else "a second"


class OwnPasswordForm(forms.Form):
    """Change of one's own password.

    :param wrong: why the current password, which was checked before, is refused
    """

    current = forms.CharField(
        label="Current password",
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label="New password",
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="At least 10 characters.",
    )
    again = forms.CharField(
        label="Repeat new password",
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any, *, wrong: str = "") -> None:
        super().__init__(data)
        self._wrong = wrong

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if self._wrong:
            self.add_error("current", self._wrong)
        if not self.errors and typed["password"] != typed["again"]:
            self.add_error("again", "The two passwords do not match.")
        return typed
