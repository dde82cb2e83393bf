"""Redis is down or emptied: orders and uploads are kept and worked on later, people stay signed in, limits fail as decided."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import CUSTOMER_SERVICE, FULFILMENT_OFFICER
from badgeportal import kick
from badgeportal.embedded.folder import Folder
from badgeportal.outbox.models import OutboxMessage
from badgeportal.uploads.models import Upload
from badgeportal.uploads.tasks import work_on_uploads
from fulfilment.models import TrackingImport
from orders.lifecycle import State
from orders.models import Order, StockBalance
from tests.factories.user import PASSWORD, StaffFactory, UserFactory
from tests.failures.conftest import Valkey
from tests.failures.parts import on_the_tests_database, running, to_mail_server
from tests.failures.visitors import Visitor, title_of
from tests.fulfilment.steps import HEADER
from tests.journeys import placed_order, stocked
from tests.orders.pages import answer_all, hidden
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def test_an_order_placed_without_the_broker_is_confirmed_and_taken_up_once_it_is_back(
    own_valkey: Valkey, folder: Folder, mail_server: Any
) -> None:
    stocked(100)
    account = UserFactory()
    environment = on_the_tests_database(redis_url=own_valkey.url) | to_mail_server(mail_server.port)
    with running("web", folder, environment) as web, running("worker", folder, environment) as worker:
        visitor = Visitor(account, web.port)
        until(web.answers, otherwise="The web server did not start.")
        check = visitor.to_the_check()
        own_valkey.stop()
        placed = visitor.send(check)
        assert title_of(placed) == "Order placed - Order CARE badges"
        order = Order.objects.get()
        assert order.reference in placed.text
        assert (order.state, StockBalance.current().reserved) == (State.PLACED, order.quantity)
        assert OutboxMessage.objects.about(order).get().state == "queued"

        own_valkey.start()
        # What the timetable sends within the next minute.
        for task in ("verification.assess_orders", "outbox.send_pending"):
            kick.kick(task)
        until(Order.objects.filter(state=State.VERIFIED).exists, otherwise="The worker did not find its broker again.")
        kick.kick("outbox.send_pending")
        until(lambda: len(mail_server.taken) >= 2, otherwise="The mails did not go out.")
        assert worker.runs
    assert sorted(OutboxMessage.objects.about(order).values_list("state", flat=True)) == ["sent", "sent"]
    assert [mail["To"] for mail in mail_server.taken] == [account.email] * 2


@pytest.mark.planted_fault("uploads.work_on_uploads")
def test_a_file_handed_in_without_the_broker_is_read_by_the_sweep(own_valkey: Valkey) -> None:
    officer = signed_in(StaffFactory(role=FULFILMENT_OFFICER))
    own_valkey.stop()
    file = SimpleUploadedFile("dx.csv", f"{HEADER}CBXXXX,L1,Delivered,03/11/2026 11:00\n".encode())
    given = officer.post(reverse("admin:fulfilment_trackingimport_load"), {"file": file}, follow=True)
    assert given.status_code == 200
    upload = Upload.objects.get()
    assert given.redirect_chain == [(reverse("admin:uploads_upload_change", args=[upload.pk]), 302)]

    own_valkey.start()
    assert work_on_uploads() == 1
    upload.refresh_from_db()
    assert (upload.state, TrackingImport.objects.get().unknown) == ("done", 1)


def test_whoever_is_signed_in_works_on_without_redis(own_valkey: Valkey) -> None:
    stocked(100)
    placed_order()
    provider, desk = signed_in(UserFactory()), signed_in(StaffFactory(role=CUSTOMER_SERVICE))
    own_valkey.stop()

    answer_all(provider)
    check = provider.get(reverse("order_check"))
    assert provider.post(reverse("order_check"), hidden(check)).status_code == 302
    pages = [provider.get(reverse(name)).status_code for name in ("start", "your_orders", "your_details", "contact")]
    pages += [desk.get(reverse(name)).status_code for name in ("admin:index", "admin:orders_order_changelist")]
    assert pages == [200] * 6
    assert Order.objects.count() == 2


@pytest.mark.parametrize("door", ["account_login", "account_signup", "account_reset_password"])
def test_doors_that_are_guarded_by_counting_stay_shut_and_say_so(own_valkey: Valkey, door: str) -> None:
    """Without counted tries a password could be guessed for as long as Redis is away."""
    user = UserFactory()
    visitor = Client(raise_request_exception=False)
    own_valkey.stop()
    typed = {"login": user.email, "email": user.email, "password": PASSWORD, "password1": PASSWORD}
    shown, tried = visitor.get(reverse(door)), visitor.post(reverse(door), typed)
    assert (shown.status_code, tried.status_code, tried["Retry-After"]) == (200, 503, "30")
    assert "Sorry, the service is not available" in tried.content.decode()
    assert not visitor.session.get("_auth_user_id")

    own_valkey.start()
    assert visitor.post(reverse(door), typed).status_code == 302


def test_an_emptied_redis_signs_nobody_out_and_loses_no_work(own_valkey: Valkey) -> None:
    provider = signed_in(UserFactory())
    order = placed_order()
    own_valkey.empty()
    assert provider.get(reverse("your_orders")).status_code == 200
    assert list(Order.objects.awaiting_assessment()) == [order]
    assert OutboxMessage.objects.waiting_since() is not None
    assert OutboxMessage.objects.about(order).get().next_attempt_at <= timezone.now()
