"""Two imports at once, and imports that were killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from threading import Thread

import pytest
from django.conf import settings
from django.db import connection, connections

from accounts.erasing import erase_people
from badgeportal.actor import Actor
from badgeportal.privacy.models import OpenOrders
from badgeportal.privacy.subject import DataSubject
from tests.factories.user import StaffFactory
from tests.verification.register.conftest import ACTOR, NOW
from tests.verification.register.files import csv_file, hsca_file, places
from tests.waiting import until as wait_until
from verification import erasing
from verification.models import ListedEmail, Listing, RegisterImport
from verification.register import contact_writing, importing
from verification.register.erased import without_erased
from verification.register.importing import import_contacts, import_hsca
from verification.register.refusal import ImportFailed, ImportRunning
from verification.register.runs import one_at_a_time, start_import

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def elsewhere(work) -> list[object]:
    """What `work` returned or raised on a connection of its own."""
    result: list[object] = []

    def do() -> None:
        try:
            result.append(work())
        except Exception as error:
            result.append(error)
        finally:
            connections.close_all()

    thread = Thread(target=do)
    thread.start()
    thread.join(timeout=60)
    return result


def test_the_second_import_is_told_that_one_is_running(tmp_path):
    path = hsca_file(tmp_path, places(2))
    with one_at_a_time():
        [outcome] = elsewhere(lambda: import_hsca(path=path, actor=ACTOR, now=NOW))
    assert isinstance(outcome, ImportRunning)
    assert "Another import of the register is running" in str(outcome)
    assert not RegisterImport.objects.exists()
    # Once the first has ended the same file goes through.
    [done] = elsewhere(lambda: import_hsca(path=path, actor=ACTOR, now=NOW))
    assert isinstance(done, RegisterImport)


def test_an_import_in_the_middle_of_another_is_refused_and_changes_nothing(tmp_path, monkeypatch):
    small, large = hsca_file(tmp_path, places(1), name="small.ods"), hsca_file(tmp_path, places(3), name="large.ods")
    inner: list[object] = []

    def then(text: str) -> None:
        if "comparing" in text:
            inner.extend(elsewhere(lambda: import_hsca(path=small, actor=ACTOR, now=NOW)))

    import_hsca(path=large, actor=ACTOR, now=NOW, progress=then)
    assert isinstance(inner[0], ImportRunning)
    assert Listing.objects.active().count() == 3


def test_without_the_lock_the_second_import_ends_the_first_and_both_write(tmp_path, monkeypatch):
    """The twin: what the lock prevents."""

    @contextmanager
    def no_lock():
        yield

    monkeypatch.setattr(importing, "one_at_a_time", no_lock)
    small, large = hsca_file(tmp_path, places(1), name="small.ods"), hsca_file(tmp_path, places(3), name="large.ods")
    states: list[str] = []

    def then(text: str) -> None:
        if "comparing" in text and not states:
            elsewhere(lambda: import_hsca(path=small, actor=ACTOR, now=NOW, accept_closures=True))
            states.extend(RegisterImport.objects.order_by("pk").values_list("state", flat=True))

    import_hsca(path=large, actor=ACTOR, now=NOW, progress=then, accept_closures=True)
    # The first was declared dead while it was still working.
    assert states == ["failed", "done"]


def test_the_lock_is_free_again_after_a_failure(tmp_path):
    broken = tmp_path / "a.ods"
    broken.write_bytes(b"")
    for _ in range(2):
        with pytest.raises(importing.WrongFile):
            import_hsca(path=broken, actor=ACTOR, now=NOW)
    assert elsewhere(lambda: one_at_a_time().__enter__()) == [None]


def test_an_import_that_was_killed_is_marked_so_by_the_next_and_left_nothing_behind(tmp_path):
    """A real process, killed with the listings copied and not yet compared."""
    import_hsca(path=hsca_file(tmp_path, places(40)), actor=ACTOR, now=NOW)
    path = hsca_file(tmp_path, places(60), name="next.ods")
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(path)],
        env={**os.environ, "CHILD_DATABASE": str(settings.DATABASES["default"]["NAME"])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert "comparing" in child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=30)
    child.stdout.close()
    killed = RegisterImport.objects.latest("pk")
    assert killed.state == "running"
    # PostgreSQL notices that the client is gone when it next writes to it; end the session as it would.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'killed-import'"
        )
    import_hsca(path=path, actor=ACTOR, now=NOW)
    killed.refresh_from_db()
    assert (killed.state, killed.message) == ("failed", "The import was cut off before it ended. Nothing was changed.")
    assert (killed.new, RegisterImport.objects.latest("pk").new) == (0, 20)


_CHILD = """
import os, signal, sys
from pathlib import Path
os.environ["PGAPPNAME"] = "killed-import"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "badgeportal.settings")
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["CHILD_DATABASE"]
from django.utils import timezone
from badgeportal.actor import Actor
from verification.register.importing import import_hsca
def then(text):
    print(text, flush=True)
    if "comparing" in text:
        signal.pause()
