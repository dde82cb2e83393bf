"""The roles of staff, and how each app says what a role may do there.

A role is a Django group made by migration. Each later app grants its own permissions in a migration of its own, so that
this room need not know what a check or a batch is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

VERIFICATION_OFFICER = "Verification officer"
FULFILMENT_OFFICER = "Fulfilment officer"
CUSTOMER_SERVICE = "Customer service"
PORTAL_MANAGER = "Portal manager"
DHSC_ANALYST = "DHSC analyst"

ADMIN_ROLES = (VERIFICATION_OFFICER, FULFILMENT_OFFICER, CUSTOMER_SERVICE, PORTAL_MANAGER)
ALL_ROLES = (*ADMIN_ROLES, DHSC_ANALYST)


def grant(apps: Any, *, app_label: str, grants: Mapping[str, Sequence[str]]) -> None:
    """Give each role of `grants` the permissions named by codename in the app `app_label`; for use in a migration.

    Django writes permission rows only after all migrations, so they are made here first. Raises KeyError for a codename
    that no model of the app has: a misspelt permission must not pass silently.
    """
    from django.apps import apps as installed
    from django.contrib.auth.management import create_permissions

    create_permissions(installed.get_app_config(app_label), verbosity=0, apps=apps)
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    known = {p.codename: p for p in permission_model.objects.filter(content_type__app_label=app_label)}
    for role, codenames in grants.items():
        group, _ = group_model.objects.get_or_create(name=role)
        group.permissions.add(*[known[codename] for codename in codenames])
