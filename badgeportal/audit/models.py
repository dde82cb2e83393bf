"""Append-only record for investigators: who did or saw what, and when. It holds opaque ids only, so it survives erasure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTransform

from badgeportal.audit.kinds import PERSONAL_PAGE_SEEN, said


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    def seen(self, subject_type: str, ids: Iterable[object]) -> Self:
        """Pages with personal data about any of these records that staff were shown: pages of one, and lists with others."""
        numbers = [str(one) for one in ids]
        about = Q(subject_id__in=numbers) | Q(details__ids__has_any_keys=numbers)
        return self.filter(about, kind=PERSONAL_PAGE_SEEN, subject_type=subject_type)

    def pages_seen_before(self, before: datetime) -> Self:
        return self.filter(kind=PERSONAL_PAGE_SEEN, at__lt=before)


class AuditEvent(models.Model):
    """One thing that happened. Nothing on a public page reads this table."""

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=60)
    actor = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    details = models.JSONField(default=dict, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="audit_subject"),
            models.Index(fields=["kind", "at"], name="audit_kind"),
            models.Index(fields=["actor", "at"], name="audit_actor"),
            models.Index(fields=["subject_id", "at"], name="audit_subject_id"),
            # Who saw account 12, also in a list.
            GinIndex(KeyTransform("ids", "details"), name="audit_ids_seen", condition=Q(kind="personal_page_seen")),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(actor__regex=r"^(user|system):.+"), name="audit_actor_is_named"),
        ]

    def __str__(self) -> str:
        return f"{said(self.kind)}, event {self.pk}"
