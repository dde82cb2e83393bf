"""The parts fit: every name used somewhere leads to something that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from celery import current_app
from django.conf import settings
from django.urls import get_resolver

from badgeportal.embedded.children import programs
from badgeportal.embedded.folder import Folder
from badgeportal.outbox.actions import SEND_PENDING
from orders.placing import ASSESS_ORDERS
from tests.plugin import ROOT

OURS = ["badgeportal", "accounts", "orders", "verification", "fulfilment", "reports"]


def files(*patterns: str) -> list[Path]:
    folders = [ROOT / name for name in [*OURS, "templates", "sampledata"]]
    return sorted(path for folder in folders for pattern in patterns for path in folder.rglob(pattern))


def task_names() -> set[str]:
    current_app.loader.import_default_modules()
    return {name for name in current_app.tasks if not name.startswith("celery.")}


def test_every_task_on_the_timetable_exists():
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} - task_names() == set()


def test_every_task_is_named_after_its_app():
    assert {
        name for name in task_names() if name.split(".")[0] not in {"outbox", "audit", "uploads", "watch", *OURS}
    } == set()


def test_every_kick_names_a_task():
    kicked = {name for path in files("*.py") for name in re.findall(r'\bkick\("([^"]+)"\)', path.read_text())}
    assert kicked - task_names() == set()


def test_mail_waits_in_a_queue_that_the_worker_of_orders_does_not_serve(tmp_path):
    """Or a mail server that answers late would keep orders waiting for their check."""
    taken = {task: current_app.amqp.router.route({}, task)["queue"].name for task in (SEND_PENDING, ASSESS_ORDERS)}
    assert taken == {SEND_PENDING: settings.MAIL_QUEUE, ASSESS_ORDERS: settings.CELERY_TASK_DEFAULT_QUEUE}
    made = programs(
        Folder(tmp_path), port=0, host="", web_workers=1, web_threads=1, queue=taken[ASSESS_ORDERS],
        mail_queue=taken[SEND_PENDING],
    )  # fmt: skip
    here = {part.name: part.command for part in made if part.name in ("worker", "mailer")}
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    there = {name: services[name]["command"] for name in here}
    for commands, worker, mailer in (
        (here, taken[ASSESS_ORDERS], taken[SEND_PENDING]),
        (there, "portal", "portal-mail"),
    ):
        assert f"--queues={worker}" in commands["worker"]
        assert f"--queues={mailer}" in commands["mailer"]


def url_names() -> set[str]:
    """Every URL name, with its namespace."""
    found: set[str] = set()

    def walk(resolver, prefix: str) -> None:
        found.update(f"{prefix}{name}" for name in resolver.reverse_dict if isinstance(name, str))
        for namespace, (_, child) in resolver.namespace_dict.items():
            walk(child, f"{prefix}{namespace}:")

    walk(get_resolver(), "")
    # Each app's own page in the admin has one name and takes the app as an argument.
    return found | {"admin:app_list"}


@pytest.mark.parametrize(
    ("pattern", "expression"),
    [
        ("*.html", r"""{%\s*url\s+["']([\w:]+)["']"""),
        ("*.txt", r"""{%\s*url\s+["']([\w:]+)["']"""),
        ("*.py", r"""\b(?:reverse|reverse_lazy|redirect|resolve_url)\(\s*["']([\w:]+)["']"""),
    ],
)
def test_every_url_name_in_use_leads_somewhere(pattern, expression):
    used = {name: str(path) for path in files(pattern) for name in re.findall(expression, path.read_text())}
    known = url_names()
    assert {name: path for name, path in used.items() if name not in known} == {}


def test_every_setting_of_the_portal_is_read():
    """A setting that the README promises and nothing reads is a switch without a wire."""
    source = (ROOT / "badgeportal" / "settings" / "portal.py").read_text()
    names = set(re.findall(r"^([A-Z][A-Z_]+)\b[^=\n]*=", source, re.MULTILINE))
    code = "\n".join(path.read_text() for path in files("*.py") if "settings" not in path.parts)

    assert len(names) > 10
    assert {name for name in names if f"settings.{name}" not in code} == set()
