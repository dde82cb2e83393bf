"""The person who registered, and the staff of APS and DHSC. Email is the user name; an erased email is NULL."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.roles import DHSC_ANALYST
from badgeportal.phones import international_phone
from badgeportal.words import with_words, words_index

# What people are found by, beside their address.
_NAMES = ("name", "organisation")


def _has_role() -> Exists:
    # Not a join: that would list a person once for each role, and to undo it the whole table would be sorted.
    return Exists(User.groups.through.objects.filter(user=OuterRef("pk")))


class UserQuerySet(models.QuerySet["User"]):
    def providers(self) -> Self:
        """People who order badges: neither staff nor analysts."""
        return self.filter(is_staff=False).exclude(_has_role())

    def may_be_written_to(self) -> Self:
        """Neither erased nor disabled nor restricted."""
        return self.filter(
            anonymised_at__isnull=True, disabled_at__isnull=True, restricted_at__isnull=True, email__isnull=False
        )

    def under_restriction(self) -> Self:
        return self.filter(restricted_at__isnull=False, anonymised_at__isnull=True).order_by("pk")

    def kept_when_closed(self, *, with_staff: bool) -> Self:
        """Whose sign-in outlives the closing: DHSC analysts, and staff for as long as a manager said."""
        wanted = Q(pk__in=self.model.objects.filter(groups__name=DHSC_ANALYST).values("pk"))
        if with_staff:
            wanted |= Q(is_staff=True)
        return self.filter(wanted, anonymised_at__isnull=True)

    def staff_and_analysts(self) -> Self:
        """People who work here: everybody with a role."""
        return self.filter(Q(is_staff=True) | _has_role())

    def unconfirmed_since(self, before: datetime) -> Self:
        """Registered before that time and never confirmed their address, so they never signed in either."""
        never_used = self.filter(date_joined__lt=before, last_login__isnull=True, anonymised_at__isnull=True)
        # Somebody rang about it: the request names the account until it is answered.
        unasked = never_used.exclude(data_requests__state="open").exclude(
            pk__in=self.model.objects.filter(data_complaints__isnull=False, data_complaints__closed_at__isnull=True)
        )
        # What is restricted is kept until the restriction has ended.
        kept = unasked.filter(restricted_at__isnull=True)
        return kept.providers().exclude(emailaddress__verified=True)

    def matching(self, text: str) -> Self:
        """People whose email begins so, of this phone number, or with these words in their name or organisation."""
        found = Q(email__startswith=text.strip().lower()) | with_words(text, *_NAMES)
        phone = international_phone(text)
        return self.filter(found | Q(phone=phone) if phone else found)

    def restricted_until(self, day: date) -> Self:
        """Whose restriction ends on `day` or before, as they were told."""
        return self.filter(restricted_at__isnull=False, restriction_ends_on__lte=day)

    def with_email(self, email: str) -> Self:
        """The account of the address `email`, whatever its capitals: addresses are kept in lower case."""
        return self.filter(email=email.strip().lower())


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A new account for `email`, stored in lower case; without a password it cannot sign in."""
        if not email:
            raise ValueError("An account needs an email address.")
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.with_email(username or "").get()


class User(AbstractBaseUser, PermissionsMixin):
    """An account. It is overwritten when its person is erased, never deleted, so that orders and counts still add up."""

    email = models.EmailField("email address", unique=True, null=True, blank=True)
    name = models.CharField("full name", max_length=100, blank=True)
    organisation = models.CharField("organisation", max_length=100, blank=True)
    phone = models.CharField("phone number", max_length=20, blank=True)
    is_staff = models.BooleanField("can use the admin pages", default=False)
    is_active = models.BooleanField("can sign in", default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    disabled_at = models.DateTimeField(null=True, blank=True)
    anonymised_at = models.DateTimeField(null=True, blank=True)
    restricted_at = models.DateTimeField(null=True, blank=True)
    restriction_ends_on = models.DateField("restriction ends on", null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        indexes = [
            models.Index(fields=["-date_joined", "-id"], name="user_newest_first"),
            models.Index(
                fields=["date_joined"],
                condition=Q(last_login__isnull=True, anonymised_at__isnull=True),
                name="user_never_signed_in",
            ),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="user_phone"),
            words_index(*_NAMES, name="user_words"),
        ]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_its_capitals"),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True, email__isnull=False)
                | Q(anonymised_at__isnull=False, email__isnull=True, name="", organisation="", phone=""),
                name="user_anonymised_holds_nothing",
            ),
            models.CheckConstraint(
                condition=Q(disabled_at__isnull=True) | Q(is_active=False), name="user_disabled_cannot_sign_in"
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True) | Q(disabled_at__isnull=False),
                name="user_anonymised_is_disabled",
            ),
            models.CheckConstraint(
                condition=Q(restriction_ends_on__isnull=True) | Q(restricted_at__isnull=False),
                name="user_restriction_that_ends_is_there",
            ),
        ]
        permissions = [
            ("view_person", "Can see the personal page of a person"),
            ("disable_person", "Can disable and anonymise a person"),
            ("manage_staff", "Can create staff accounts and change their role"),
        ]

    def __str__(self) -> str:
        # Admin headings and logs print this: an opaque number says enough.
        return f"Account {self.pk}"

    @property
    def is_restricted(self) -> bool:
        return self.restricted_at is not None

    def has_role(self, role: str) -> bool:
        """Whether the person is in the group of that name."""
        return self.groups.filter(name=role).exists()

    def get_short_name(self) -> str:
        return self.name or "there"

    def get_full_name(self) -> str:
        return self.name
