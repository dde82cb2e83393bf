"""The register: places of adult social care that CQC lists, the codes of their providers, and the listed email addresses."""

from __future__ import annotations

import re
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Right

from badgeportal.words import with_words, words_index
from verification.models.register_import import RegisterImport

_NAMES = ("name", "provider_name")
# The last ten digits of a number, as `orders.normalise.phone_key` has them.
PHONE_DIGITS = Right(Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace"), 10)


def _providers_of(code: str) -> list[str]:
    # Read first: beside another condition a subquery would keep the database from both indexes, and it would read every row.
    return list(ProviderCode.objects.with_code(code).values_list("provider_id", flat=True))


class ListingQuerySet(models.QuerySet["Listing"]):
    def active(self) -> Self:
        return self.filter(status=Listing.Status.ACTIVE)

    def with_code(self, ods_code: str) -> Self:
        """Active listings of the site code or of the provider's head-office code `ods_code` (already normalised).

        None for an empty code: thousands of places have none, and they have nothing in common.
        """
        if not ods_code:
            return self.none()
        return self.active().filter(Q(site_ods_code=ods_code) | Q(provider_id__in=_providers_of(ods_code)))

    def matching(self, term: str) -> Self:
        """Listings that a person may mean by `term`: an id, a code, a postcode, or words of the name of place or provider."""
        text = " ".join(term.split())
        found = with_words(text, *_NAMES)
        if re.fullmatch(r"1-\d+", text):
            found = Q(location_id=text) | Q(provider_id=text)
        elif re.fullmatch(r"[A-Za-z0-9]{3,10}", text):
            code = text.upper()
            found |= Q(site_ods_code=code) | Q(provider_id__in=_providers_of(code))
        compact = re.sub(r"[^A-Za-z0-9]", "", text).upper()
        if re.fullmatch(r"[A-Z0-9]{2,4}[0-9][A-Z]{2}", compact):
            found |= Q(postcode=f"{compact[:-3]} {compact[-3:]}")
        return self.filter(found)

    def as_known_to_contacts(self) -> models.QuerySet[Listing, tuple[str, str, str, bool, bool]]:
        """(location id, provider id, site code, whether an extract gave it, whether active) of every listing."""
        is_active = models.ExpressionWrapper(Q(status=Listing.Status.ACTIVE), output_field=models.BooleanField())
        return self.values_list("location_id", "provider_id", "site_ods_code", "site_ods_code_from_extract", is_active)

    def confirmed_as(self, *, location_id: str, provider_id: str) -> Self:
        """The location, or those of the provider, that somebody said is theirs; all when nothing was said."""
        found = self.filter(location_id=location_id) if location_id else self
        return found.filter(provider_id=provider_id) if provider_id else found


class Listing(models.Model):
    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        CLOSED = "closed", "No longer on the register"

    location_id = models.CharField("CQC location ID", max_length=14, unique=True)
    provider_id = models.CharField("CQC provider ID", max_length=14, db_index=True)
    name = models.CharField(max_length=200)
    provider_name = models.CharField(max_length=200, blank=True)
    site_ods_code = models.CharField("site ODS code", max_length=10, blank=True, help_text="Not unique.")
    # CQC's file leaves many codes empty. Without this mark the next edition would wipe a code that the extract gave.
    site_ods_code_from_extract = models.BooleanField("ODS code comes from the contact extract", default=False)
    phone = models.CharField(max_length=30, blank=True)
    address_line_1 = models.CharField(max_length=200, blank=True)
    address_line_2 = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=100, blank=True)
    county = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    region = models.CharField(max_length=60, blank=True)
    local_authority = models.CharField(max_length=80, blank=True)
    local_authority_code = models.CharField(max_length=9, blank=True)
    care_home = models.BooleanField(default=False)
    beds = models.PositiveIntegerField(null=True, blank=True)
    service_types = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    dormant = models.BooleanField(default=False)
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.ACTIVE)
    closed_at = models.DateTimeField(null=True, blank=True)
    source = models.ForeignKey(
        RegisterImport, on_delete=models.PROTECT, related_name="+", verbose_name="source edition"
    )
    changed_at = models.DateTimeField()

    objects = ListingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["site_ods_code"], condition=~Q(site_ods_code=""), name="listing_site_ods_code"),
            models.Index(fields=["postcode"], name="listing_postcode"),
            models.Index(PHONE_DIGITS, name="listing_phone_digits"),
            words_index(*_NAMES, name="listing_words"),
            words_index("name", name="listing_name_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="closed") ^ Q(closed_at__isnull=True), name="listing_closed_has_its_time"
            ),
            models.CheckConstraint(condition=Q(location_id__regex=r"^1-\d{1,12}$"), name="listing_location_id_shape"),
            models.CheckConstraint(
                condition=Q(site_ods_code="") | Q(site_ods_code__regex=r"^[A-Z0-9]{3,10}$"),
                name="listing_ods_code_shape",
            ),
            models.CheckConstraint(
                condition=Q(site_ods_code_from_extract=False) | ~Q(site_ods_code=""),
                name="listing_code_from_extract_is_a_code",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.location_id})"


