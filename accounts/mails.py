"""The mails about an account. Address, code and link travel encrypted in the outbox row and are destroyed with it.

The text is templates/mail/<key>.txt. None of them is sent while a page is being answered, so no page is slower for an
address that has an account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model

from badgeportal.outbox.actions import queue_sealed_mail, queue_sealed_mails
from badgeportal.outbox.letters import Letter, register, register_sealed
from badgeportal.outbox.models import OutboxMessage

_CODE = timedelta(seconds=settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT)
_LINK = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
# As long as the outbox tries (badgeportal/outbox/claims.py).
_NOTICE = timedelta(hours=72)

CONFIRM_SIGN_UP = register_sealed("account_confirm_sign_up")
CONFIRM_NEW_ADDRESS = register_sealed("account_confirm_new_address")
ALREADY_EXISTS = register_sealed("account_already_exists")
UNKNOWN = register_sealed("account_unknown")
RESET_LINK = register_sealed("account_reset_link")
STAFF_INVITATION = register_sealed("account_staff_invitation")
PASSWORD_CHANGED = register_sealed("account_password_changed")
ADDRESS_CHANGED = register_sealed("account_address_changed")
SECOND_STEP_CHANGED = register_sealed("account_second_step_changed")
ERASED = register_sealed("account_erased")


def _restriction_letters(account_ids: Sequence[int]) -> dict[int, Letter]:
    """It goes to a restricted account: they must hear of it before their data is used again."""
    found = get_user_model()._base_manager.filter(pk__in=list(account_ids), restriction_ends_on__isnull=False)
    return {
        user.pk: Letter(to=user.email, context={"name": user.get_short_name(), "ends_on": user.restriction_ends_on})
        for user in found
        if user.email
    }


RESTRICTION_ENDS = register("account_restriction_ends", resolve=_restriction_letters)

# How long each mail is of use: after that its code or link would be refused anyway.
USEFUL_FOR: Mapping[str, timedelta] = {
    CONFIRM_SIGN_UP: _CODE,
    CONFIRM_NEW_ADDRESS: _CODE,
    ALREADY_EXISTS: _NOTICE,
    UNKNOWN: _NOTICE,
    RESET_LINK: _LINK,
    STAFF_INVITATION: _LINK,
    PASSWORD_CHANGED: _NOTICE,
    ADDRESS_CHANGED: _NOTICE,
    SECOND_STEP_CHANGED: _NOTICE,
    ERASED: _NOTICE,
}

# allauth's name for each of its mails. One that is not here is an error: nothing leaves with words we did not write.
_KEY_OF_ALLAUTH = {
    "account/email/email_confirmation_signup": CONFIRM_SIGN_UP,
    "account/email/email_confirmation": CONFIRM_NEW_ADDRESS,
    "account/email/account_already_exists": ALREADY_EXISTS,
    "account/email/unknown_account": UNKNOWN,
    "account/email/password_reset_key": RESET_LINK,
    "account/email/password_reset": PASSWORD_CHANGED,
    "account/email/password_changed": PASSWORD_CHANGED,
    "account/email/password_set": PASSWORD_CHANGED,
    "account/email/email_changed": ADDRESS_CHANGED,
    "account/email/email_deleted": ADDRESS_CHANGED,
    "mfa/email/totp_activated": SECOND_STEP_CHANGED,
    "mfa/email/totp_deactivated": SECOND_STEP_CHANGED,
    "mfa/email/recovery_codes_generated": SECOND_STEP_CHANGED,
    "mfa/email/webauthn_added": SECOND_STEP_CHANGED,
    "mfa/email/webauthn_removed": SECOND_STEP_CHANGED,
}

# Of what allauth hands over, only these reach a mail: the rest (request, address of the visitor) is not needed there.
_WORDS = ("code", "password_reset_url")


def queue_account_mail(*, key: str, to: str, words: Mapping[str, str], now: datetime) -> OutboxMessage:
    """Queue the mail `key` to the address `to`, in the open transaction; it is dropped once it is of no use any more."""
    return queue_sealed_mail(template=key, to=to, context=words, expires_at=now + USEFUL_FOR[key], now=now)


def tell_erased(*, addresses: Iterable[str], now: datetime) -> None:
    """Queue the last mail to people who are erased in the open transaction; their addresses are in it, sealed, and go with it."""
    queue_sealed_mails(template=ERASED, to=addresses, context={}, expires_at=now + USEFUL_FOR[ERASED], now=now)


def queue_for_allauth(*, prefix: str, to: str, context: Mapping[str, Any], now: datetime) -> OutboxMessage:
    """Queue what allauth calls `prefix`; raises KeyError for a mail that we have no words for."""
    words = {name: str(context[name]) for name in _WORDS if name in context}
    return queue_account_mail(key=_KEY_OF_ALLAUTH[prefix], to=to, words=words, now=now)
