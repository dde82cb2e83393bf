"""The permissions of management information."""

from __future__ import annotations

from django.db import models


class ManagementInformation(models.Model):
    """Carries the permission to read management information; it has no table."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("view_reports", "Can read management information")]

    def __str__(self) -> str:
        return "Management information"
