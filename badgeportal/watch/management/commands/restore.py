"""Puts an encrypted backup into an empty database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from badgeportal.dumps import CannotDump, read_backup
from badgeportal.sealed_stream import CannotOpen


class Command(BaseCommand):
    help = "Puts an encrypted backup into the empty database of DATABASE_URL, whole or not at all."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="source", type=Path, required=True, metavar="FILE", help="the file to read")

    def handle(self, *args: Any, source: Path, **options: Any) -> None:
        try:
            size = read_backup(source)
        except (CannotDump, CannotOpen) as fault:
            raise CommandError(str(fault)) from fault
        except OSError as fault:
            raise CommandError(f"{source} cannot be read ({type(fault).__name__}).") from fault
        self.stdout.write(f"Restored {size:,} bytes of dump. Now run migrate, then start the portal.")
