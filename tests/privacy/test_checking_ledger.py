"""The second place is asked every hour, not only when somebody is erased, and gets again what it lacks."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.checking_ledger import check_erasure_ledger
from accounts.tasks import check_ledger_task
from badgeportal.privacy import ledger
from badgeportal.privacy.models import ErasureLedgerEntry
from badgeportal.privacy.replaying import replay_erasures
from badgeportal.privacy.second_place import second_place
from badgeportal.watch.recording import sweeps
from tests.closing.steps import destroyed
from tests.factories.user import UserFactory
from tests.privacy.bucket import bucket
from tests.privacy.test_erasing import erased

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.mark.planted_fault("accounts.check_erasure_ledger")
def test_a_new_disk_gets_every_erasure_again(tmp_path: Path, settings: Any) -> None:
    """The planted fault: the setting leads to an empty folder."""
    erased(UserFactory())
    erased(UserFactory())
    before = list(ledger.lines())
    settings.ERASURE_LEDGER = str(tmp_path / "new-disk")
    erased(UserFactory())

    assert "accounts.check_erasure_ledger" in sweeps()
    assert check_ledger_task() == 2

    assert list(ledger.lines())[:2] == before
    assert check_ledger_task() == 0
    # And it serves: a backup that knows none of the three is made to forget them.
    ErasureLedgerEntry.objects.all()._raw_delete("default")
    assert replay_erasures(now=timezone.now()) == 3


def test_a_place_that_cannot_be_written_is_told_before_anybody_asks_to_be_erased(tmp_path: Path, settings: Any) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("")
    settings.ERASURE_LEDGER = str(blocked / "erasures")
    with pytest.raises(ledger.LedgerUnreachable):
        check_erasure_ledger(now=timezone.now())


def test_a_bucket_is_asked_too(settings: Any) -> None:
    with bucket() as server:
        settings.AWS_ACCESS_KEY_ID, settings.AWS_SECRET_ACCESS_KEY, settings.AWS_REGION = "key", "secret", "eu-west-2"
        settings.AWS_ENDPOINT_URL = f"http://127.0.0.1:{server.server_address[1]}"
        settings.ERASURE_LEDGER = "s3://care/erasures"
        erased(UserFactory())
        assert check_erasure_ledger(now=timezone.now()) == 0
        assert len(server.kept) == 1
        server.kept.clear()
        assert check_erasure_ledger(now=timezone.now()) == 1
        server.full = True
        with pytest.raises(ledger.LedgerUnreachable):
            check_erasure_ledger(now=timezone.now())


def test_a_crash_in_the_middle_of_looking_leaves_no_line() -> None:
    erased(UserFactory())
    second_place().put("trial", "{}")
    assert len(list(ledger.lines())) == 1
    assert replay_erasures(now=timezone.now()) == 0


def test_once_the_data_is_being_destroyed_nothing_is_written_there_any_more(settings: Any) -> None:
    erased(UserFactory())
    destroyed()
    assert list(ledger.lines()) == []
    settings.ERASURE_LEDGER = "s4://gone/with/the/portal"
    assert check_erasure_ledger(now=timezone.now()) == 0


def test_a_closing_that_begins_meanwhile_is_not_written_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows go between the look and the writing, as closing deletes them: then there is nothing to write."""
    erased(UserFactory())
    second_place().clear()
    look = ledger.written

    def look_and_lose(ids: Any) -> Any:
        found = look(ids)
        thread = threading.Thread(target=delete_rows)
        thread.start()
        thread.join()
        return found

    monkeypatch.setattr(ledger, "written", look_and_lose)
    assert check_erasure_ledger(now=timezone.now()) == 0
    assert list(ledger.lines()) == []


def delete_rows() -> None:
    ErasureLedgerEntry.objects.all()._raw_delete("default")
    connection.close()
