"""The data of the first run: every state and every reason is there, and loading it again does nothing."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Breach, Complaint, DataRequest, User
from accounts.roles import ALL_ROLES
from badgeportal.outbox.models import OutboxMessage
from fulfilment.models import Batch, TrackingEvent
from orders.ledger import check_stock_ledger
from orders.lifecycle import State
from orders.models import Order, OrderDraft, OrderEvent
from sampledata.people import PASSWORD, PROVIDERS, STAFF
from verification.models import Listing, ManualCheck, Reason, RegisterImport

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def _own_mailbox(tmp_path: Path, settings: Any) -> None:
    settings.MAIL_TRANSPORT, settings.LOCAL_MAIL_DIR = "local", tmp_path / "mail"


def run(command: str) -> str:
    told = StringIO()
    call_command(command, stdout=told)
    return told.getvalue()


def test_every_state_and_every_reason_is_there_and_loading_again_does_nothing(client: Client) -> None:
    assert "The sample data is loaded." in run("load_sample_data")

    assert set(Order.objects.values_list("state", flat=True)) == set(State)
    assert Order.objects.held().count() >= 2
    assert {reason for check in ManualCheck.objects.all() for reason in check.reasons} == set(Reason)
    assert set(ManualCheck.objects.values_list("decision", flat=True)) == {"", "approved", "refused"}
    assert set(Batch.objects.values_list("state", flat=True)) == set(Batch.State)
    assert set(TrackingEvent.objects.values_list("kind", flat=True)) == set(TrackingEvent.Kind)
    assert Listing.objects.filter(status="active").count() == 2000
    assert RegisterImport.objects.filter(state="done").count() == 3
    assert OrderDraft.objects.open().exists()
    assert set(DataRequest.objects.values_list("state", flat=True)) == {"open", "met", "refused"}
    assert DataRequest.objects.paused().exists()
    assert DataRequest.objects.without_identity().exists()
    assert not DataRequest.objects.overdue(timezone.localdate()).exists()
    assert Complaint.objects.open().exists()
    assert Breach.objects.open().exists()

    # It is as if it had happened: nothing lies ahead, the books agree, and each mail was sent.
    now = timezone.now()
    assert not OrderEvent.objects.filter(at__gt=now).exists()
    assert check_stock_ledger(now=now) == []
    assert not OutboxMessage.objects.exclude(state__in=["sent", "cancelled"]).exists()
    assert len(list(settings.LOCAL_MAIL_DIR.glob("*.eml"))) == OutboxMessage.objects.filter(state="sent").count()

    for person in (*PROVIDERS, *STAFF):
        assert client.login(email=person.email, password=PASSWORD), person.email
    assert {person.role for person in STAFF} == set(ALL_ROLES)
    told = run("show_sign_ins")
    assert PASSWORD in told
    assert all(person.email in told for person in (*PROVIDERS, *STAFF))

    before = (User.objects.count(), Order.objects.count())
    assert "nothing was loaded" in run("load_sample_data")
    assert (User.objects.count(), Order.objects.count()) == before


def test_nothing_is_loaded_where_mails_would_really_go_out(settings: Any) -> None:
    settings.MAIL_TRANSPORT = "smtp"
    assert "MAIL_TRANSPORT=smtp" in run("load_sample_data")
    assert not User.objects.exists()


def test_without_sample_data_there_are_no_sign_ins_to_show() -> None:
    told = run("show_sign_ins")
    assert PASSWORD not in told
    assert re.search("not loaded", told)
