"""Writes `docs/lifecycle.md` from the table of moves, or with --check says whether it is out of date."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders.diagram import lifecycle_page


class Command(BaseCommand):
    help = "Write docs/lifecycle.md from orders/lifecycle.py."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; fail when the page is out of date.")

    def handle(self, *args: Any, **options: Any) -> None:
        page = settings.BASE_DIR / "docs" / "lifecycle.md"
        wanted = lifecycle_page()
        if options["check"]:
            if not page.exists() or page.read_text(encoding="utf-8") != wanted:
                raise CommandError("docs/lifecycle.md is out of date. Run: manage.py lifecycle_diagram")
            self.stdout.write("docs/lifecycle.md is up to date.")
            return
        page.parent.mkdir(exist_ok=True)
        page.write_text(wanted, encoding="utf-8")
        self.stdout.write(f"Wrote {page.relative_to(settings.BASE_DIR)}.")
