"""Afterwards nothing is left of anybody, in the database, a fresh copy of it, Redis or files; what counts still adds up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.closing import destroying
from accounts.closing.destroying import close_portal
from accounts.closing.notice import forget
from accounts.closing.planning import NotNow, call_off_closing, note_backup_key_destroyed
from accounts.closing.steps import counts
from accounts.closing.traces import forget_keys, log_files, redis_client
from accounts.closing.waiting import settle_for_closing, still_open
from accounts.models import ClosingPlan, ClosureCertificate, User
from accounts.roles import CUSTOMER_SERVICE, DHSC_ANALYST
from badgeportal.dumps import program
from badgeportal.embedded.folder import Folder
from badgeportal.outbox.sending import send_pending
from badgeportal.privacy import ledger
from orders.ledger import check_stock_ledger
from orders.models import Order, OrderEvent, StockMovement
from tests.accounts.rights.steps import ANN, a_breach, a_complaint, a_request
from tests.badgeportal.test_outbox_race import in_a_thread
from tests.closing import steps
from tests.factories.user import PASSWORD, StaffFactory, UserFactory
from tests.failures.parts import on_the_tests_database
from tests.plugin import ROOT
from tests.privacy.people import Marked, marked_person, plain_dump
from tests.verification.worlds import an_import
from verification.models import Listing

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def mail_folder(tmp_path: Path, settings: Any) -> Path:
    """Everything that the portal keeps in files is this test's own."""
    settings.LOCAL_MAIL_DIR = tmp_path / "mail"
    settings.DATA_DIR = tmp_path
    settings.EMBEDDED_FOLDER = Folder(tmp_path)
    settings.EMBEDDED_FOLDER.logs.mkdir()
    (settings.EMBEDDED_FOLDER.logs / "web.log").write_text("somebody ann.zzyzxa@home.example")
    return tmp_path / "mail"


@pytest.mark.promise("destroyed-on-closing", "accounts-disabled", "accounts-anonymised", "address-databases-deleted")
def test_nothing_is_left_of_anybody(mail_folder: Path) -> None:
    people = [marked_person("Zzyzxa"), marked_person("Qwortleb")]
    a_request(contact=ANN)
    a_complaint(account=UserFactory())
    a_breach()
    analyst = StaffFactory(role=DHSC_ANALYST, email="care-badges.statistics@dhsc.example")
    send_pending(now=timezone.now())
    cache.set("about", people[0].mark)
    assert list(mail_folder.glob("*"))

    plan = steps.destroyed()

    dump = plain_dump()
    assert [person.found_in(dump) for person in people] == [0, 0]
    assert not list(mail_folder.glob("*"))
    assert [path.read_text() for path in log_files()] == [""]
    assert not Listing.objects.exists()
    assert not list(ledger.lines())
    assert cache.get("about") is None
    # Who ordered is gone; that it was ordered, and what became of the badges, is not.
    assert Order.objects.filter(anonymised_at__isnull=True).count() == 0
    assert OrderEvent.objects.filter(kind="place").count() == Order.objects.count()
    assert check_stock_ledger(now=timezone.now()) == []
    assert set(StockMovement.objects.values_list("reason", flat=True)) <= {"", "Words removed"}
    assert list(User.objects.filter(email__isnull=False)) == [analyst]

    certificate = certified(plan, people)
    scan = certificate.content["scan"]["The new database"]
    assert (scan["findings"], scan["values"] > 500) == ([], True)
    assert {one["why"] for one in scan["allowed"]} == {"a role address that was named beforehand"}
    assert certificate.content["facts"]["Accounts of DHSC analysts that stay"] == "1"
    assert "dhsc.example" not in json.dumps(certificate.content)
    analyst_reads_the_reports(analyst)
    everything_else_says_closed()


def certified(plan: ClosingPlan, people: list[Marked]) -> ClosureCertificate:
    """Into a database of its own on the same server, as an operator would name one in a fresh cluster."""
    with fresh_database() as url:
        finished = finish(url)
        assert finished.returncode == 0, finished.stderr
        done = subprocess.run([program("pg_dump"), "--no-owner", url], capture_output=True, text=True, check=True)
        fresh = done.stdout
        assert "nothing to finish" in finish(url).stderr
    assert [person.found_in(fresh) for person in people] == [0] * len(people)
    assert "accounts_closurecertificate" in fresh
    certificate = ClosureCertificate.objects.get()
    assert certificate.sha256 in fresh
    plan.refresh_from_db()
    assert (plan.state, plan.sample) == ("closed", {})
    return certificate


