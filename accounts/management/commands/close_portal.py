"""Says what closing would do now, or does by hand what the timetable does."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.closing.destroying import close_portal
from accounts.closing.steps import would_go
from accounts.models import ClosingPlan


class Command(BaseCommand):
    help = "Goes on with a closing that is due, as the timetable does; with --dry-run only says what would go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="change nothing, and list what would go by table")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        plan = ClosingPlan.objects.live().first()
        if plan is None:
            raise CommandError("No closing is planned.")
        if dry_run:
            for one in would_go(plan, now=timezone.now()):
                self.stdout.write(
                    f"{one.label}: {one.going:,} of {one.rows:,} {'deleted' if one.deletes else 'overwritten'}"
                )
            return
        self.stdout.write(f"{close_portal(now=timezone.now()):,} rows overwritten or deleted.")
