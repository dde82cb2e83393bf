"""`manage.py show_sign_ins`: where the portal is, and who one can be in it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import User
from sampledata.people import PASSWORD, PROVIDERS, STAFF, SignIn


class Command(BaseCommand):
    help = "Prints the address of the portal and the sign-ins of the sample data."

    def handle(self, *args: Any, **options: Any) -> None:
        there = set(User.objects.filter(is_active=True).values_list("email", flat=True))
        if not any(person.email in there for person in (*PROVIDERS, *STAFF)):
            self.stdout.write("The sample data is not loaded, so there are no sign-ins to show.")
            return
        site = settings.PUBLIC_URL
        self.stdout.write(f"Sign in at {site}/account/login/ - the password is always {PASSWORD}\n\n")
        for person in (*PROVIDERS, *STAFF):
            if person.email in there:
                self._show(person)
        self.stdout.write(f"\nMails:   {site}/local-mail/   (nothing leaves this machine)")
        self.stdout.write(f"Admin:   {site}/admin/       (for staff of APS)")
        self.stdout.write(f"Reports: {site}/reports/     (for analysts and the portal manager)\n")

    def _show(self, person: SignIn) -> None:
        self.stdout.write(f"  {person.email:<44}{person.who}")
        self.stdout.write(f"  {'':<44}  {person.try_this}")
