"""What accounts end before a person is erased: forms that were filled in by nobody who is signed in."""

from __future__ import annotations

from importlib import import_module

from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.mails import ALREADY_EXISTS, CONFIRM_NEW_ADDRESS
from badgeportal.outbox.forgetting import destroy_sealed_to
from badgeportal.privacy.settling import Settlement


def end_change_of_address(settlement: Settlement) -> None:
    """Destroy the code that is on its way to an address that an erased account was to have; it stands in their session only."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    known = UserSession.objects.filter(user__in=settlement.subject.account_ids).values("session_key")
    theirs = Session.objects.filter(session_key__in=known).order_by("pk").values_list("session_data", flat=True)
    waiting = (store.decode(data).get(EMAIL_VERIFICATION_CODE_SESSION_KEY) or {} for data in theirs)
    addresses = {state["email"] for state in waiting if state.get("email")}
    templates = (CONFIRM_NEW_ADDRESS, ALREADY_EXISTS)
    settlement.count("outbox.outboxmessage", destroy_sealed_to(addresses, templates=templates))


def end_open_forms(settlement: Settlement) -> None:
    """Delete sessions of visitors that hold one of the addresses, or sign in one of the accounts without being listed.

    While somebody registers, or sets a password, their address stands in their session, encrypted; each has to be opened to see.
    Sessions known to belong to an account are deleted by its number.
    """
    addresses, accounts = settlement.found.addresses, {str(pk) for pk in settlement.subject.account_ids}
    if not addresses:
        return
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    known = UserSession.objects.values("session_key")
    strangers = Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key__in=known)
    theirs = []
    for key, data in strangers.order_by("pk").values_list("session_key", "session_data"):
        content = store.decode(data)
        told = str(content).casefold()
        if content.get("_auth_user_id") in accounts or any(address in told for address in addresses):
            theirs.append(key)
    deleted = Session.objects.filter(session_key__in=theirs)._raw_delete("default")
    settlement.count("sessions.session", int(deleted or 0))
