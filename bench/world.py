"""What the benches stand on: servers of their own, a real register, accounts with sessions, web processes, figures."""

from __future__ import annotations

import os
import socket
import statistics
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def prepare(name: str, **environment: str) -> None:
    """Set this process and its children up to work in `.data/<name>`. Call it before Django is read."""
    sys.path.insert(0, str(ROOT))
    os.environ.update(PORTAL_ENV="local", DATA_DIR=str(ROOT / ".data" / name), LOG_LEVEL="ERROR", PYTHONPATH=str(ROOT))
    os.environ.update(environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "badgeportal.settings")
    for other in ("DATABASE_URL", "REDIS_URL", "PORTAL_PROCESS"):
        os.environ.pop(other, None)


def load_register(listings: int) -> None:
    """Load made-up listings by the portal's own import, unless that many are there from an earlier run."""
    from django.conf import settings
    from django.core.management import call_command

    from sampledata.register_files import write_sample_register
    from verification.models import Listing

    if Listing.objects.count() >= listings:
        return
    started = time.perf_counter()
    files = write_sample_register(settings.DATA_DIR / "files", listings=listings)
    written = time.perf_counter()
    call_command("import_register", hsca=files.current, contacts=files.contacts, stdout=StringIO(), stderr=StringIO())
    print(
        f"{Listing.objects.count():,} listings: files written in {written - started:.1f} s,"
        f" imported in {time.perf_counter() - written:.1f} s"
    )


def set_available(wanted: int) -> None:
    """Bring the badges that can be ordered to `wanted`, by the portal's own actions."""
    from django.utils import timezone

    from badgeportal.actor import Actor
    from orders.models import StockBalance
    from orders.stock import receive_badges, write_off_badges

    change = wanted - StockBalance.objects.available()
    known: dict[str, Any] = {"reason": "bench", "actor": Actor.system("bench"), "now": timezone.now()}
    if change > 0:
        receive_badges(quantity=change, **known)
    elif change < 0:
        write_off_badges(quantity=-change, **known)


def make_visitors(count: int, *, bare: bool) -> list[dict[str, Any]]:
    """New accounts, each with a confirmed address, a session as signing in leaves it, and a code of the register."""
    from importlib import import_module

    from allauth.account.models import EmailAddress
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from accounts.models import User
    from verification.models import Listing

    mark = f"{time.time_ns()}"
    users = User.objects.bulk_create(User(email=f"p{n}.{mark}@bench.example", password="!") for n in range(count))
    EmailAddress.objects.bulk_create(EmailAddress(user=u, email=u.email, verified=True, primary=True) for u in users)
    codes = list(Listing.objects.exclude(site_ods_code="").values_list("site_ods_code", flat=True)[:count])
    engine = import_module("django.contrib.sessions.backends.db" if bare else settings.SESSION_ENGINE)
    visitors = []
    for number, user in enumerate(users):
        session = engine.SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        visitors.append(
            {"cookies": {settings.SESSION_COOKIE_NAME: session.session_key}, "ods_code": codes[number % len(codes)]}
        )
    return visitors


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(*names: str, application: str = "badgeportal.wsgi", settings_module: str = "") -> Iterator[tuple[int, int]]:
    """Programs of `make run` by name, with its own options; yields the port and the process id of the web server.

    `application` other than the portal's is served instead of it, by the same server with the same options.
    """
    from django.conf import settings

    from badgeportal.embedded.children import Child, Program, programs

    folder, port = settings.EMBEDDED_FOLDER, free_port()
    os.environ["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    every = programs(
        folder, port=port, host="127.0.0.1", web_workers=settings.WEB_WORKERS, web_threads=settings.WEB_THREADS,
        queue=settings.CELERY_TASK_DEFAULT_QUEUE, mail_queue=settings.MAIL_QUEUE,
    )  # fmt: skip
    wanted = [program for program in every if program.name in names]
    own = settings_module or os.environ["DJANGO_SETTINGS_MODULE"]
    before, os.environ["DJANGO_SETTINGS_MODULE"] = os.environ["DJANGO_SETTINGS_MODULE"], own
    children: list[Child] = []
    try:
        for program in wanted:
            command = [application if part == "badgeportal.wsgi" else part for part in program.command]
            name = program.name if application == "badgeportal.wsgi" else f"{program.name}-bare"
            children.append(Child(Program(name, command), folder, ROOT))
        _wait(port)
        yield port, children[0]._process.pid
    finally:
        os.environ["DJANGO_SETTINGS_MODULE"] = before
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.stop()


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
        except urllib.error.HTTPError as answer:
            if answer.code < 500:
                return
            break
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The web server did not start; its log is in .data.")


def memory(pid: int) -> str:
    """Memory of a web server: the sum of its processes, shared pages counted once (PSS), and the largest RSS."""
    import psutil

    master = psutil.Process(pid)
    facts = [process.memory_full_info() for process in (master, *master.children(recursive=True))]
    pss, largest = sum(fact.pss for fact in facts) / 1e6, max(fact.rss for fact in facts) / 1e6
    return f"{len(facts)} processes, PSS {pss:.0f} MB, largest RSS {largest:.0f} MB"


def at(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie; nan for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def spread(values: Sequence[float], form: str) -> str:
    """Median and range of the rounds."""
    middle = statistics.median(values)
    return f"{middle:{form}} ({min(values):{form}}-{max(values):{form}})" if len(values) > 1 else f"{middle:{form}}"


def load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
