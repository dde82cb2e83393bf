"""`make run`: everything the portal needs on this machine, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

import psutil
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("PORTAL_ENV", "local")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "badgeportal.settings")

from badgeportal.embedded.children import Child, programs, reap
from badgeportal.embedded.faults import CannotStart
from badgeportal.embedded.locks import FileLock
from badgeportal.embedded.sample import prepare_data
from badgeportal.embedded.services import services
from badgeportal.embedded.static import bring_static_files_up_to_date


class Stopped(Exception):
    """Somebody asked us to stop."""


def main() -> int:
    """Run the portal until it is told to stop; returns the exit code."""
    try:
        import badgeportal.settings  # noqa: F401 - a missing setting is told before anything is begun
    except ImproperlyConfigured as fault:
        print(fault, file=sys.stderr)
        return 2
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ask_to_stop)
    try:
        _run()
    except Stopped:
        say("Stopped. Your data is kept; `make run` brings it back.")
        return 0
    except CannotStart as fault:
        print(f"\n{fault}", file=sys.stderr)
        return 1
    return 0


def say(text: str) -> None:
    """One line to the person at the terminal."""
    print(text, flush=True)


def _run() -> None:
    from badgeportal.settings import BASE_DIR, EMBEDDED, EMBEDDED_FOLDER, PORT, WEB_HOST, WEB_THREADS, WEB_WORKERS
    from badgeportal.settings.background import CELERY_TASK_DEFAULT_QUEUE, MAIL_QUEUE

    parent = os.getppid() if os.environ.get("MAKELEVEL") else None
    with ExitStack() as stack:
        stack.enter_context(_only_run(PORT))
        left_over = reap(EMBEDDED_FOLDER)
        if left_over:
            say(f"Ended what an earlier run had left behind: {', '.join(left_over)}.")
        _refuse_a_busy_port(WEB_HOST, PORT)
        bring_static_files_up_to_date(BASE_DIR, say)
        if EMBEDDED:
            say("Starting PostgreSQL and Valkey...")
            stack.enter_context(services(EMBEDDED_FOLDER, keep=True, say=say))
        children: list[Child] = []
        stack.callback(_stop, children)
        web, *others = programs(
            EMBEDDED_FOLDER, port=PORT, host=WEB_HOST, web_workers=WEB_WORKERS, web_threads=WEB_THREADS,
            queue=CELERY_TASK_DEFAULT_QUEUE, mail_queue=MAIL_QUEUE,
        )  # fmt: skip
        # It takes as long to wake as the tables take to be looked over, and nobody knows its address yet.
        children.append(Child(web, EMBEDDED_FOLDER, BASE_DIR))
        if EMBEDDED:
            prepare_data(EMBEDDED_FOLDER, manage=manage, say=say)
        else:
            say("Using the servers of DATABASE_URL and REDIS_URL, without sample data. Updating the tables...")
            manage("migrate", "--verbosity=0")
        say("Starting web, worker, mailer and beat...")
        _wait_for_the_web(children, PORT)
        children += [Child(program, EMBEDDED_FOLDER, BASE_DIR) for program in others]
        say(f"\nThe portal is at http://localhost:{PORT}/   (logs are in {EMBEDDED_FOLDER.logs}; Ctrl-C stops it)\n")
        if EMBEDDED:
            manage("show_sign_ins")
        _watch(children, parent)


def manage(*arguments: str) -> None:
    """Run a `manage.py` command, its progress shown as it goes. Raises CannotStart when it fails."""
    from badgeportal.settings import BASE_DIR

    process = subprocess.Popen([sys.executable, str(BASE_DIR / "manage.py"), *arguments], start_new_session=True)
    try:
        code = process.wait()
    except Stopped:
        process.terminate()
        process.wait()
        raise
    if code:
        raise CannotStart(f"`manage.py {' '.join(arguments)}` failed; its reason is above.")


@contextmanager
def _only_run(port: int) -> Iterator[None]:
    """Make sure that no other `make run` uses this data folder."""
    from badgeportal.settings import EMBEDDED_FOLDER

    lock = FileLock(EMBEDDED_FOLDER.run_lock)
    try:
        deadline = time.monotonic() + 5
        while not lock.alone(wait=False):
            if time.monotonic() > deadline:
                who = EMBEDDED_FOLDER.run_lock.read_text().strip() or "another process"
                raise CannotStart(
                    f"The portal is running already ({who}). Use that one, or stop it with Ctrl-C in its terminal."
                )
            time.sleep(0.2)
        lock.note(f"process {os.getpid()}, http://localhost:{port}/")
        yield
    finally:
        lock.release()


def _refuse_a_busy_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CannotStart(f"You may not use port {port}. Choose one above 1023: PORT=8001 make run") from None
        except OSError:
            raise CannotStart(
                f"Port {port} is in use{_by_whom(port)}. Stop that program, or choose another port:"
                f" PORT={port + 1} make run"
            ) from None


def _by_whom(port: int) -> str:
    """' by name (process 12)' for the program that listens on `port`, or nothing when we may not know."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        return ""
    return ""


def _wait_for_the_web(children: list[Child], port: int) -> None:
    deadline = time.monotonic() + 120
    while not _healthy(port):
        _refuse_if_one_ended(children)
        if time.monotonic() > deadline:
            raise CannotStart(f"The web server does not answer. Its log is {children[0].log}.")
        time.sleep(0.1)


def _healthy(port: int) -> bool:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/health/", headers={"Accept": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - an address of our own
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _watch(children: list[Child], parent: int | None) -> None:
    """Wait until asked to stop, or until `parent` (make, when it started us) is gone and nobody is left to ask."""
    while True:
        _refuse_if_one_ended(children)
        if parent is not None and os.getppid() != parent:
            raise Stopped
        time.sleep(0.5)


def _refuse_if_one_ended(children: list[Child]) -> None:
    for child in children:
        if child.ended is not None:
            raise CannotStart(
                f"The portal stops, because its {child.program.name} ended (code {child.ended})."
                f" The reason is at the end of {child.log}."
            )


def _stop(children: list[Child]) -> None:
    # A second Ctrl-C would leave half of it running.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    say("\nStopping...")
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.stop()


def _ask_to_stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