import_hsca(path=Path(sys.argv[1]), actor=Actor.system("killed"), now=timezone.now(), progress=then)
"""


def test_a_record_that_says_running_is_ended_by_whoever_holds_the_lock(tmp_path):
    path = hsca_file(tmp_path, places(1))
    left = start_import(kind=RegisterImport.Kind.HSCA, path=path, actor=ACTOR, now=NOW)
    start_import(kind=RegisterImport.Kind.CONTACTS, path=path, actor=ACTOR, now=NOW)
    left.refresh_from_db()
    assert left.state == "failed"
    assert RegisterImport.objects.running().count() == 1


def test_an_import_whose_session_ends_under_it_says_so_and_the_next_goes_through(tmp_path):
    path = hsca_file(tmp_path, places(3))

    def then(text: str) -> None:
        if "comparing" in text:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pid = cursor.fetchone()[0]
            elsewhere(lambda: _terminate(pid))

    with pytest.raises(ImportFailed, match="Nothing was changed"):
        import_hsca(path=path, actor=ACTOR, now=NOW, progress=then)
    connection.close()
    assert import_hsca(path=path, actor=ACTOR, now=NOW).new == 3
    assert list(RegisterImport.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "done"]


def _terminate(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])


ROWS = [["Location ID", "Email"], ["1-700000", "jo@b.org"], ["1-700001", "al@b.org"]]


def erase() -> None:
    actor = Actor.user(StaffFactory())
    erase_people(subject=DataSubject.listed_inbox("jo@b.org"), open_orders=OpenOrders.CANCEL, actor=actor, now=NOW)


def load_while_erasing(tmp_path, monkeypatch, *, until: Callable[[Thread], bool]) -> None:
    """Load an address while its owner has it erased, right after the import has looked which are erased."""
    import_hsca(path=hsca_file(tmp_path, places(2)), actor=ACTOR, now=NOW)
    path = csv_file(tmp_path, ROWS)
    import_contacts(path=path, actor=ACTOR, now=NOW)
    threads: list[Thread] = []

    def look_and_let_the_erasure_in(emails: Iterable[str]) -> set[str]:
        allowed = without_erased(emails)
        threads.append(Thread(target=lambda: elsewhere(erase)))
        threads[0].start()
        wait_until(lambda: until(threads[0]), otherwise="The erasure did not come so far.")
        return allowed

    monkeypatch.setattr(contact_writing, "without_erased", look_and_let_the_erasure_in)
    import_contacts(path=csv_file(tmp_path, ROWS), actor=ACTOR, now=NOW)
    threads[0].join(timeout=60)


def waits_for_a_lock(thread: Thread) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return cursor.fetchone()[0] > 0


def test_an_address_erased_during_an_import_stays_erased(tmp_path, monkeypatch):
    load_while_erasing(tmp_path, monkeypatch, until=waits_for_a_lock)
    assert list(ListedEmail.objects.in_order()) == ["al@b.org"]


def test_without_the_lock_the_import_brings_the_erased_address_back(tmp_path, monkeypatch):
    """The twin: the erasure finishes in the middle."""
    monkeypatch.setattr(erasing, "hold_listed_emails", lambda: None)
    monkeypatch.setattr(contact_writing, "hold_listed_emails", lambda: None)
    load_while_erasing(tmp_path, monkeypatch, until=lambda thread: not thread.is_alive())
    assert list(ListedEmail.objects.in_order()) == ["al@b.org", "jo@b.org"]
