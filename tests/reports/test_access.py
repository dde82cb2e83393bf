"""Who reads management information."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from accounts import roles
from tests.factories.user import StaffFactory

pytestmark = pytest.mark.django_db


def test_an_analyst_without_a_second_step_is_sent_to_set_it_up(client, settings) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    analyst = StaffFactory(role=roles.DHSC_ANALYST)
    client.force_login(analyst)

    assert client.get(reverse("reports")).headers["Location"] == reverse("mfa_activate_totp")
    TOTP.activate(analyst, generate_totp_secret())
    assert client.get(reverse("reports")).status_code == 200


def test_a_second_step_alone_opens_nothing(client, settings) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    officer = StaffFactory(role=roles.CUSTOMER_SERVICE)
    TOTP.activate(officer, generate_totp_secret())
    client.force_login(officer)

    assert client.get(reverse("reports")).status_code == 403
