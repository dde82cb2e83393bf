"""Who is signed in, on pages that let nobody else in."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User


def person(request: HttpRequest) -> User:
    """The person signed in; PermissionDenied when a page without a sign-in asks, which is a slip of ours."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
