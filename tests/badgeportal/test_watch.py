"""Sweeps note their runs, figures reach Prometheus on a port of their own, staff see the state of every part."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen
from wsgiref.simple_server import make_server

import pytest
from celery import current_app
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.roles import ALL_ROLES, PORTAL_MANAGER
from badgeportal.outbox.models import OutboxMessage
from badgeportal.watch import beat
from badgeportal.watch.beat import show_life
from badgeportal.watch.exporter import application
from badgeportal.watch.gauges import Gauge, exposition, read_all
from badgeportal.watch.health import patience, state_of_everything
from badgeportal.watch.management.commands.serve_metrics import QuietHandler
from badgeportal.watch.models import SweepRun
from badgeportal.watch.recording import counted, record_run, sweeps
from tests.accounts.rights.steps import a_request
from tests.factories.user import UserFactory
from tests.plugin import ROOT

NOW = timezone.now()


def ran(task: str, **given: Any) -> SweepRun:
    record_run(**{"task": task, "succeeded": True, "seconds": 0.5, "result": 3, "now": NOW} | given)
    return SweepRun.objects.get(pk=task)


def everything_ran() -> None:
    for task in sweeps():
        ran(task, now=timezone.now())
    show_life(timezone.now())


def part(name: str) -> Any:
    return next(one for one in state_of_everything(timezone.now()) if one.name == name)


@pytest.mark.django_db
def test_a_run_is_written_over_and_failures_are_counted() -> None:
    ran("orders.sweep_drafts")
    failed = ran("orders.sweep_drafts", succeeded=False, result=None, now=NOW + timedelta(minutes=1))
    assert (failed.runs, failed.failures, failed.succeeded) == (2, 1, False)
    assert failed.last_succeeded_at == NOW


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("task", sorted(sweeps()))
def test_every_sweep_on_the_timetable_leaves_a_note_when_it_runs(task: str) -> None:
    current_app.loader.import_default_modules()
    current_app.tasks[task].apply()
    run = SweepRun.objects.get(pk=task)
    assert (run.succeeded, run.runs, run.failures) == (True, 1, 0)


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_fails_is_noted_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> int:
        raise RuntimeError("planted")

    monkeypatch.setattr("orders.tasks.sweep_drafts", fail)
    current_app.tasks["orders.sweep_drafts"].apply()
    run = SweepRun.objects.get(pk="orders.sweep_drafts")
    assert (run.succeeded, run.failures, run.last_succeeded_at) == (False, 1, None)


def test_what_a_sweep_returns_becomes_a_number() -> None:
    assert [counted(x) for x in (4, {"sent": 2, "later": 1}, ["fault"], [], None, "text")] == [4, 3, 1, 0, None, None]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"failures": 9}, "watch_failures_within_runs"),
        ({"last_started_at": NOW + timedelta(days=1)}, "watch_ends_after"),
    ],
)
def test_the_database_refuses_a_note_that_cannot_be(changes: dict[str, Any], constraint: str) -> None:
    ran("orders.sweep_drafts")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SweepRun.objects.update(**changes)


@pytest.mark.django_db
def test_every_figure_is_described_for_operators() -> None:
    everything_ran()
    described = set(re.findall(r"^\| `(portal_\w+)", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE))
    assert {gauge.name for gauge in read_all(timezone.now())} == described


@pytest.mark.django_db
def test_the_figures_ask_few_questions(django_assert_max_num_queries: Any) -> None:
    everything_ran()
    with django_assert_max_num_queries(14):
        assert read_all(timezone.now())


def test_the_text_is_prometheuss() -> None:
    text = exposition([Gauge("portal_x", "Says.", {'a"b': 1.5}, "kind"), Gauge("portal_y", "Says.", {"": 12345678.0})])
    assert '# TYPE portal_x gauge\nportal_x{kind="a\\"b"} 1.5\n' in text
    assert text.endswith("portal_y 12345678\n")


@contextmanager
def exporter() -> Any:
    with make_server("127.0.0.1", 0, application, handler_class=QuietHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_figures_are_served_on_a_port_of_their_own_and_not_by_the_portal(client: Any) -> None:
    ran("orders.sweep_drafts", now=timezone.now())
    with exporter() as address:
        text = urlopen(f"{address}/metrics").read().decode()
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"{address}/admin/")
    assert 'portal_sweep_result{sweep="orders.sweep_drafts"} 3' in text
    assert 'portal_stock_badges{kind="available"}' in text
    assert client.get("/metrics").status_code == 404


@pytest.mark.django_db
def test_when_everything_runs_everything_is_well() -> None:
    everything_ran()
    assert [one for one in state_of_everything(timezone.now()) if not one.well] == []


@pytest.mark.django_db
@pytest.mark.planted_fault("watch.heartbeat")
def test_a_silent_timetable_and_a_silent_worker_are_told_apart() -> None:
    everything_ran()
    show_life(timezone.now() - timedelta(minutes=5))
    assert (part("Timetable (beat)").well, part("Worker").well) == (False, True)
    everything_ran()
    ran("watch.heartbeat", now=timezone.now() - timedelta(minutes=5))
    assert (part("Timetable (beat)").well, part("Worker").well) == (True, False)


@pytest.mark.django_db
def test_a_sweep_that_was_missed_or_failed_is_not_well() -> None:
    everything_ran()
    ran("orders.sweep_drafts", now=timezone.now() - timedelta(days=2))
    ran("outbox.send_pending", succeeded=False)
    assert (part("orders.sweep_drafts").well, part("outbox.send_pending").well) == (False, False)
    assert patience("outbox.send_pending") == timedelta(minutes=10)
    assert patience("orders.check_stock_ledger") < timedelta(hours=2) < patience("orders.sweep_drafts")


@pytest.mark.django_db
def test_the_state_page_is_for_portal_managers_only(client: Any) -> None:
    everything_ran()
    assert client.get("/admin/state/").status_code == 302
    seen = {}
    for role in ALL_ROLES:
        user = UserFactory(is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        seen[role] = client.get("/admin/state/").status_code
    assert seen == {role: 200 if role == PORTAL_MANAGER else 403 for role in ALL_ROLES}


@pytest.mark.django_db
def test_the_state_page_answers_503_when_a_part_is_not_well(client: Any) -> None:
    everything_ran()
    cache.delete("beat-seen")
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=PORTAL_MANAGER))
    client.force_login(user)
    response = client.get("/admin/state/")
    assert response.status_code == 503
    assert "has not been seen" in response.content.decode()


@pytest.mark.django_db
def test_work_of_people_that_is_late_is_a_warning_and_not_503(client: Any) -> None:
    """A probe that wakes somebody at night is about machines."""
    everything_ran()
    a_request(account=UserFactory(), now=timezone.now() - timedelta(days=90))
    # Its mails went out at the time.
    OutboxMessage.objects.all().delete()
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=PORTAL_MANAGER))
    client.force_login(user)
    response = client.get("/admin/state/")
    assert (response.status_code, "1 data requests overdue" in response.content.decode()) == (200, True)
    assert "<strong>Late</strong>" in response.content.decode()


def test_the_timetable_shows_life(tmp_path: Any) -> None:
    scheduler = beat.BeatingScheduler(
        current_app._get_current_object(), schedule_filename=str(tmp_path / "beat"), lazy=True
    )
    scheduler.schedule_filename = str(tmp_path / "beat")
    scheduler.setup_schedule()
    scheduler.data.clear()
    assert scheduler.tick() <= 10
    seen = beat.last_seen()
    scheduler.close()
    assert seen is not None
    assert settings.CELERY_BEAT_SCHEDULER == "badgeportal.watch.beat:BeatingScheduler"
