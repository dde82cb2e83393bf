"""Erases again, after a restore, whoever was erased since the backup was made."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from badgeportal.privacy.ledger import LedgerUnreachable
from badgeportal.privacy.replaying import replay_erasures


class Command(BaseCommand):
    help = "After a restore, before the portal opens: carries out every erasure of ERASURE_LEDGER that this database lacks."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = replay_erasures(now=timezone.now())
        except LedgerUnreachable as fault:
            raise CommandError(f"{fault} Set ERASURE_LEDGER to the place that the portal wrote to.") from fault
        self.stdout.write(f"{done} erasures carried out again." if done else "Nothing to do.")
