"""`manage.py load_sample_data`: a register, people and orders to try the portal with, all made up."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from sampledata.loading import load


class Command(BaseCommand):
    help = "Loads made-up people, a register and orders in every state. Does nothing when there is an account already."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MAIL_TRANSPORT != "local":
            self.stdout.write(
                f"No sample data is loaded: MAIL_TRANSPORT={settings.MAIL_TRANSPORT} would send its mails."
            )
            return
        # A line for each of a few thousand deeds, and for each mail that is refused on purpose, would hide the progress.
        logging.disable(logging.WARNING)
        try:
            loaded = load(now=timezone.now(), say=self.stdout.write)
        finally:
            logging.disable(logging.NOTSET)
        if loaded:
            self.stdout.write("  The sample data is loaded.")
        else:
            self.stdout.write("There are accounts already, so nothing was loaded.")
