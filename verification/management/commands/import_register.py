"""`manage.py import_register --hsca FILE.ods --contacts FILE.csv`: load the register, tell what changed in one JSON line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from badgeportal.actor import Actor
from verification.models import RegisterImport
from verification.register.importing import import_contacts, import_hsca
from verification.register.recognise import require_contacts, require_hsca
from verification.register.refusal import ImportEnded
from verification.register.runs import Counts

ACTOR = Actor.system("import-register")


class Command(BaseCommand):
    help = "Loads CQC's monthly file of locations and the contact extract into the register. Either or both."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hsca", type=Path, metavar="FILE.ods", help="CQC's HSCA_Active_Locations.ods")
        parser.add_argument("--contacts", type=Path, metavar="FILE.csv|.xlsx", help="the contact extract")
        parser.add_argument(
            "--accept-closures",
            action="store_true",
            help="go on although more than 5%% of the listings would be closed",
        )

    def handle(self, *, hsca: Path | None, contacts: Path | None, accept_closures: bool, **options: Any) -> None:
        if hsca is None and contacts is None:
            raise CommandError("Name a file: --hsca FILE.ods, --contacts FILE.csv, or both.")
        counts = Counts()
        try:
            # Both are looked at before either is loaded: a slip in the second name should not half do the job.
            _look_at(hsca, contacts)
            if hsca is not None:
                done = import_hsca(
                    path=hsca, actor=ACTOR, now=timezone.now(), accept_closures=accept_closures, progress=self._tell
                )
                counts = counts.plus(self._summary(done))
            if contacts is not None:
                done = import_contacts(path=contacts, actor=ACTOR, now=timezone.now(), progress=self._tell)
                counts = counts.plus(self._summary(done))
        except ImportEnded as ended:
            raise CommandError(str(ended)) from ended
        self.stdout.write(json.dumps(counts._asdict(), separators=(",", ":")))

    def _tell(self, text: str) -> None:
        self.stderr.write(text)

    def _summary(self, done: RegisterImport) -> Counts:
        counts = Counts(*(getattr(done, name) for name in Counts._fields))
        edition = f", edition of {done.edition:%-d %B %Y}" if done.edition else ""
        self.stderr.write(
            f"{done.file_name}{edition}: {counts.new:,} new, {counts.changed:,} changed, {counts.unchanged:,} unchanged, "
            f"{counts.closed:,} closed, {counts.out_of_scope:,} not adult social care, {counts.failed:,} left out"
        )
        if done.message:
            self.stderr.write(done.message)
        if counts.failed:
            self.stderr.write(f"The rows left out can be downloaded in admin: register import {done.pk}.")
        return counts


def _look_at(hsca: Path | None, contacts: Path | None) -> None:
    for path in (hsca, contacts):
        if path is not None and not path.is_file():
            raise CommandError(f"There is no file {path}.")
    try:
        if hsca is not None and contacts is not None:
            require_hsca(hsca)
            require_contacts(contacts)
    except PermissionError as error:
        raise CommandError(f"The file {error.filename} cannot be read: permission denied.") from error
