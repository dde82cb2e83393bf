"""The ONS Postcode Directory as far as management information needs it: which council and region a postcode lies in."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Max, Q

_REGION = r"^E1200000[1-9]$"
_COUNCIL = r"^E(06|08|09|10)\d{6}$"


class PostcodeEditionQuerySet(models.QuerySet["PostcodeEdition"]):
    def newest(self) -> date | None:
        """The day of the newest edition that was loaded."""
        return self.aggregate(newest=Max("edition"))["newest"]


class PostcodeEdition(models.Model):
    """One load of an edition, with what became of its rows."""

    edition = models.DateField(help_text="The first day of the month that ONS names it by.")
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField("SHA-256", max_length=64)
    rows = models.PositiveIntegerField()
    new = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    elsewhere = models.PositiveIntegerField("outside England or without a place", help_text="Not kept.")
    names = models.PositiveIntegerField("names of areas")
    actor = models.CharField("loaded by", max_length=80)
    loaded_at = models.DateTimeField()

    objects = PostcodeEditionQuerySet.as_manager()

    class Meta:
        verbose_name = "edition of the Postcode Directory"
        verbose_name_plural = "editions of the Postcode Directory"
        default_permissions = ("view",)
        ordering = ["-edition", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rows=F("new") + F("changed") + F("unchanged") + F("elsewhere")),
                name="postcode_edition_counts_every_row_once",
            ),
            models.CheckConstraint(
                condition=Q(actor__regex=r"^(user|system):.+"), name="postcode_edition_actor_is_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition:%B %Y}"


class PostcodePlace(models.Model):
    """A postcode of England, living or terminated, and where it lies. Postcodes outside England are not kept."""

    postcode = models.CharField(max_length=7, primary_key=True, help_text="Upper case, without the space.")
    region = models.CharField(max_length=9, help_text="ONS code.")
    authority = models.CharField(max_length=9, help_text="ONS code of the council with adult social services.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(postcode__regex=r"^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$"), name="postcode_place_shape"
            ),
            models.CheckConstraint(condition=Q(region__regex=_REGION), name="postcode_place_region_of_england"),
            models.CheckConstraint(condition=Q(authority__regex=_COUNCIL), name="postcode_place_council_code"),
        ]

    def __str__(self) -> str:
        return self.postcode


class AreaNameQuerySet(models.QuerySet["AreaName"]):
    def councils(self) -> Self:
        """Names of councils whose region is known from the postcodes in it."""
        return self.filter(code__regex=_COUNCIL).exclude(region="")


class AreaName(models.Model):
    """The name of a region or council as the newest Postcode Directory gives it."""

    code = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=80)
    region = models.CharField(max_length=9, blank=True, help_text="ONS code of the region in which a council lies.")

    objects = AreaNameQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(region="") | Q(region__regex=_REGION), name="area_name_region_of_england"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="area_name_is_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
