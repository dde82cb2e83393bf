"""A placed order, and the business questions asked of the table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q

from badgeportal.bulk import among
from badgeportal.words import words_index
from orders.lifecycle import ENDED_STATES, OPEN_STATES, RESERVING_STATES, UNDECIDED_STATES, State
from orders.models.answers import Answers

# What an order says about people; empty once its person is erased.
ERASED_COLUMNS = (
    "ods_code", "location_id", "provider_id", "organisation_name", "phone", "recipient_name", "address_line_1",
    "address_line_2", "town", "county", "postcode", "address_key", "phone_key", "organisation_key",
)  # fmt: skip


class Hold(models.TextChoices):
    ACCOUNT_RESTRICTED = "account_restricted", "The account is restricted"
    ADDRESS_DOES_NOT_FIT = "address_does_not_fit", "The address does not fit the courier's label"
    OFFICER = "officer", "Held by a member of staff"


def data_in_use(order: str = "") -> Q:
    """Orders whose data may be used: neither the account nor a recipient without one limits it. `order` is a lookup path."""
    return Q(**{f"{order}account__restricted_at": None, f"{order}recipient_restricted_at": None})


class OrderQuerySet(models.QuerySet["Order"]):
    def awaiting_assessment(self) -> Self:
        """Placed and free to be checked against the register, oldest first."""
        return self.in_use().filter(state=State.PLACED, hold="").order_by("placed_at", "pk")

    def awaiting_dispatch(self) -> Self:
        """Verified and free to go into a batch, oldest first."""
        free = self.filter(state=State.VERIFIED, hold="", anonymised_at__isnull=True)
        return free.in_use().order_by("placed_at", "pk")

    def in_use(self) -> Self:
        """Those whose data nobody limits; pulls, mails and figures are about these."""
        return self.filter(data_in_use())

    def being_checked(self) -> Self:
        return self.filter(state=State.CHECKING)

    def awaiting_provider(self) -> Self:
        """An officer asked something, and the order waits for the answer."""
        return self.filter(state=State.AWAITING_PROVIDER)

    def undecided(self) -> Self:
        """Before a person, or waiting for the provider's answer to that person."""
        return self.filter(state__in=UNDECIDED_STATES)

    def held(self) -> Self:
        return self.exclude(hold="")

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def with_reserved_badges(self) -> Self:
        """Badges are set aside for these from placing until the courier has them."""
        return self.filter(state__in=RESERVING_STATES)

    def placed_by(self, account: AbstractBaseUser) -> Self:
        """A person sees their own orders and nobody else's."""
        return self.filter(account=account.pk)

    def addressed_like(self, order: Order) -> Self:
        """Orders addressed to the same name, or to the same door, as `order`; with it itself."""
        alike = Q(pk=order.pk)
        if order.recipient_name:
            alike |= Q(recipient_name__iexact=order.recipient_name)
        if order.address_key:
            alike |= Q(address_key=order.address_key)
        return self.filter(alike)

    def with_reference(self, reference: str) -> Self:
        return self.filter(reference=reference)

    def placed_since(self, moment: datetime) -> Self:
        return self.filter(placed_at__gte=moment)

    def newest_first(self) -> Self:
        return self.order_by("-placed_at", "-pk")

    def to_write_about(self, order_ids: Iterable[int]) -> Self:
        """Those of `order_ids` whose account may get mail: not erased, not disabled, nothing restricted."""
        return self.filter(
            among("pk", order_ids),
            account__anonymised_at__isnull=True,
            account__disabled_at__isnull=True,
            account__restricted_at__isnull=True,
            recipient_restricted_at__isnull=True,
        ).select_related("account")

    def counting_together_with(self, *, accounts: Iterable[int], addresses: Iterable[str], phones: Iterable[str],
                               organisations: Iterable[str]) -> Self:  # fmt: skip
        """Orders that are not cancelled or refused and share an account, delivery address, phone or organisation name."""
        return self.exclude(state__in=(State.CANCELLED, State.REFUSED)).filter(
            among("account", accounts)
            | among("address_key", (key for key in addresses if key))
            | among("phone_key", (key for key in phones if key))
            | among("organisation_key", (key for key in organisations if key))
        )


