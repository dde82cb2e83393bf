"""Writes an encrypted backup of the database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from badgeportal.dumps import CannotDump, write_backup


class Command(BaseCommand):
    help = "Writes an encrypted backup of the database. The key is BACKUP_KEY."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to",
            type=Path,
            required=True,
            metavar="FILE",
            help="the file to write, or a folder for one named by the time",
        )

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        if to.is_dir():
            to /= f"care-badges-{timezone.now():%Y%m%dT%H%M%SZ}.backup"
        try:
            size = write_backup(to)
        except CannotDump as fault:
            raise CommandError(str(fault)) from fault
        except OSError as fault:
            raise CommandError(f"{to} cannot be written ({type(fault).__name__}).") from fault
        self.stdout.write(f"{to}: {size:,} bytes of dump, encrypted.")
