"""Somebody who has no account: who they are to us, and how staff reach them. Blanked some time after the end."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class WithoutAccount(models.Model):
    # Named as the recipient of these orders, or the owner of this listed inbox; neither when nothing of theirs is found.
    order_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    listed_email = models.EmailField("listed email address", blank=True)
    contact_name = models.CharField("name", max_length=100, blank=True)
    contact_email = models.EmailField("email address", blank=True)
    contact_address = models.TextField("postal address", max_length=500, blank=True)

    class Meta:
        abstract = True
