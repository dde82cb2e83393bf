"""The made-up register: the same every time, in CQC's layout, and nobody real in it."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from sampledata.register import CLOSED, CODE_FROM_EXTRACT, WELL_KNOWN, listings
from sampledata.register_files import write_hsca, write_sample_register
from verification.models import FailedRow, Listing, RegisterImport
from verification.register.columns import HSCA_COLUMNS
from verification.register.geography import REGIONS, councils
from verification.register.ods import read_rows


def test_the_same_seed_makes_the_same_bytes(tmp_path):
    for folder in ("one", "two"):
        write_sample_register(tmp_path / folder, listings=60)
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()} for folder in ("one", "two"))
    assert one == two
    assert len(one) == 3


def test_the_workbook_has_cqcs_sheets_and_its_122_columns(tmp_path):
    files = write_sample_register(tmp_path, listings=30)
    assert files.current.name == "02_November_2026_HSCA_Active_Locations.ods"
    rows = list(read_rows(files.current, columns=200))
    assert list(dict.fromkeys(sheet for sheet, _, _ in rows)) == [
        "README", "HSCA_Active_Locations", "Dual_Registration_Locations",
    ]  # fmt: skip
    header = next(cells for sheet, number, cells in rows if sheet == "HSCA_Active_Locations" and number == 1)
    assert header == list(HSCA_COLUMNS)
    assert len(header) == 122


@pytest.mark.django_db
def test_both_editions_and_the_extract_load_without_a_failed_row(tmp_path):
    call_command("make_sample_register", listings=200, out=tmp_path, stdout=StringIO())
    earlier, current = sorted(tmp_path.glob("*.ods"))
    for arguments in (["--hsca", earlier, "--contacts", tmp_path / "contact_extract.csv"], ["--hsca", current]):
        out = StringIO()
        call_command("import_register", *map(str, arguments), stdout=out, stderr=StringIO())
    assert json.loads(out.getvalue()) == {
        "rows": 210, "new": 0, "changed": 0, "unchanged": 200, "closed": 1, "out_of_scope": 10, "failed": 0,
    }  # fmt: skip
    assert not FailedRow.objects.exists()
    assert Listing.objects.get(location_id=CLOSED.location_id).status == "closed"
    assert set(Listing.objects.active().values_list("location_id", flat=True)) >= {
        place.location_id for place in WELL_KNOWN
    }
    # The code that only the extract has survived the second edition.
    assert Listing.objects.get(location_id=CODE_FROM_EXTRACT.location_id).site_ods_code == "VQRN5"
    assert RegisterImport.objects.filter(state="done").count() == 3


def test_ids_are_unique_and_nothing_in_it_can_reach_anybody(tmp_path):
    made = list(listings(2000))
    care = [place for place in made if place.directorate == "Adult social care"]
    assert len(care) == 2000
    assert len(made) == 2100
    assert len({place.location_id for place in made}) == len(made)
    for place in made:
        assert all(email.endswith(".example.org") for email in (*place.emails, *place.provider_emails))
        # Ofcom's numbers for drama.
        assert re.match(r"01632 960|020 7946 0|0191 498 0|0161 496 0|0151 496 0", place.phone)


def test_all_regions_and_kinds_of_service_occur():
    made = list(listings(2000))
    assert {place.region for place in made} == set(REGIONS)
    assert len({place.council for place in made}) > 140
    assert {service for place in made for service in place.services} >= {
        "Care home service with nursing", "Care home service without nursing", "Domiciliary care service",
    }  # fmt: skip


def test_the_table_of_councils_is_whole():
    """153 councils with adult social services in England; the Isles of Scilly count."""
    found = councils()
    assert len({code for _, code, _ in found}) == len(found) == 153
    assert all(re.fullmatch(r"E(06|08|09|10)0000\d\d", code) for _, code, _ in found)


def test_the_extract_has_cells_with_several_addresses_and_addresses_of_several_places(tmp_path):
    files = write_sample_register(tmp_path, listings=400)
    with files.contacts.open(encoding="utf-8-sig", newline="") as file:
        cells = [row["E-mail address"] for row in csv.DictReader(file)]
    assert any(";" in cell for cell in cells)
    assert any(cell == "" for cell in cells)
    assert len({cell for cell in cells if cell}) < len([cell for cell in cells if cell])


def test_an_edition_may_have_any_date(tmp_path):
    write_hsca(tmp_path / "a.ods", WELL_KNOWN, edition=date(2027, 1, 4))
    texts = [cells[0] for sheet, _, cells in read_rows(tmp_path / "a.ods", columns=2) if sheet == "README"]
    assert "Source: CQC database as at 04 January 2027" in texts
