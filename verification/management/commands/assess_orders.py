"""Assess waiting orders by hand."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from verification.assessing import assess_orders
from verification.checking.closing import close_stale_checks


class Command(BaseCommand):
    help = "Assess the orders that wait, close checks that nobody needs to decide, and print the counts as one line of JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, help="assess at most this many orders")

    def handle(self, *args: Any, limit: int | None = None, **options: Any) -> None:
        counts = assess_orders(now=timezone.now(), limit=limit)
        closed = close_stale_checks(now=timezone.now())
        self.stdout.write(json.dumps({**counts._asdict(), "checks_closed": closed}))
