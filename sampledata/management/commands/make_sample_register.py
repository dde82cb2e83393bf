"""`manage.py make_sample_register --listings N --out DIR`: a made-up register in CQC's layout, and its contact extract."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from sampledata.register_files import write_sample_register


class Command(BaseCommand):
    help = "Writes two editions of a made-up CQC register (.ods) and a contact extract (.csv)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--listings", type=int, default=2000, help="listings of adult social care (default 2,000)")
        parser.add_argument("--out", type=Path, required=True, help="folder to write into; made when missing")

    def handle(self, *, listings: int, out: Path, **options: Any) -> None:
        files = write_sample_register(out, listings=listings)
        for path in files:
            self.stdout.write(str(path))
