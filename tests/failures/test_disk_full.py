"""A disk is full while staff hand in a file: they are told at the field what to do, and nothing is half kept."""

from __future__ import annotations

import errno
import io
import os
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import FULFILMENT_OFFICER, PORTAL_MANAGER
from badgeportal.uploads import job
from badgeportal.uploads.actions import NO_ROOM
from badgeportal.uploads.models import Upload, UploadPiece
from badgeportal.uploads.working import DISK_FULL, work_on_uploads
from tests.badgeportal.test_uploads import given
from tests.factories.user import StaffFactory
from verification.register.uploaded import HSCA

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = {"fulfilment_trackingimport": FULFILMENT_OFFICER, "verification_registerimport": PORTAL_MANAGER}


class _NoRoom(io.RawIOBase):
    """A file on a full disk, which Django removes by its name when it gives up."""

    name = "/nowhere/file-on-a-full-disk"

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return 0

    def readinto(self, into: Any) -> int:
        return 0

    def write(self, data: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class FullDisk(io.BufferedRandom):
    """What `tempfile` gives while the disk is full: a short write is held back, and fails when the file is read or closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(_NoRoom())


def handed_in(model: str, size: int) -> Any:
    client = Client(raise_request_exception=False)
    client.force_login(StaffFactory(role=PAGES[model]))
    file = SimpleUploadedFile("file.csv", b"x" * size)
    return client.post(reverse(f"admin:{model}_load"), {"file": file, "kind": HSCA})


def is_told_and_nothing_is_kept(answer: Any) -> None:
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "<title>Error: " in html
    assert NO_ROOM in html
    assert not Upload.objects.exists()
    assert not UploadPiece.objects.exists()


@pytest.mark.parametrize("model", sorted(PAGES))
@pytest.mark.parametrize("size", [100, 200_000], ids=["small", "large"])
def test_the_web_servers_disk_is_full(monkeypatch: pytest.MonkeyPatch, model: str, size: int) -> None:
    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", FullDisk)
    is_told_and_nothing_is_kept(handed_in(model, size))


@pytest.mark.parametrize("model", sorted(PAGES))
def test_the_disk_of_postgresql_is_full(model: str) -> None:
    with connection.cursor() as cursor:
        # PostgreSQL's own error, with the number and words that it has for this.
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE disk_full USING MESSAGE = 'could not extend file: No space left on device'; END $$;"
            " CREATE TRIGGER no_room BEFORE INSERT ON uploads_uploadpiece FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
    try:
        is_told_and_nothing_is_kept(handed_in(model, 100))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION no_room CASCADE")


def test_the_workers_disk_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = given()
    monkeypatch.setattr(job.tempfile, "TemporaryFile", FullDisk)

    def read_from_disk(work: job.Job) -> bytes:
        with work.file() as path:
            return path.read_bytes()

    monkeypatch.setattr(job.Job, "content", read_from_disk)
    work_on_uploads(now=timezone.now())
    upload.refresh_from_db()
    assert (upload.state, upload.message) == ("failed", DISK_FULL)
    assert not UploadPiece.objects.exists()