def finish(url: str) -> subprocess.CompletedProcess[str]:
    """The operator's command, in a process of its own as it is run."""
    environment = on_the_tests_database(
        redis_url=settings.CACHE_URL,
        DATA_DIR=str(settings.DATA_DIR),
        ERASED_ADDRESS_KEY=settings.ERASED_ADDRESS_KEY,
        POSTGRES_PROGRAMS=str(Path(program("pg_dump")).parent),
    )
    command = [sys.executable, "manage.py", "finish_closing", "--into", url]
    finished = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    forget()
    return finished


@contextmanager
def fresh_database() -> Iterator[str]:
    name = f"{connection.settings_dict['NAME']}_fresh"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    old = on_the_tests_database(redis_url="")["DATABASE_URL"]
    try:
        yield old.rpartition("/")[0] + f"/{name}"
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def analyst_reads_the_reports(analyst: User) -> None:
    client = Client()
    answer = client.post(reverse("account_login"), {"login": analyst.email, "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("reports")
    assert answer.status_code == 200
    assert "Order badges" not in answer.content.decode()


def everything_else_says_closed() -> None:
    client = Client()
    start = client.get("/")
    assert (start.status_code, "This service has closed" in start.content.decode()) == (200, True)
    assert "We hold nothing about people" in start.content.decode()
    for name in ("order", "your_orders", "your_details", "account_signup"):
        answer = client.get(reverse(name))
        assert (name, answer.status_code) == (name, 410)
        assert "CARE badges can no longer be ordered here" in answer.content.decode()
    for name in ("privacy", "contact", "closing", "closing_certificate"):
        assert client.get(reverse(name)).status_code == 200


def test_no_queue_is_left_in_redis() -> None:
    client = redis_client()
    queues = (settings.CELERY_TASK_DEFAULT_QUEUE, settings.MAIL_QUEUE)
    for queue in queues:
        client.lpush(queue, "a message")
    forget_keys()
    assert [queue for queue in queues if client.exists(queue)] == []


def test_a_dry_run_says_what_would_go_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    person = marked_person("Zzyzxa")
    plan = steps.ready()
    dump = plain_dump()

    call_command("close_portal", dry_run=True)

    told = capsys.readouterr().out
    assert f"orders.order: {Order.objects.count()} of {Order.objects.count()} overwritten" in told
    assert "verification.listing: " in told
    assert person.found_in(dump) == person.found_in(plain_dump()) > 0
    plan.refresh_from_db()
    assert (plan.state, counts()["orders.order"]) == ("confirmed", Order.objects.count())


def test_staff_are_kept_until_their_day_and_then_anonymised() -> None:
    clerk = StaffFactory(role=CUSTOMER_SERVICE)
    analyst = StaffFactory(role=DHSC_ANALYST)
    UserFactory()
    last = (steps.DESTROYED + timedelta(days=10)).date()
    plan = steps.destroyed(staff_kept_until=last)

    close_portal(now=steps.DESTROYED + timedelta(days=10))
    clerk.refresh_from_db()
    assert (clerk.email, clerk.groups.count()) != (None, 0)

    close_portal(now=steps.DESTROYED + timedelta(days=11))
    clerk.refresh_from_db()
    assert (clerk.email, clerk.name, clerk.is_staff, clerk.groups.count()) == (None, "", False, 0)
    assert clerk.anonymised_at is not None
    assert list(User.objects.filter(email__isnull=False)) == [analyst]
    plan.refresh_from_db()
    assert plan.staff_ended_at is not None


def test_a_row_that_was_forgotten_stops_the_certificate() -> None:
    """Planted after its table was done: the scan finds it and says where, never what."""
    UserFactory()
    steps.destroyed()
    planted = an_import()
    planted.file_name = "from ann.zzyzxa@home.example.csv"
    planted.save()

    with fresh_database() as url:
        finished = finish(url)

    assert finished.returncode != 0
    assert "public.verification_registerimport file_name: 1 x an email address" in finished.stderr
    assert "zzyzxa" not in finished.stdout + finished.stderr
    assert not ClosureCertificate.objects.exists()


def test_it_waits_for_its_day_for_open_matters_and_for_the_backup_key() -> None:
    request = a_request(account=UserFactory())
    plan = steps.confirmed()

    assert close_portal(now=steps.DESTROYED - timedelta(minutes=1)) == 0
    assert close_portal(now=steps.DESTROYED) == 0
    [waits] = [one.matter for one in still_open(plan)]
    assert (waits.label, waits.key) == ("accounts.datarequest", request.pk)
    settle_for_closing(
        plan_id=plan.pk, marks=[f"accounts.datarequest:{request.pk}"], reason="met_by_closing", actor=steps.manager(),
        now=steps.SIGN_IN,
    )  # fmt: skip
    assert close_portal(now=steps.DESTROYED) == 0
    assert ClosingPlan.objects.get().state == "confirmed"
    note_backup_key_destroyed(plan_id=plan.pk, actor=steps.manager(), now=steps.SIGN_IN)
    assert close_portal(now=steps.DESTROYED) > 0
    request.refresh_from_db()
    assert (request.words, request.account_id is None) == ("", False)


def test_a_certificate_that_was_changed_is_not_genuine(tmp_path: Path) -> None:
    UserFactory()
    certified(steps.destroyed(), [])
    file = tmp_path / "certificate.json"
    file.write_bytes(Client().get(reverse("closing_certificate_file")).content)

    call_command("verify_certificate", file)
    file.write_text(file.read_text().replace('"changed": 0', '"changed": 1', 1))
    with pytest.raises(CommandError, match="was changed"):
        call_command("verify_certificate", file)


def test_what_has_begun_is_not_called_off() -> None:
    plan = steps.destroyed()
    with pytest.raises(NotNow):
        call_off_closing(plan_id=plan.pk, actor=steps.manager(), now=steps.DESTROYED)


@pytest.mark.planted_fault("accounts.close_portal")
def test_it_goes_on_in_chunks_over_several_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: the kick of the run that ended is lost, and the sweep takes it up."""
    monkeypatch.setattr("accounts.closing.destroying.CHUNK", 2)
    people = [UserFactory() for _ in range(7)]
    plan = steps.ready()

    close_portal(now=steps.DESTROYED, run_for=timedelta(0))
    assert ClosingPlan.objects.get().state == "destroying"
    page = Client().get(reverse("closing")).content.decode()
    assert "The data is being destroyed: 0% done" in page
    assert "look again" in page
    close_portal(now=steps.DESTROYED)

    plan.refresh_from_db()
    step = plan.steps.get(name="accounts.user")
    assert (plan.state, step.rows_done) == ("destroyed", User.objects.count())
    assert set(User.objects.filter(pk__in=[one.pk for one in people]).values_list("email", flat=True)) == {None}
    assert "The data was destroyed by" in Client().get(reverse("closing")).content.decode()


class _Held:
    """The first run waits before it destroys anything, until the test lets it go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.there, self.go_on = threading.Event(), threading.Event()
        self._real = destroying._go_on
        monkeypatch.setattr(destroying, "_go_on", self)

    def __call__(self, *args: Any, **kwargs: Any) -> int:
        if not self.there.is_set():
            self.there.set()
            assert self.go_on.wait(timeout=60)
        return self._real(*args, **kwargs)


def second_run_while_the_first_is_at_it(monkeypatch: pytest.MonkeyPatch) -> int:
    held = _Held(monkeypatch)
    thread, results = in_a_thread(lambda: close_portal(now=steps.DESTROYED))
    assert held.there.wait(timeout=60)
    second = close_portal(now=steps.DESTROYED)
    held.go_on.set()
    thread.join()
    assert len(results) == 1
    return second


def test_started_twice_it_runs_once(monkeypatch: pytest.MonkeyPatch) -> None:
    UserFactory()
    plan = steps.ready()

    assert second_run_while_the_first_is_at_it(monkeypatch) == 0

    plan.refresh_from_db()
    assert (plan.state, plan.steps.get(name="accounts.user").rows_done) == ("destroyed", User.objects.count())


def test_without_its_lock_two_runs_do_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: what the lock is for."""

    @contextmanager
    def not_alone(name: str) -> Iterator[bool]:
        yield True

    monkeypatch.setattr(destroying, "alone_with", not_alone)
    UserFactory()
    steps.ready()

    assert second_run_while_the_first_is_at_it(monkeypatch) > 0
