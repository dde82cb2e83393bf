"""Accounts of the people who work here: made and given a role by a portal manager, never by registering."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.audit_kinds import ROLE_CHANGED, STAFF_CREATED
from accounts.mails import STAFF_INVITATION, queue_account_mail
from accounts.models import User
from accounts.roles import ADMIN_ROLES
from accounts.sign_in import OwnAccount, end_sessions
from badgeportal.actor import Actor
from badgeportal.audit.actions import record


class AddressInUse(Exception):
    """Somebody has an account with this address. People who order badges do not become staff with the same account."""


def create_staff_account(*, email: str, name: str, role: str, actor: Actor, now: datetime) -> User:
    """Make an account with the role `role` and send the link to set its password; raises AddressInUse.

    The address counts as confirmed: nobody can sign in without the link that goes to it.
    """
    try:
        with transaction.atomic(durable=True):
            user = User.objects.create_user(email, name=name, is_staff=role in ADMIN_ROLES, date_joined=now)
            user.groups.set([Group.objects.get(name=role)])
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            words = {"password_reset_url": password_link(user), "role": role}
            queue_account_mail(key=STAFF_INVITATION, to=email.strip().lower(), words=words, now=now)
            record(kind=STAFF_CREATED, actor=actor, subject=user, now=now, role=role)
    except IntegrityError:
        # Without its cause: PostgreSQL's words hold the address.
        raise AddressInUse from None
    return user


def change_role(*, user_id: int, role: str, actor: Actor, now: datetime) -> bool:
    """Give a member of staff the role `role` in place of the one they have; False when they have it already.

    Their sessions end, so that the new rights and the second step count from the next sign-in. Raises OwnAccount, and
    User.DoesNotExist for a person who is not staff.
    """
    if actor.user_id == user_id:
        raise OwnAccount
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update().get(
            pk__in=User.objects.staff_and_analysts().filter(pk=user_id).values("pk")
        )
        before = sorted(user.groups.values_list("name", flat=True))
        if before == [role]:
            return False
        user.groups.set([Group.objects.get(name=role)])
        user.is_staff = role in ADMIN_ROLES
        user.save(update_fields=["is_staff"])
        end_sessions(user)
        record(kind=ROLE_CHANGED, actor=actor, subject=user, now=now, before=before, after=role)
    return True


def password_link(user: User) -> str:
    """The address under which `user`, and nobody else, can set a password, for as long as PASSWORD_RESET_TIMEOUT."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return settings.PUBLIC_URL + path