class Order(Answers):
    """Badges somebody ordered. `state` is written by `orders.moves` only."""

    reference = models.CharField(max_length=14, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders")
    cqc_registered = models.BooleanField("CQC registered")
    quantity = models.PositiveIntegerField("number of badges")
    state = models.CharField(max_length=20, choices=State.choices, default=State.PLACED)
    state_changed_at = models.DateTimeField()
    placed_at = models.DateTimeField()
    hold = models.CharField("held because", max_length=24, choices=Hold.choices, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    # Whoever the badges are addressed to has no account, and asked that their name and address are kept and not used.
    recipient_restricted_at = models.DateTimeField(null=True, blank=True, editable=False)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    refusal_reason = models.CharField(max_length=40, blank=True)
    address_key = models.CharField(max_length=120, blank=True, editable=False)
    phone_key = models.CharField(max_length=20, blank=True, editable=False)
    organisation_key = models.CharField(max_length=100, blank=True, editable=False)
    anonymised_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        permissions = [
            ("cancel_order", "Can cancel an order"),
            ("hold_order", "Can hold an order and lift a hold"),
            ("correct_order", "Can correct the delivery address of an order"),
        ]
        indexes = [
            models.Index(fields=["placed_at", "id"], condition=Q(state="placed"), name="order_awaiting_assessment"),
            models.Index(fields=["placed_at", "id"], condition=Q(state="verified"), name="order_awaiting_dispatch"),
            models.Index(fields=["account", "-placed_at"], name="order_of_account"),
            models.Index(fields=["-placed_at", "-id"], name="order_newest_first"),
            models.Index(fields=["state", "-placed_at"], name="order_by_state"),
            models.Index(fields=["address_key"], condition=~Q(address_key=""), name="order_address_key"),
            models.Index(fields=["phone_key"], condition=~Q(phone_key=""), name="order_phone_key"),
            models.Index(fields=["organisation_key"], condition=~Q(organisation_key=""), name="order_organisation_key"),
            models.Index(fields=["ods_code"], condition=~Q(ods_code=""), name="order_ods_code"),
            models.Index(fields=["postcode"], name="order_postcode"),
            # Words of the name and their beginnings; `ILIKE '%word%'` would read every order there is.
            words_index("organisation_key", name="order_organisation_words"),
            words_index("recipient_name", name="order_recipient_words"),
            models.Index(fields=["placed_at", "id"], condition=~Q(hold=""), name="order_held"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_quantity_above_zero"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="order_state_is_known"),
            # The brief: no decision about a person solely by a machine that has a significant effect on them.
            models.CheckConstraint(
                condition=Q(state="refused", refused_by__isnull=False) & ~Q(refusal_reason="")
                | ~Q(state="refused") & Q(refused_by__isnull=True, refusal_reason=""),
                name="order_refused_only_by_a_person",
            ),
            models.CheckConstraint(condition=Q(hold="") ^ Q(held_at__isnull=False), name="order_hold_has_its_time"),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True) | Q(**dict.fromkeys(ERASED_COLUMNS, "")),
                name="order_anonymised_holds_nothing",
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True) | Q(recipient_restricted_at__isnull=True),
                name="order_anonymised_is_not_restricted",
            ),
            models.CheckConstraint(
                condition=Q(reference__regex=r"^CARE-[2-9A-HJKMNP-RTV-Z]{4}-[2-9A-HJKMNP-RTV-Z]{4}$"),
                name="order_reference_shape",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED_STATES

    @property
    def is_restricted(self) -> bool:
        """Whether its data is kept and not used, at the word of the account's owner or of the recipient."""
        return self.recipient_restricted_at is not None or self.account.is_restricted

    @property
    def is_held(self) -> bool:
        return self.hold != ""
