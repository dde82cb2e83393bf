"""Where allauth meets the portal: mail through the outbox, our words, and where people go once signed in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone

from accounts.audit_kinds import ADDRESS_CONFIRMED
from accounts.closing.notice import current_plan
from accounts.mails import queue_for_allauth
from accounts.models import Portal, User
from accounts.person import person
from accounts.roles import DHSC_ANALYST
from badgeportal.actor import Actor
from badgeportal.audit.actions import record

_PASSWORD_PROBLEMS = {
    "password_too_short": "Password must be 10 characters or more",
    "password_too_common": "Choose a password that is harder to guess",
    "password_too_similar": "Password must not be like your email address",
}


def _works_here(user: User) -> bool:
    return User.objects.staff_and_analysts().filter(pk=user.pk).exists()


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "You cannot sign in with this account",
        "duplicate_email": "This is already the email address of your account",
        "email_password_mismatch": "The email address or password is not correct",
        "email_taken": "This email address cannot be used. Use another one",
        "enter_current_password": "The current password is not correct",
        "incorrect_code": "The code is not correct. Check the newest email we sent you",
        "incorrect_password": "The password is not correct",
        "invalid_login": "Enter your email address and password",
        "invalid_password_reset": "The link to set a new password does not work any more. Ask for a new one",
        "rate_limited": "You have asked too often. Wait a minute and try again",
        "same_as_current": "This is already the email address of your account",
        "too_many_login_attempts": "There were too many attempts. Wait 5 minutes and try again",
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail: the page is answered in the same time whether one is sent or not."""
        with transaction.atomic():
            queue_for_allauth(prefix=template_prefix, to=email, context=context, now=timezone.now())

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail starts with the address from the settings, never with what a browser said the host was."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.PUBLIC_URL + path.replace("UID-KEY", key)

    def clean_password(self, password: str, user: User | None = None) -> str:
        try:
            return super().clean_password(password, user)
        except ValidationError as error:
            raise ValidationError(
                [
                    ValidationError(_PASSWORD_PROBLEMS.get(e.code or "", str(e.message)), code=e.code)
                    for e in error.error_list
                ]
            ) from None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody registers while nothing can be ordered: there would be no reason to hold the address."""
        return Portal.current().ordering_open_at(timezone.now())

    def pre_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse | None:
        """Nobody who orders badges signs in once the closing of the portal has stopped that."""
        plan = current_plan()
        if plan is not None and plan.sign_in_is_off(timezone.now()) and not _works_here(user):
            return redirect("closing")
        answer: HttpResponse | None = super().pre_login(request, user, **more)
        return answer

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff go to their work, analysts to the reports, everybody else to their orders."""
        user = person(request)
        if user.is_staff:
            return reverse("admin:index")
        if user.has_role(DHSC_ANALYST):
            return reverse("reports")
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("your_details")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("your_details")

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm the address, tell the one before it, and note that it happened, all or nothing."""
        with transaction.atomic():
            confirmed: bool = super().confirm_email(request, email_address)
            if confirmed:
                user = email_address.user
                record(kind=ADDRESS_CONFIRMED, actor=Actor.user(user), subject=user, now=timezone.now())
        return confirmed
