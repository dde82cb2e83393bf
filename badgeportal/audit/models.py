"""Append-only record for investigators: who did or saw what, and when. It holds opaque ids only, so it survives erasure."""

from __future__ import annotations

from django.db import models


class AuditEvent(models.Model):
    """One thing that happened. Nothing on a public page reads this table."""

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=60)
    actor = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="audit_subject"),
            models.Index(fields=["kind", "at"], name="audit_kind"),
            models.Index(fields=["actor", "at"], name="audit_actor"),
            models.Index(fields=["subject_id", "at"], name="audit_subject_id"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(actor__regex=r"^(user|system):.+"), name="audit_actor_is_named"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type} {self.subject_id}"
