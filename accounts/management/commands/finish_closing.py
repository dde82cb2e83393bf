"""Copies what a closing has left into a new database, searches it, and makes the closure certificate."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dj_database_url
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.closing.finishing import NothingToFinish, SomethingIsLeft, finish_closing
from badgeportal.dumps import CannotDump


class Command(BaseCommand):
    help = "The last step of closing the portal: copies what is left into a new database, searches it, and certifies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--into",
            default="",
            metavar="DATABASE_URL",
            help="the empty database of a fresh cluster; with the portal's own servers, a new one is made beside the old",
        )

    def handle(self, *args: Any, into: str, **options: Any) -> None:
        if not into and not settings.EMBEDDED:
            raise CommandError(
                "Make a database in a fresh cluster, and name it with --into (docs/operations.md, 'Closing the portal')."
            )
        try:
            with _fresh_cluster(self.stdout.write) if not into else _named(into) as target:
                made = finish_closing(target=target, now=timezone.now())
        except NothingToFinish:
            raise CommandError(
                "There is nothing to finish: the data is not destroyed yet, or it is certified."
            ) from None
        except CannotDump as fault:
            raise CommandError(str(fault)) from fault
        except SomethingIsLeft as left:
            raise CommandError("Something is left, so nothing is certified:\n  " + "\n  ".join(left.findings)) from None
        self.stdout.write(f"Certified. SHA-256 {made.sha256}; the certificate stands at /closing/certificate/.")
        self.stdout.write(
            "Now lead the portal to the new database, and destroy the old one with its journal and its disks."
        )


@contextmanager
def _named(url: str) -> Iterator[dict[str, str]]:
    yield {name: str(value) for name, value in dj_database_url.parse(url).items() if name.isupper() and value}


@contextmanager
def _fresh_cluster(say: Any) -> Iterator[dict[str, str]]:
    """A new cluster of our own, in a folder beside the old one's."""
    from badgeportal.embedded import postgres
    from badgeportal.embedded.folder import Folder

    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    folder = Folder(Path(tempfile.mkdtemp(prefix="closed-", dir=settings.DATA_DIR)))
    postgres.start(folder, keep=True, say=say)
    try:
        yield folder.database
    finally:
        postgres.stop(folder)
        say(f"The new cluster is in {folder.postgres}; with the portal stopped, put it in the place of the old one.")
