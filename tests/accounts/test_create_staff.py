"""The command that makes the first manager of a new portal."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.roles import PORTAL_MANAGER
from badgeportal.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_the_first_manager_gets_a_link_to_set_a_password():
    told = StringIO()
    call_command("create_staff", email="first@aps.example", name="Margaret Shaw", stdout=told)
    user = User.objects.get()
    assert user.is_staff
    assert user.has_role(PORTAL_MANAGER)
    assert not user.has_usable_password()
    assert OutboxMessage.objects.filter(template="account_staff_invitation").count() == 1
    # Terminals are recorded: the number of the account says enough.
    assert "first@aps.example" not in told.getvalue()


@pytest.mark.parametrize("email", ["nobody", "first@aps.example"])
def test_a_wrong_or_known_address_makes_nothing(email):
    call_command("create_staff", email="first@aps.example", name="Margaret Shaw", stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("create_staff", email=email, name="Another", stdout=StringIO())
    assert User.objects.count() == 1
