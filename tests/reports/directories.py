"""Small Postcode Directories for tests, in both layouts of ONS."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

OLD = ("pcd", "pcd2", "pcds", "dointr", "doterm", "oscty", "oslaua", "ctry", "rgn")
NEW = ("pcd7", "pcd8", "pcds", "dointr", "doterm", "cty25cd", "lad25cd", "ctry25cd", "rgn25cd")
NO_COUNTY = "E99999999"
# (postcode, county, district, country, region)
LEEDS = ("LS1 4AP", NO_COUNTY, "E08000035", "E92000001", "E12000003")
KENDAL = ("LA9 4DQ", NO_COUNTY, "E06000064", "E92000001", "E12000002")
MAIDSTONE = ("ME14 1XX", "E10000016", "E07000110", "E92000001", "E12000008")
SHEFFIELD = ("S1 2HH", NO_COUNTY, "E08000019", "E92000001", "E12000003")
CARDIFF = ("CF10 1EP", "W99999999", "W06000015", "W92000004", "W99999999")
NOWHERE = ("LS99 9ZZ", "", "", "E92000001", "")
PLACES = (LEEDS, KENDAL, MAIDSTONE, SHEFFIELD, CARDIFF, NOWHERE)

Row = Sequence[str]


def csv_text(rows: Iterable[Row], *, columns: Sequence[str] = OLD) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for postcode, county, district, country, region in rows:
        packed = postcode.replace(" ", "").ljust(7)
        writer.writerow([packed, packed, postcode, "198001", "", county, district, country, region])
    return text.getvalue()


def directory_csv(
    folder: Path, rows: Iterable[Row] = PLACES, *, edition: str = "AUG_2026", columns: Sequence[str] = OLD
) -> Path:
    path = folder / f"ONSPD_{edition}_UK.csv"
    path.write_text(csv_text(rows, columns=columns), encoding="utf-8-sig")
    return path


def directory_zip(folder: Path, rows: Iterable[Row] = PLACES, *, edition: str = "AUG_2026", names: str = "") -> Path:
    path = folder / "directory.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"Data/ONSPD_{edition}_UK.csv", csv_text(rows, columns=NEW))
        archive.writestr("Data/multi_csv/ONSPD_AUG_2026_UK_LS.csv", "not read")
        archive.writestr(
            "Documents/LA_UA names and codes UK as at 04_25.csv", names or "LAD25CD,LAD25NM\nE08000035,Leeds\n"
        )
        archive.writestr("User Guide/guide.csv", "Nothing,of\nthe,kind\n")
    return path
