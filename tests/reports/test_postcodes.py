"""`manage.py import_onspd`: the Postcode Directory is taken over whole, or a sentence says why not and nothing has changed."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from reports.models import AreaName, PostcodeEdition, PostcodePlace
from reports.places import importing
from reports.places.areas import areas
from reports.places.importing import import_onspd
from reports.places.refusal import DirectoryRefused
from tests.reports.directories import CARDIFF, KENDAL, LEEDS, NEW, PLACES, csv_text, directory_csv, directory_zip

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
JOB = Actor.system("test-postcodes")


def load(path: Path, **options) -> PostcodeEdition:
    return import_onspd(path=path, actor=JOB, now=NOW, **options)


def places() -> dict[str, tuple[str, str]]:
    return {
        pk: (region, authority)
        for pk, region, authority in PostcodePlace.objects.values_list("pk", "region", "authority")
    }


IN_ENGLAND = {
    "LS14AP": ("E12000003", "E08000035"),
    "LA94DQ": ("E12000002", "E06000064"),
    # Kent, not its district; and Sheffield under the code it has since 2025.
    "ME141XX": ("E12000008", "E10000016"),
    "S12HH": ("E12000003", "E08000039"),
}


@pytest.mark.parametrize("make", [directory_csv, directory_zip, lambda folder: directory_csv(folder, columns=NEW)])
def test_every_postcode_of_england_gets_its_region_and_its_council(tmp_path, make):
    done = load(make(tmp_path))

    assert places() == IN_ENGLAND
    assert (done.rows, done.new, done.changed, done.unchanged, done.elsewhere) == (6, 4, 0, 0, 2)
    assert done.edition == date(2026, 8, 1)
    [event] = AuditEvent.objects.filter(kind="postcodes_loaded")
    assert event.actor == "system:test-postcodes"
    assert event.details["new"] == 4


def test_a_later_edition_touches_what_changed_and_keeps_what_it_does_not_have(tmp_path):
    load(directory_csv(tmp_path))
    moved = (*KENDAL[:2], "E06000063", *KENDAL[3:])

    done = load(directory_csv(tmp_path, [LEEDS, moved, CARDIFF, ("LS1 9XX", *LEEDS[1:])], edition="NOV_2026"))

    assert (done.rows, done.new, done.changed, done.unchanged, done.elsewhere) == (4, 1, 1, 1, 1)
    assert places() == IN_ENGLAND | {"LA94DQ": ("E12000002", "E06000063"), "LS19XX": ("E12000003", "E08000035")}


def test_names_come_with_the_zip_or_are_named_beside_the_csv(tmp_path):
    assert load(directory_zip(tmp_path)).names == 1
    assert AreaName.objects.get().name == "Leeds"
    beside = tmp_path / "names.csv"
    beside.write_text("CTY25CD,CTY25NM\nE10000016,Kent\nE07000110,Maidstone\nE10000099,Has no postcode\n")

    assert load(directory_csv(tmp_path), names=[beside]).names == 1
    assert dict(AreaName.objects.values_list("name", "region")) == {"Leeds": "E12000003", "Kent": "E12000008"}


def test_a_council_that_ons_has_made_since_is_an_area_of_its_region(tmp_path):
    new = ("GU1 1AA", "E99999999", "E06000070", "E92000001", "E12000008")
    load(directory_zip(tmp_path, [*PLACES, new], names="LAD26CD,LAD26NM\nE06000070,West Surrey\n"))

    [found] = [area for area in areas().authorities if area.code == "E06000070"]

    assert (found.name, found.region) == ("West Surrey", "E12000008")
    assert len(areas().authorities) == 154
    assert len(areas().regions) == 9


def test_an_older_edition_does_not_undo_a_newer_one(tmp_path):
    load(directory_csv(tmp_path))
    with pytest.raises(DirectoryRefused, match=r"edition of August 2026 is loaded, which is newer"):
        load(directory_csv(tmp_path, [LEEDS], edition="MAY_2026"))
    assert PostcodeEdition.objects.count() == 1


def cut(folder: Path) -> Path:
    """A zip whose directory was damaged on the way."""
    path = directory_zip(folder, [(f"LS1 {n % 10}A{chr(65 + n % 20)}", *LEEDS[1:]) for n in range(2000)])
    content = bytearray(path.read_bytes())
    content[400:480] = bytes(80)
    path.write_bytes(content)
    return path


def with_text(text: str, name: str = "ONSPD_AUG_2026_UK.csv"):
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(text.encode("utf-8") if text != "latin" else "pcds\n\xa3".encode("latin-1"))
        return path

    return make


def other_zip(folder: Path) -> Path:
    path = folder / "other.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photos.csv", "a")
    return path


BAD = {
    "other columns": (with_text("name,email\nA,b\n"), "no column for the postcode, county, district, country, region"),
    "empty": (with_text(""), "not an ONS Postcode Directory"),
    "a short row": (with_text(csv_text(PLACES) + "LS1,2\n"), r"Row 8 has 2 cells and not 9"),
    "no postcode": (with_text(csv_text([*PLACES, ("hello", *LEEDS[1:])])), "Row 8 has no postcode"),
    "an unknown council": (
        with_text(csv_text([(LEEDS[0], "", "E99", *LEEDS[3:])])), "Row 2 is in England, and its region or council",
    ),
    "a postcode twice": (with_text(csv_text([*PLACES, LEEDS])), "LS14AP is there twice"),
    "nothing in England": (with_text(csv_text([CARDIFF])), "No postcode of the file lies in England"),
    "no edition": (with_text(csv_text(PLACES), "postcodes.csv"), r"Add --edition 2026-08"),
    "not text": (with_text("latin"), "cannot be read"),
    "another zip": (other_zip, r"no ONSPD_MONTH_YEAR_UK\.csv"),
    "a damaged zip": (cut, "cannot be read|damaged"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_told_in_a_sentence_and_changes_nothing(tmp_path, case):
    load(directory_csv(tmp_path, edition="MAY_2026"))
    make, sentence = BAD[case]

    with pytest.raises(DirectoryRefused, match=sentence):
        load(make(tmp_path))

    assert places() == IN_ENGLAND
    assert PostcodeEdition.objects.count() == 1


def run(*arguments: object) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_onspd", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_answers_with_one_line_of_json(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "PROGRESS_EVERY", 3)
    renamed = directory_csv(tmp_path).rename(tmp_path / "postcodes.csv")

    out, err = run(renamed, "--edition", "2026-08")

    assert json.loads(out) == {"rows": 6, "new": 4, "changed": 0, "unchanged": 0, "elsewhere": 2, "names": 0}
    assert "3 rows read\n6 rows read\n6 rows read, 4 of them in England; comparing" in err
    assert "Edition of August 2026 is loaded." in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.zip"], r"nowhere\.zip cannot be read: No such file or directory\."),
        (["x.csv", "--edition", "August"], r"Write the edition as a year and a month, such as 2026-08\."),
    ],
)
def test_the_command_says_what_to_do(tmp_path, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)


def test_a_file_of_names_that_has_none_is_said_so(tmp_path):
    path = with_text("a,b\n1,2\n", "names.csv")(tmp_path)
    with pytest.raises(CommandError, match=r"names\.csv has no codes with names"):
        run(directory_csv(tmp_path), "--names", path)


EDITION = {
    "edition": date(2026, 8, 1), "file_name": "x", "file_sha256": "x", "rows": 0, "new": 0, "changed": 0, "unchanged": 0,
    "elsewhere": 0, "names": 0, "actor": "system:x", "loaded_at": NOW,
}  # fmt: skip
GOOD_PLACE = {"postcode": "LS14AP", "region": "E12000003", "authority": "E08000035"}
WALLS = {
    "postcode_edition_counts_every_row_once": (PostcodeEdition, EDITION | {"rows": 1}),
    "postcode_edition_actor_is_named": (PostcodeEdition, EDITION | {"actor": "me"}),
    "postcode_place_shape": (PostcodePlace, GOOD_PLACE | {"postcode": "LS1 4AP"}),
    "postcode_place_region_of_england": (PostcodePlace, GOOD_PLACE | {"region": "W92000004"}),
    "postcode_place_council_code": (PostcodePlace, GOOD_PLACE | {"authority": "E07000110"}),
    "area_name_region_of_england": (AreaName, {"code": "E10000016", "name": "Kent", "region": "E92000001"}),
    "area_name_is_not_empty": (AreaName, {"code": "E10000016", "name": ""}),
}


@pytest.mark.parametrize("name", WALLS)
def test_the_last_wall_holds(name):
    model, fields = WALLS[name]
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.create(**fields)
