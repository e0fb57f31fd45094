"""Fragments that a page requests by itself."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse


class FragmentMiddleware:
    """A fragment is never redirected: 401 if it would lead to the sign-in, 409 if elsewhere.

    The page then tells the person.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        is_piece = request.method == "GET" and request.headers.get("HX-Request") == "true"
        if not is_piece or not 300 <= answer.status_code < 400:
            return answer
        signed_out = answer.headers.get("Location", "").startswith(reverse("frontdesk:sign_in"))
        return HttpResponse(status=401 if signed_out else 409)
