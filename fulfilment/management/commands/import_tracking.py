"""Read in a tracking file from DX."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from badgeportal.actor import Actor
from fulfilment.faults import TrackingFileRefused
from fulfilment.tracking.importing import import_tracking
from fulfilment.tracking.reading import MAX_BYTES
from orders.lifecycle import Who

_SHOWN = 20


class Command(BaseCommand):
    help = "Read in a tracking file from DX, move orders on, and print one line of JSON with the counts of rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV with reference, consignment number, event and time")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        self.stderr.write(f"Reading {file}…")
        try:
            with file.open("rb") as opened:
                content = opened.read(MAX_BYTES + 1)
            result = import_tracking(
                content=content,
                file_name=file.name,
                actor=Actor.system("import-tracking"),
                by=Who.SYSTEM,
                now=timezone.now(),
            )
        except OSError as fault:
            raise CommandError(f"{file} cannot be read: {fault.strerror}.") from fault
        except TrackingFileRefused as fault:
            raise CommandError(str(fault)) from fault
        problems = list(result.problem_rows.all()[: _SHOWN + 1])
        for row in problems[:_SHOWN]:
            self.stderr.write(f"Row {row.row_number}, {row.column} {row.value!r}: {row.reason}.")
        if len(problems) > _SHOWN:
            self.stderr.write(f"More rows need a look: open {result} in admin.")
        counts = {name: getattr(result, name) for name in ("rows", "new", "repeated", "unknown", "failed")}
        self.stdout.write(json.dumps({"import": result.pk, **counts}))
