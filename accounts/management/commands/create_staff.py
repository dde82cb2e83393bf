"""`manage.py create_staff --email X --name Y`: the first manager of a new portal, who makes the other staff in admin."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.roles import ALL_ROLES, PORTAL_MANAGER
from accounts.staff import AddressInUse, create_staff_account
from badgeportal.actor import Actor

ACTOR = Actor.system("create-staff")


class Command(BaseCommand):
    help = "Makes an account for a member of staff and mails them the link to set their password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", choices=ALL_ROLES, default=PORTAL_MANAGER)

    def handle(self, *, email: str, name: str, role: str, **options: Any) -> None:
        try:
            validate_email(email)
            user = create_staff_account(email=email, name=name, role=role, actor=ACTOR, now=timezone.now())
        except ValidationError:
            raise CommandError("That is not an email address.") from None
        except AddressInUse:
            raise CommandError("There is an account with this email address already.") from None
        self.stdout.write(f"{user} is made ({role}). The link to set its password is on its way to its owner.")
