"""Uploaded files: encrypted on their way, deleted after use, worked on once, and never half."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.roles import FULFILMENT_OFFICER
from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from badgeportal.uploads import kinds, working
from badgeportal.uploads.actions import UploadRefused, cancel_upload, confirm_upload, start_upload, sweep_uploads
from badgeportal.uploads.kinds import Kind
from badgeportal.uploads.models import Upload, UploadPiece
from badgeportal.uploads.working import work_on_uploads
from fulfilment.models import TrackingImport
from tests.factories.user import StaffFactory
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = b"Reference,Event,Time\nCBXXXX,Delivered,2026-11-01T10:00\n"


def given(content: bytes = CONTENT, *, kind: str = "tracking", pieces: int = 7) -> Upload:
    officer = StaffFactory(role=FULFILMENT_OFFICER)
    chunks = [content[start : start + pieces] for start in range(0, len(content), pieces)]
    return start_upload(kind=kind, file_name="a/dx.csv", chunks=chunks, actor=Actor.user(officer), now=timezone.now())


def work() -> int:
    return work_on_uploads(now=timezone.now())


@pytest.fixture
def asking(monkeypatch):
    """A kind whose loading is announced first."""
    monkeypatch.setitem(
        kinds._KINDS,
        "asking",
        Kind(
            key="asking", title="Asks first", permission="fulfilment.import_tracking",
            load=kinds.kind_of("tracking").load, result_page="admin:fulfilment_trackingimport_change", refusals=(),
            preview=lambda job: {"counts": [["Rows", len(job.content())]], "unusual": ""},
        ),
    )  # fmt: skip


def test_a_file_is_encrypted_at_rest_and_gone_after_use():
    upload = given()
    stored = b"".join(bytes(sealed) for sealed in UploadPiece.objects.values_list("sealed", flat=True))
    assert stored
    assert b"Reference" not in stored
    assert work() == 1
    upload.refresh_from_db()
    assert (upload.state, upload.message) == ("done", "")
    assert TrackingImport.objects.get(pk=upload.result_id).unknown == 1
    assert not UploadPiece.objects.exists()
    assert AuditEvent.objects.filter(kind="upload_ended", subject_id=str(upload.pk)).count() == 1


def test_worked_on_once_however_often_the_task_runs():
    given()
    assert [work(), work()] == [1, 0]
    assert TrackingImport.objects.count() == 1


def test_a_file_that_is_too_large_leaves_nothing(settings):
    settings.UPLOAD_MAX_MB = 1
    with pytest.raises(UploadRefused, match="smaller than 1 MB"):
        given(b"x" * ((1 << 20) + 1), pieces=1 << 19)
    assert not Upload.objects.exists()
    assert not UploadPiece.objects.exists()


def test_an_empty_file_is_refused():
    with pytest.raises(UploadRefused, match="empty"):
        given(b"")


def test_garbage_fails_with_the_sentence_and_the_bytes_are_deleted():
    upload = given(b"%PDF-1.7 nothing")
    work()
    upload.refresh_from_db()
    assert upload.state == "failed"
    assert "PDF" in upload.message
    assert not UploadPiece.objects.exists()


def test_cancelled_before_a_worker_came():
    upload = given()
    actor = Actor.user(StaffFactory(role=FULFILMENT_OFFICER))
    assert cancel_upload(upload_id=upload.pk, actor=actor, now=timezone.now())
    assert not cancel_upload(upload_id=upload.pk, actor=actor, now=timezone.now())
    assert work() == 0
    assert not TrackingImport.objects.exists()
    assert not UploadPiece.objects.exists()


@pytest.mark.parametrize("phase", ["finding the parcels", "moving orders on"])
def test_cancelled_in_the_middle_of_the_work_writes_nothing(monkeypatch, phase):
    upload = given()
    said = working.Job.progress

    def progress(job, rows, text):
        if text == phase:
            # As the web process does it, on a connection of its own.
            with job.beside.cursor() as cursor:
                cursor.execute("UPDATE uploads_upload SET cancel_asked_at = now() WHERE id = %s", [upload.pk])
        said(job, rows, text)

    monkeypatch.setattr(working.Job, "progress", progress)
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.message) == ("cancelled", "It was cancelled. Nothing was changed.")
    assert not TrackingImport.objects.exists()


def test_cancelled_after_the_last_progress_is_seen_in_the_transaction_that_writes(monkeypatch):
    upload = given()
    said = working.Job.written

    def written(job, result_id):
        with job.beside.cursor() as cursor:
            cursor.execute("UPDATE uploads_upload SET cancel_asked_at = now() WHERE id = %s", [upload.pk])
        said(job, result_id)

    monkeypatch.setattr(working.Job, "written", written)
    work()
    upload.refresh_from_db()
    assert upload.state == "cancelled"
    assert not TrackingImport.objects.exists()


@pytest.mark.planted_fault("uploads.work_on_uploads")
def test_an_upload_that_another_worker_holds_is_left_alone():
    upload = given()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            name = f"uploads.upload.{upload.pk}"
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        assert work() == 0
    finally:
        other.close()
    # The lock goes with the connection, as when a worker is killed, once PostgreSQL has noticed.
    until(lambda: work() == 1, otherwise="The lock outlived its connection.")


def test_a_file_that_kills_its_worker_again_and_again_is_given_up():
    upload = given()
    Upload.objects.filter(pk=upload.pk).update(state="loading", attempts=working.MOST_ATTEMPTS)
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.message) == ("failed", working.GIVEN_UP)
    assert not TrackingImport.objects.exists()


def test_asked_first_and_loaded_after_the_yes(asking):
    upload = given(kind="asking")
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.preview["counts"]) == ("to_confirm", [["Rows", len(CONTENT)]])
    assert not TrackingImport.objects.exists()
    actor = Actor(upload.actor)
    assert confirm_upload(upload_id=upload.pk, agreed=False, actor=actor, now=timezone.now())
    assert not confirm_upload(upload_id=upload.pk, agreed=False, actor=actor, now=timezone.now())
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.preview) == ("done", {})


@pytest.mark.planted_fault("uploads.sweep_uploads")
def test_the_sweep_deletes_what_nobody_confirmed_and_bytes_left_behind(asking):
    left, old = given(kind="asking"), given()
    work()
    UploadPiece.objects.create(upload=old, number=0, sealed=b"left behind")
    assert sweep_uploads(now=timezone.now()) == 1
    assert sweep_uploads(now=timezone.now() + timedelta(hours=25)) == 1
    left.refresh_from_db()
    assert left.state == "cancelled"
    assert not UploadPiece.objects.exists()


def test_the_sweep_deletes_what_ended_long_ago_with_the_name_of_its_file(settings):
    settings.UPLOAD_DAYS = 365
    given()
    work()
    now = timezone.now()
    assert sweep_uploads(now=now + timedelta(days=364)) == 0
    waiting = given()
    assert sweep_uploads(now=now + timedelta(days=366)) == 1
    assert list(Upload.objects.all()) == [waiting]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"state": "elsewhere"}, "upload_state_is_known"),
        ({"state": "failed"}, "upload_finished_has_its_time"),
        ({"state": "done", "finished_at": timezone.now()}, "upload_done_has_result"),
        ({"state": "failed", "finished_at": timezone.now(), "preview": {"a": 1}}, "upload_finished_keeps_no_preview"),
        ({"file_size": 0}, "upload_is_not_empty"),
        ({"actor": "nobody"}, "upload_actor_is_named"),
    ],
)
def test_walls_of_an_upload(changes, name):
    upload = given()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(**changes)


def test_a_piece_stands_once():
    upload = given()
    with pytest.raises(IntegrityError, match="upload_piece_once"), transaction.atomic():
        UploadPiece.objects.create(upload=upload, number=0, sealed=b"x")
