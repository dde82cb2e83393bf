"""The register by upload: a preview that writes nothing, a yes, and a load that happens once or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import CUSTOMER_SERVICE, PORTAL_MANAGER
from badgeportal.actor import Actor
from badgeportal.uploads.actions import cancel_upload, confirm_upload, start_upload
from badgeportal.uploads.models import Upload, UploadPiece
from badgeportal.uploads.working import CHANGED, work_on_uploads
from tests.factories.user import StaffFactory
from tests.verification.register.files import hsca_file, hsca_with, places
from tests.waiting import until
from verification.models import FailedRow, ListedEmail, Listing, RegisterImport
from verification.register import importing, uploaded, writing

pytestmark = pytest.mark.django_db(transaction=True)


def given(path, *, kind: str = uploaded.HSCA) -> Upload:
    manager = StaffFactory(role=PORTAL_MANAGER)
    return start_upload(
        kind=kind, file_name=path.name, chunks=[path.read_bytes()], actor=Actor.user(manager), now=timezone.now()
    )


def work(upload: Upload) -> Upload:
    work_on_uploads(now=timezone.now())
    upload.refresh_from_db()
    return upload


def agree(upload: Upload, *, agreed: bool = False) -> Upload:
    actor = Actor(upload.actor)
    assert confirm_upload(upload_id=upload.pk, agreed=agreed, actor=actor, now=timezone.now())
    return work(upload)


def counted(upload: Upload) -> dict[str, int]:
    return {name: count for name, count in upload.preview["counts"] if count}


def rows_of_the_register() -> list[tuple[object, ...]]:
    return list(Listing.objects.order_by("location_id").values_list())


def test_the_preview_counts_what_the_load_then_does_and_writes_nothing(load, tmp_path):
    load(places(50))
    before = rows_of_the_register()
    wanted = [replace(places(1)[0], name="Renamed Home"), *places(48, start=1), *places(2, start=60)]
    upload = work(given(hsca_with(tmp_path, wanted, {(4, "Care homes beds"): "few"})))
    assert (upload.state, upload.message) == ("to_confirm", "")
    assert counted(upload) == {"rows": 51, "new": 2, "changed": 1, "unchanged": 47, "closed": 1, "failed": 1}
    assert ["changed", "1-700000", "Renamed Home", "name: Home 0 to Renamed Home; "] in upload.preview["sample"]
    assert [row[0] for row in upload.preview["failed_rows"]] == [4]
    assert rows_of_the_register() == before
    assert RegisterImport.objects.count() == 1
    assert not FailedRow.objects.exists()
    done = agree(upload)
    assert (done.state, done.preview) == ("done", {})
    result = RegisterImport.objects.get(pk=done.result_id)
    assert (result.new, result.changed, result.unchanged, result.closed, result.failed) == (2, 1, 47, 1, 1)
    assert result.file_name == "made-by-hand.ods"
    assert not UploadPiece.objects.exists()


def test_a_contact_extract_names_no_address_in_its_preview(load, tmp_path):
    load(places(3))
    path = tmp_path / "extract.csv"
    path.write_text("Location ID,Email\n1-700000,someone@homes.example.org\n")
    upload = work(given(path, kind=uploaded.CONTACTS))
    assert upload.state == "to_confirm", upload.message
    assert "someone" not in str(upload.preview)
    assert not ListedEmail.objects.exists()
    assert agree(upload).state == "done"
    assert ListedEmail.objects.get().email == "someone@homes.example.org"


def test_many_closures_need_their_own_yes(load, tmp_path):
    load(places(50))
    upload = work(given(hsca_file(tmp_path, places(40))))
    assert "10 of 50 listings" in upload.preview["unusual"]
    client = Client()
    client.force_login(StaffFactory(role=PORTAL_MANAGER))
    confirm = reverse("admin:uploads_upload_confirm", args=[upload.pk])
    answer = client.post(confirm)
    assert answer.status_code == 422
    assert "Tick the box" in answer.content.decode()
    assert client.post(confirm, {"agreed": "on"}).status_code == 302
    assert work(upload).state == "done"
    assert Listing.objects.filter(status="closed").count() == 10


def test_a_register_that_changed_after_the_preview_is_previewed_again(load, tmp_path):
    load(places(50))
    upload = work(given(hsca_file(tmp_path, places(51))))
    load(places(52), now=timezone.now() + timedelta(minutes=1))
    changed = agree(upload)
    assert (changed.state, changed.message) == ("waiting", CHANGED)
    assert Listing.objects.filter(status="active").count() == 52
    again = work(upload)
    assert again.state == "to_confirm"
    assert counted(again) == {"rows": 51, "unchanged": 51, "closed": 1}
    assert agree(again).state == "done"


def test_the_wrong_file_is_told_in_a_sentence(tmp_path):
    path = tmp_path / "page.ods"
    path.write_text("<!doctype html><p>Sorry</p>")
    upload = work(given(path))
    assert upload.state == "failed"
    assert upload.message.startswith("This is a web page")
    assert not UploadPiece.objects.exists()


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 and then nothing", b"\x00" * 100])
def test_garbage_never_breaks_the_worker(tmp_path, damage):
    path = tmp_path / "hsca.ods"
    path.write_bytes(b"x" + damage)
    assert work(given(path)).state == "failed"


def test_cancelled_while_it_loads_leaves_the_register_as_it_was(load, tmp_path, monkeypatch):
    load(places(10))
    before = rows_of_the_register()
    upload = work(given(hsca_file(tmp_path, places(11))))
    inserting = writing.insert_listings

    def cancelled_meanwhile(**kwargs):
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("UPDATE uploads_upload SET cancel_asked_at = now() WHERE id = %s", [upload.pk])
        other.close()
        return inserting(**kwargs)

    monkeypatch.setattr(importing.writing, "insert_listings", cancelled_meanwhile)
    assert agree(upload).state == "cancelled"
    assert rows_of_the_register() == before
    assert set(RegisterImport.objects.values_list("state", flat=True)) == {"done", "failed"}


def test_cancelled_before_the_yes(load, tmp_path):
    upload = work(given(hsca_file(tmp_path, places(3))))
    assert cancel_upload(upload_id=upload.pk, actor=Actor(upload.actor), now=timezone.now())
    assert not confirm_upload(upload_id=upload.pk, agreed=True, actor=Actor(upload.actor), now=timezone.now())
    assert not Listing.objects.exists()


_WORKER = """
import sys, django
django.setup()
from django.conf import settings
from django.db import connections
from django.utils import timezone
connections["default"].settings_dict["NAME"] = sys.argv[1]
from verification.register import writing
insert = writing.insert_listings
def slowly(**kwargs):
    done = insert(**kwargs)
    print("written, not committed", flush=True)
    sys.stdin.read()
    return done