class ProviderCodeQuerySet(models.QuerySet["ProviderCode"]):
    def with_code(self, ods_code: str) -> Self:
        return self.filter(ods_code=ods_code)

    def of_provider(self, provider_id: str) -> Self:
        return self.filter(provider_id=provider_id).order_by("ods_code")

    def matching(self, term: str) -> Self:
        """Codes that are `term`, or of the provider whose id it is."""
        return self.filter(Q(ods_code=term.strip().upper()) | Q(provider_id=term.strip()))


class ProviderCode(models.Model):
    """The head-office ODS code of a provider. The CQC file has no such column: it comes from the contact extract or ODS."""

    provider_id = models.CharField("CQC provider ID", max_length=14)
    ods_code = models.CharField("head-office ODS code", max_length=10)
    source = models.ForeignKey(RegisterImport, on_delete=models.PROTECT, related_name="+")

    objects = ProviderCodeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["ods_code"], name="provider_code_by_code")]
        constraints = [
            models.UniqueConstraint(fields=["provider_id", "ods_code"], name="provider_code_once"),
            models.CheckConstraint(condition=Q(ods_code__regex=r"^[A-Z0-9]{3,10}$"), name="provider_code_shape"),
        ]

    def __str__(self) -> str:
        return f"{self.ods_code} ({self.provider_id})"


class ListedEmailQuerySet(models.QuerySet["ListedEmail"]):
    def of_location(self, location_id: str) -> Self:
        return self.filter(location_id=location_id)

    def of_provider(self, provider_id: str) -> Self:
        return self.filter(provider_id=provider_id)

    def in_order(self) -> models.QuerySet[ListedEmail, str]:
        """The addresses, always in the same order."""
        return self.order_by("email").values_list("email", flat=True)

    def matching(self, term: str) -> Self:
        """Addresses that are `term` exactly, or stand on the location or provider whose id it is; never by a part."""
        text = term.strip()
        return self.filter(Q(email=text.casefold()) | Q(location_id=text) | Q(provider_id=text))


class ListedEmail(models.Model):
    """An address on the listing of a place, or of a provider for all its places. One address may serve many listings."""

    email = models.CharField(max_length=254, help_text="Trimmed and case-folded.")
    location_id = models.CharField("CQC location ID", max_length=14, blank=True)
    provider_id = models.CharField("CQC provider ID", max_length=14, blank=True)
    source = models.ForeignKey(RegisterImport, on_delete=models.PROTECT, related_name="+")

    objects = ListedEmailQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["location_id"], condition=~Q(location_id=""), name="listed_email_of_location"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="listed_email_of_provider"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["email", "location_id", "provider_id"], name="listed_email_once"),
            models.CheckConstraint(
                condition=Q(location_id="") ^ Q(provider_id=""), name="listed_email_of_one_location_or_provider"
            ),
        ]

    def __str__(self) -> str:
        return f"Listed email {self.pk}"


class ErasedEmailDigest(models.Model):
    """Keyed digest of a listed address whose owner had it erased, so that the next import does not bring it back."""

    digest = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Erased address {self.pk}"
