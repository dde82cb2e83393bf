"""`manage.py import_register`: one JSON line when it went through, one sentence and a failing exit code when it did not."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.verification.register.files import csv_file, hsca_file, places
from verification.models import Listing, RegisterImport

pytestmark = pytest.mark.django_db
EMPTY = {"rows": 0, "new": 0, "changed": 0, "unchanged": 0, "closed": 0, "out_of_scope": 0, "failed": 0}


def run(*arguments: object) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_register", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def extract(tmp_path) -> Path:
    return csv_file(tmp_path, [["Location ID", "Email"], ["1-700000", "a@b.org"], ["1-5", "c@d.org"]])


def test_the_last_line_is_one_json_object_with_the_counts_in_their_order(tmp_path):
    out, err = run("--hsca", hsca_file(tmp_path, places(3)))
    assert out == '{"rows":3,"new":3,"changed":0,"unchanged":0,"closed":0,"out_of_scope":0,"failed":0}\n'
    assert "hsca.ods, edition of 2 November 2026: 3 new" in err


def test_two_files_are_loaded_in_the_order_that_makes_sense_and_summed(tmp_path, extract):
    out, err = run("--contacts", extract, "--hsca", hsca_file(tmp_path, places(3)))
    assert json.loads(out) == EMPTY | {"rows": 5, "new": 4, "failed": 1}
    assert "can be downloaded in admin" in err
    assert [done.kind for done in RegisterImport.objects.order_by("pk")] == ["hsca", "contacts"]


def test_the_extract_alone_is_loaded_into_the_register_there_is(tmp_path, extract):
    run("--hsca", hsca_file(tmp_path, places(3)))
    assert json.loads(run("--contacts", extract)[0]) == EMPTY | {"rows": 2, "new": 1, "failed": 1}


def test_large_files_show_progress(tmp_path, monkeypatch):
    monkeypatch.setattr("verification.register.hsca.PROGRESS_EVERY", 2)
    _, err = run("--hsca", hsca_file(tmp_path, places(5)))
    assert "2 rows read\n4 rows read\n5 rows read, 5 of them listings of adult social care; comparing" in err


def test_no_file_named_is_a_slip_and_said_so():
    with pytest.raises(CommandError, match="Name a file"):
        run()


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(CommandError, match=r"There is no file .*nowhere\.ods"):
        run("--hsca", tmp_path / "nowhere.ods")
    assert not RegisterImport.objects.exists()


def test_a_wrong_second_file_keeps_the_first_from_being_loaded(tmp_path, extract):
    with pytest.raises(CommandError, match="OpenDocument spreadsheet"):
        run("--hsca", hsca_file(tmp_path, places(3)), "--contacts", hsca_file(tmp_path, places(1), name="b.ods"))
    with pytest.raises(CommandError, match="text file"):
        run("--hsca", extract, "--contacts", extract)
    assert not Listing.objects.exists()


def test_too_many_closures_end_in_a_question_that_the_option_answers(tmp_path):
    run("--hsca", hsca_file(tmp_path, places(10)))
    fewer = hsca_file(tmp_path, places(4), name="fewer.ods")
    with pytest.raises(CommandError, match=r"would close 6 of 10 listings, more than 5%.*--accept-closures"):
        run("--hsca", fewer)
    assert Listing.objects.active().count() == 10
    assert json.loads(run("--hsca", fewer, "--accept-closures")[0])["closed"] == 6


def test_the_next_stage_is_woken_once_for_each_file(tmp_path, extract, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        run("--hsca", hsca_file(tmp_path, places(3)))
    assert [callback.args for callback in callbacks if hasattr(callback, "args")] == [
        ("verification.reassess_after_import",)
    ]
