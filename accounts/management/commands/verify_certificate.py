"""Checks a closure certificate as it was downloaded: the sum over its content, and that this database has the same one."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.closing.certificate import SumDoesNotFit, verify
from accounts.models import ClosureCertificate


class Command(BaseCommand):
    help = "Checks the sum of a closure certificate, and that it is the one of this portal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            found = verify(json.loads(file.read_text()))
        except SumDoesNotFit:
            raise CommandError("The certificate was changed: its sum does not fit.") from None
        except (OSError, ValueError, KeyError, TypeError):
            raise CommandError("This file cannot be read as a certificate.") from None
        if not ClosureCertificate.objects.filter(sha256=found).exists():
            raise CommandError("The sum fits, but this portal has no such certificate.")
        self.stdout.write(f"The certificate is genuine. SHA-256 {found}")
