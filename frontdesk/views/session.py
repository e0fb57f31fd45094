"""Signing in and out."""

from typing import Any

from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from frontdesk import sign_in_attempts
from frontdesk.access import Role, desk_of, properties_of
from hotelpbx.client_address import client_address
from rooms.audit import Actor, note


class SignInForm(AuthenticationForm):
    """Refuses to look at a password after several wrong ones."""

    def clean(self) -> dict[str, Any]:
        username = str(self.cleaned_data.get("username", ""))
        address = client_address(self.request) if self.request else None
        if not sign_in_attempts.begin(username, address):
            raise ValidationError("Too many wrong passwords. Try again in fifteen minutes.")
        try:
            cleaned = super().clean()
        except ValidationError:
            note(None, Actor("user", username or "?", address), "sign-in refused", "session")
            raise
        sign_in_attempts.succeeded(username, address)
        return cleaned


class SignIn(auth_views.LoginView):
    """The sign-in page."""

    template_name = "frontdesk/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        source = client_address(self.request)
        note(None, Actor("user", user.get_username(), source), "sign-in", "session")
        return super().form_valid(form)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SignOut(auth_views.LogoutView):
    """POST only."""


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The only property of the user, or a choice."""
    user = request.user
    found = properties_of(user) if isinstance(user, User) else []
    if len(found) != 1:
        return render(request, "frontdesk/home.html", {"properties": found})
    desk = desk_of(request, found[0].code)
    is_maid = desk is not None and not desk.may(Role.CLERK)
    return redirect("frontdesk:housekeeping" if is_maid else "frontdesk:rack", found[0].code)
