"""`manage.py import_onspd FILE`: load the ONS Postcode Directory, tell what changed in one JSON line."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from badgeportal.actor import Actor
from reports.places.importing import Counts, import_onspd
from reports.places.refusal import DirectoryRefused

ACTOR = Actor.system("import-onspd")


class Command(BaseCommand):
    help = "Loads an edition of the ONS Postcode Directory: which region and council each postcode of England lies in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, metavar="FILE.zip|.csv", help="the zip that ONS publishes, or the csv in it"
        )
        parser.add_argument(
            "--names",
            type=Path,
            action="append",
            default=[],
            metavar="FILE.csv",
            help="a file of names of councils or regions from the zip's Documents folder; may be given more than once",
        )
        parser.add_argument(
            "--edition", type=_month, metavar="2026-08", help="the edition, where the name of the file does not say it"
        )

    def handle(self, *args: Any, file: Path, names: list[Path], edition: date | None, **options: Any) -> None:
        try:
            done = import_onspd(
                path=file, names=names, edition=edition, actor=ACTOR, now=timezone.now(), progress=self._tell
            )
        except OSError as fault:
            raise CommandError(f"{fault.filename or file} cannot be read: {fault.strerror}.") from fault
        except DirectoryRefused as fault:
            raise CommandError(str(fault)) from fault
        counts = {name: getattr(done, name) for name in (*Counts._fields, "names")}
        self._tell(f"Edition of {done.edition:%B %Y} is loaded.")
        self.stdout.write(json.dumps(counts, separators=(",", ":")))

    def _tell(self, text: str) -> None:
        self.stderr.write(text)


def _month(text: str) -> date:
    try:
        return datetime.strptime(f"{text}-01", "%Y-%m-%d").date()  # noqa: DTZ007 a day only
    except ValueError as error:
        raise ArgumentTypeError("Write the edition as a year and a month, such as 2026-08.") from error
