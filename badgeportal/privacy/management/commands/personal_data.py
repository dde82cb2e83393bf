"""Writes `docs/personal-data.md` from the inventory, prints the record, or with --check says whether the copy is stale."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from badgeportal.privacy.record import as_csv, as_markdown

_FORMATS = {"markdown": as_markdown, "csv": as_csv}


class Command(BaseCommand):
    help = "Write the record of processing (docs/personal-data.md), or print it with --format."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=sorted(_FORMATS), help="Print the record and write nothing.")
        parser.add_argument("--check", action="store_true", help="Write nothing; fail when the page is out of date.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["format"]:
            self.stdout.write(_FORMATS[options["format"]](), ending="")
            return
        page = settings.BASE_DIR / "docs" / "personal-data.md"
        wanted = as_markdown()
        if not options["check"]:
            page.write_text(wanted, encoding="utf-8")
            self.stdout.write(f"Wrote {page.relative_to(settings.BASE_DIR)}.")
        elif not page.exists() or page.read_text(encoding="utf-8") != wanted:
            raise CommandError("docs/personal-data.md is out of date. Run: manage.py personal_data")
        else:
            self.stdout.write("docs/personal-data.md is up to date.")
