"""`manage.py build_assets`: the styles and scripts of the design system, ready for `collectstatic`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from badgeportal.govuk.assets import AssetsError, build_assets


class Command(BaseCommand):
    help = "Compiles the styles and takes the scripts of the design system. Does nothing when they are up to date."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changed = build_assets(settings.BASE_DIR, lambda step: self.stdout.write(f"{step} ..."))
        except AssetsError as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write("Styles and scripts are built." if changed else "Styles and scripts are up to date.")