writing.insert_listings = slowly
from badgeportal.uploads.working import work_on_uploads
work_on_uploads(now=timezone.now())
"""


def test_a_worker_killed_with_kill_9_in_the_middle_is_made_good_by_the_next(tmp_path):
    upload = work(given(hsca_file(tmp_path, places(20))))
    assert confirm_upload(upload_id=upload.pk, agreed=True, actor=Actor(upload.actor), now=timezone.now())
    worker = subprocess.Popen(
        [sys.executable, "-c", _WORKER, connection.settings_dict["NAME"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "badgeportal.settings"},
    )  # fmt: skip
    assert worker.stdout is not None
    assert any("not committed" in line for line in worker.stdout)
    # While it lives, nobody else takes it.
    assert work_on_uploads(now=timezone.now()) == 0
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    worker.stdout.close()
    if worker.stdin:
        worker.stdin.close()
    upload.refresh_from_db()
    assert (upload.state, Listing.objects.count()) == ("loading", 0)
    # PostgreSQL needs a moment to notice that the worker is gone; its lock goes then.
    until(lambda: work_on_uploads(now=timezone.now()), seconds=20, otherwise="The lock outlived its worker.")
    upload.refresh_from_db()
    assert (upload.state, Listing.objects.count()) == ("done", 20)
    assert sorted(RegisterImport.objects.values_list("state", flat=True)) == ["done", "failed"]


def test_from_the_form_to_the_preview_in_admin(tmp_path):
    client = Client()
    client.force_login(StaffFactory(role=PORTAL_MANAGER))
    load_page = reverse("admin:verification_registerimport_load")
    assert client.get(load_page).status_code == 200
    content = hsca_file(tmp_path, places(2)).read_bytes()
    answer = client.post(load_page, {"kind": "register_hsca", "file": SimpleUploadedFile("hsca.ods", content)})
    assert answer.status_code == 302
    assert "Check again" in client.get(answer["Location"]).content.decode()
    work_on_uploads(now=timezone.now())
    page = client.get(answer["Location"]).content.decode()
    assert "Nothing is changed until you confirm" in page
    assert "Home 0" in page


def test_an_oversized_file_is_refused_at_the_form(settings):
    settings.UPLOAD_MAX_MB = 1
    client = Client()
    client.force_login(StaffFactory(role=PORTAL_MANAGER))
    file = SimpleUploadedFile("hsca.ods", b"x" * ((1 << 20) + 1))
    answer = client.post(reverse("admin:verification_registerimport_load"), {"kind": "register_hsca", "file": file})
    assert answer.status_code == 422
    assert "must be smaller than 1 MB" in answer.content.decode()
    assert not Upload.objects.exists()


def test_others_neither_load_nor_see_uploads(tmp_path):
    upload = given(hsca_file(tmp_path, places(2)))
    client = Client()
    client.force_login(StaffFactory(role=CUSTOMER_SERVICE))
    for address in (
        reverse("admin:verification_registerimport_load"),
        reverse("admin:uploads_upload_changelist"),
        reverse("admin:uploads_upload_change", args=[upload.pk]),
    ):
        assert client.get(address).status_code == 403
    for name in ("confirm", "cancel"):
        assert client.post(reverse(f"admin:uploads_upload_{name}", args=[upload.pk])).status_code == 403
