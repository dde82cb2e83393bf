"""Puts listings into files: CQC's workbook of three sheets and 122 columns, and a contact extract."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

from sampledata.ods import Cell, OdsWriter
from sampledata.register import CLOSED, EARLIER_EDITION, EDITION, SampleListing
from sampledata.register import listings as sample_listings
from verification.register.columns import HSCA_COLUMNS, POSITION

DATA_SHEET = "HSCA_Active_Locations"
# Stands in the columns of named people, so that a test can look for it everywhere and find it nowhere.
NAMED_PERSON = "Never-Imported, Person"

_CQC_REGIONS = {"Yorkshire and The Humber": "Yorkshire & Humberside"}
CONTACT_COLUMNS = (
    "CQC Location ID (for office use only)",
    "CQC Provider ID (for office use only)",
    "Location Name",
    "Location ODS Code",
    "Provider ODS Code",
    "E-mail address",
)


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """Load `earlier` and `contacts`, then `current`: the listing `CLOSED` is then closed."""

    earlier: Path
    current: Path
    contacts: Path

    def __iter__(self) -> Iterator[Path]:
        return iter((self.earlier, self.current, self.contacts))


def write_sample_register(folder: Path, *, listings: int) -> SampleFiles:
    """Write two editions with `listings` places of adult social care and the extract into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    files = SampleFiles(
        earlier=folder / _file_name(EARLIER_EDITION),
        current=folder / _file_name(EDITION),
        contacts=folder / "contact_extract.csv",
    )
    write_hsca(files.earlier, chain([CLOSED], sample_listings(listings)), edition=EARLIER_EDITION)
    write_hsca(files.current, sample_listings(listings), edition=EDITION)
    write_contacts(files.contacts, chain([CLOSED], sample_listings(listings)))
    return files


def _file_name(edition: date) -> str:
    return f"{edition:%d_%B_%Y}_{DATA_SHEET}.ods"


def write_hsca(path: Path, listings: Iterable[SampleListing], *, edition: date) -> None:
    """Write the workbook as CQC publishes it on `edition`."""
    with OdsWriter(path) as book:
        book.add_sheet("README", _readme(edition))
        book.add_sheet(DATA_SHEET, data_rows(listings))
        book.add_sheet(
            "Dual_Registration_Locations", [["Location ID", "Location HSCA Start Date", "Linked Location ID"]]
        )


def write_contacts(path: Path, listings: Iterable[SampleListing]) -> None:
    """Write the extract: one row for each place, and one for each provider that has an address of its own."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(CONTACT_COLUMNS)
        for listing in listings:
            if listing.directorate != "Adult social care":
                continue
            if listing.provider_emails:
                emails = "; ".join(listing.provider_emails)
                writer.writerow(["", listing.provider_id, listing.provider_name, "", listing.head_office_code, emails])
            writer.writerow(
                [
                    listing.location_id,
                    listing.provider_id,
                    listing.name,
                    listing.site_code,
                    listing.head_office_code,
                    "; ".join(listing.emails),
                ]
            )


def _readme(edition: date) -> Iterator[list[Cell]]:
    yield ["Active locations for providers registered under the Health and Social Care Act (HSCA)"]
    yield []
    yield ["This workbook is synthetic. No organisation, person, address or number in it is real."]
    yield [f"Source: CQC database as at {edition:%d %B %Y}"]
    yield []
    for number, name in enumerate(HSCA_COLUMNS[:29], 1):
        yield [number, name]


def data_rows(listings: Iterable[SampleListing]) -> Iterator[list[Cell]]:
    yield list(HSCA_COLUMNS)
    for listing in listings:
        yield _row(listing)


def _row(listing: SampleListing) -> list[Cell]:
    values = _location_values(listing) | _provider_values(listing)
    values |= {f"Service type - {service}": "Y" for service in listing.services}
    activity = (
        "Accommodation for persons who require nursing or personal care" if listing.care_home else "Personal care"
    )
    values[f"Regulated activity - {activity}"] = "Y"
    for band in ("Older People", "Dementia", "Younger Adults"):
        values[f"Service user band - {band}"] = "Y"
    row: list[Cell] = [None] * len(HSCA_COLUMNS)
    for name, value in values.items():
        row[POSITION[name]] = value
    return row


def _location_values(listing: SampleListing) -> dict[str, Cell]:
    return {
        "Location ID": listing.location_id,
        "Location HSCA start date": date(2011, 1, 1),
        "Dormant (Y/N)": "Y" if listing.dormant else "N",
        "Care home?": "Y" if listing.care_home else "N",
        "Location Name": listing.name,
        "Location ODS Code": listing.site_code if listing.code_in_cqc_file else None,
        "Location Telephone Number": listing.phone.replace(" ", ""),
        "Registered manager": NAMED_PERSON,
        "Location Web Address": "www.example.org",
        "Care homes beds": listing.beds,
        "Location Type/Sector": listing.sector,
        "Location Inspection Directorate": listing.directorate,
        "Location Primary Inspection Category": "Residential social care"
        if listing.care_home
        else "Community based services",
        "Location Latest Overall Rating": "Good",
        "Publication Date": date(2024, 3, 1),
        "Inherited Rating (Y/N)": "N",
        "Location Region": _CQC_REGIONS.get(listing.region, listing.region),
        "Location NHS Region": listing.region,
        "Location Local Authority": listing.council,
        "Location Street Address": listing.street,
        "Location City": listing.town,
        "Location Postal Code": listing.postcode,
        "Location PAF ID": "12345678",
        "Location UPRN ID": "100012345678",
        "Location Latitude": 52.95,
        "Location Longitude": -1.15,
        "Location Parliamentary Constituency": listing.council,
        "Brand ID": "-",
        "Brand Name": "-",
    }


def _provider_values(listing: SampleListing) -> dict[str, Cell]:
    return {
        "Provider ID": listing.provider_id,
        "Provider Name": listing.provider_name,
        "Provider HSCA start date": date(2010, 10, 1),
        "Provider Type/Sector": listing.sector,
        "Provider Inspection Directorate": listing.directorate,
        "Provider Primary Inspection Category": "Residential social care",
        "Provider Ownership Type": "Organisation",
        "Provider Telephone Number": listing.phone.replace(" ", ""),
        "Provider Street Address": listing.street,
        "Provider City": listing.town,
        "Provider Postal Code": listing.postcode,
        "Provider Local Authority": listing.council,
        "Provider Region": _CQC_REGIONS.get(listing.region, listing.region),
        "Provider Latitude": 52.95,
        "Provider Longitude": -1.15,
        "Provider Nominated Individual Name": NAMED_PERSON,
    }
