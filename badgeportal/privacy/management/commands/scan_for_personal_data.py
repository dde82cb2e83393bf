"""Reports where something looks like personal data; ends with an error when anything does."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.cache import caches
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from badgeportal.privacy.recognising import KnownValues
from badgeportal.privacy.scanning import ScanResult, scan_database
from badgeportal.privacy.scanning_elsewhere import scan_files, scan_redis, scan_text_stream


class Command(BaseCommand):
    help = (
        "Reads every column of every table, Redis and the given folders for email addresses and UK phone numbers, and"
        " reports how many stand where. It never prints a value."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--folder", action="append", default=[], type=Path, help="also read the files below this one"
        )
        parser.add_argument(
            "--dump", type=Path, help="read this plain-text dump (- for standard input) and nothing else"
        )
        parser.add_argument(
            "--may-stay", action="append", default=[], metavar="ADDRESS", help="a role address that may stay"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        clean = True
        for name, result in self._scans(options):
            self._tell(name, result)
            clean = clean and result.clean
        if not clean:
            raise CommandError("Something looks like personal data. The lines above say where.")

    def _scans(self, options: dict[str, Any]) -> Iterator[tuple[str, ScanResult]]:
        known, stay = KnownValues.none(), options["may_stay"]
        if options["dump"]:
            with sys.stdin if str(options["dump"]) == "-" else options["dump"].open() as lines:
                yield "Dump", scan_text_stream(lines, known=known, role_addresses=stay)
            return
        yield "Database", scan_database(connection, known=known, role_addresses=stay)
        cache: Any = caches["default"]
        client = cache._cache.get_client(write=False)
        yield "Redis", scan_redis(client, known=known, role_addresses=stay)
        for folder in options["folder"]:
            yield f"Folder {folder.name}", scan_files(folder, known=known, role_addresses=stay)

    def _tell(self, name: str, result: ScanResult) -> None:
        self.stdout.write(f"{name}: {len(result.places)} places and {result.values} values read.")
        for one in result.findings:
            self.stdout.write(f"  {one}")
        for one in result.allowed:
            self.stdout.write(f"  may stay: {one}")
