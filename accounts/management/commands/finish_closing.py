"""Copies what a closing has left into a new database, searches it, and makes the closure certificate."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

import dj_database_url
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.closing.finishing import NothingToFinish, SomethingIsLeft, finish_closing, plan_to_finish
from accounts.models import ClosureCertificate
from badgeportal.dumps import CannotDump
from badgeportal.embedded.faults import CannotStart


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
            made, what_next = self._into_named(into) if into else self._into_one_of_our_own()
        except NothingToFinish:
            raise CommandError(
                "There is nothing to finish: the data is not destroyed yet, or it is certified."
            ) from None
        except (CannotDump, CannotStart) as fault:
            raise CommandError(str(fault)) from fault
        except SomethingIsLeft as left:
            raise CommandError("Something is left, so nothing is certified:\n  " + "\n  ".join(left.findings)) from None
        self.stdout.write(f"Certified. SHA-256 {made.sha256}; the certificate stands at /closing/certificate/.")
        self.stdout.write(what_next)

    def _into_named(self, url: str) -> tuple[ClosureCertificate, str]:
        target = {name: value for name, value in dj_database_url.parse(url).items() if name.isupper()}
        made = finish_closing(target=target, now=timezone.now())
        return made, "Now lead the portal to the new database, and destroy the old one with its journal and its disks."

    def _into_one_of_our_own(self) -> tuple[ClosureCertificate, str]:
        # Only once it is known that there is something to finish: what an earlier run has left is deleted.
        from badgeportal.embedded.beside import cluster_beside

        plan_to_finish()
        with cluster_beside(settings.DATA_DIR, say=self.stdout.write) as fresh:
            made = finish_closing(target=fresh.database, now=timezone.now())
        old = settings.EMBEDDED_FOLDER.postgres
        return made, (
            "Now stop the portal, and put the new cluster in the place of the old one:\n"
            f"  rm -r {old} && mv {fresh.postgres} {old}"
        )
