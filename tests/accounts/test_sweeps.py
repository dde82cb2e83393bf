"""Registrations never confirmed and sessions run out go by themselves; the rest stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.models import User
from accounts.sweeps import delete_expired_sessions, delete_unconfirmed
from accounts.tasks import sweep_sessions, sweep_unconfirmed
from tests.accounts.test_signing_in import sign_in
from tests.factories.user import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(days=8)


@pytest.mark.promise("kept-while-open")
@pytest.mark.planted_fault("accounts.sweep_unconfirmed")
def test_only_old_registrations_that_were_never_confirmed_go(settings) -> None:
    settings.UNCONFIRMED_ACCOUNT_DAYS = 7
    now = timezone.now()
    gone = UserFactory(confirmed_address=False, date_joined=now - LONG_AGO)
    kept = [
        UserFactory(confirmed_address=False, date_joined=now - timedelta(days=6)),
        UserFactory(date_joined=now - LONG_AGO),
        UserFactory(confirmed_address=False, date_joined=now - LONG_AGO, last_login=now - timedelta(days=1)),
        StaffFactory(confirmed_address=False, date_joined=now - LONG_AGO),
        StaffFactory(confirmed_address=False, date_joined=now - LONG_AGO, role=roles.DHSC_ANALYST),
    ]

    assert delete_unconfirmed(now=now) == 1
    assert delete_unconfirmed(now=now) == 0

    assert set(User.objects.all()) == set(kept)
    assert not EmailAddress.objects.filter(email=gone.email).exists()


def test_the_period_is_a_setting(settings) -> None:
    settings.UNCONFIRMED_ACCOUNT_DAYS = 30
    UserFactory(confirmed_address=False, date_joined=timezone.now() - LONG_AGO)

    assert sweep_unconfirmed() == 0


def test_a_person_whose_address_was_held_by_a_stranger_can_register_after_the_sweep(client) -> None:
    UserFactory(email="ann@home.example", confirmed_address=False, date_joined=timezone.now() - LONG_AGO)

    sweep_unconfirmed()
    client.post(reverse("account_signup"), {"email": "ann@home.example", "password1": "three odd words together"})

    assert User.objects.get(email="ann@home.example").check_password("three odd words together")


@pytest.mark.promise("kept-while-open")
@pytest.mark.planted_fault("accounts.sweep_sessions")
def test_sessions_that_ran_out_go_with_what_is_known_of_the_device(client) -> None:
    from django.test import Client

    running, over = UserFactory(), UserFactory()
    sign_in(client, running)
    sign_in(Client(), over)
    theirs = UserSession.objects.get(user=over)
    Session.objects.filter(session_key=theirs.session_key).update(expire_date=timezone.now() - timedelta(hours=1))

    assert sweep_sessions() == 1

    assert list(UserSession.objects.values_list("user_id", flat=True)) == [running.pk]
    assert Session.objects.count() == 1
    assert delete_expired_sessions() == 0
    assert client.get(reverse("your_details")).status_code == 200


@pytest.mark.parametrize("task", ["accounts.sweep_unconfirmed", "accounts.sweep_sessions"])
def test_the_sweeps_are_scheduled(task) -> None:
    assert task in {entry["task"] for entry in configured.CELERY_BEAT_SCHEDULE.values()}
