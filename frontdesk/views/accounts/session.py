"""Signing in and out."""

from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from frontdesk.accounts import sessions
from frontdesk.accounts.access import Role, board_page, desk_of, properties_of
from frontdesk.accounts.staff import note_in_all_hotels
from frontdesk.forms.sign_in import SignInForm
from hotelpbx.http.client_address import client_address
from rooms.audit import Actor


class SignIn(auth_views.LoginView):
    """The sign-in page."""

    template_name = "frontdesk/accounts/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        sessions.begin(self.request)
        _tell(self.request, "sign-in")
        return answer

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        wait = getattr(form, "wait", 0)
        status = 429 if wait else 422
        answer = self.render_to_response(self.get_context_data(form=form), status=status)
        if wait:
            answer["Retry-After"] = str(wait)
        return answer


class SignOut(auth_views.LogoutView):
    """POST only."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated:
            _tell(request, "sign-out")
        return super().post(request, *args, **kwargs)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The user's only property, or a choice; open invitations are shown."""
    user = request.user
    if board := sessions.board_of(request):
        return redirect(board_page(board))
    if request.session.get("must_change"):
        return redirect("frontdesk:own_password")
    found = properties_of(user) if isinstance(user, User) else []
    invitations = user.desks.filter(pending=True) if isinstance(user, User) else []
    if len(found) != 1 or invitations:
        return render(
            request,
            "frontdesk/accounts/home.html",
            {"properties": found, "invitations": invitations},
        )
    desk = desk_of(request, found[0].code)
    is_housekeeper = desk is not None and not desk.may(Role.CLERK)
    return redirect("frontdesk:housekeeping" if is_housekeeper else "frontdesk:rack", found[0].code)


def _tell(request: HttpRequest, act: str) -> None:
    """Write to the history of the hotels in which the user works."""
    user = request.user
    if isinstance(user, User):
        note_in_all_hotels(user, Actor("user", user.username, client_address(request)), act)
