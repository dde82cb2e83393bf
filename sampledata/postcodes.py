"""A Postcode Directory in ONS's layout: the made-up postcodes of people and organisations that no register knows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from itertools import cycle
from pathlib import Path

from badgeportal.actor import Actor
from reports.places.areas import Area, areas
from reports.places.importing import import_onspd
from sampledata.invented import AREAS

_COLUMNS = ("pcd", "pcd2", "pcds", "dointr", "doterm", "oscty", "oslaua", "ctry", "rgn")
_ENGLAND, _NO_COUNTY = "E92000001", "E99999999"
# As many districts as `invented.postcode` and the crowd make up, and the inward code that is nobody's.
_DISTRICTS, _INWARD = range(1, 20), "9ZZ"


def load_postcodes(folder: Path, *, now: datetime) -> None:
    """Load a directory of the edition before `now`, by the portal's own import."""
    path = folder / f"ONSPD_{now:%b}_{now:%Y}_UK.csv".upper()
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(_COLUMNS)
        writer.writerows(_rows())
    import_onspd(path=path, actor=Actor.system("import-onspd"), now=now)


def _rows() -> Iterator[tuple[str, ...]]:
    known = areas()
    for region in known.regions:
        councils = cycle(area for area in known.authorities if area.region == region.code)
        for area in AREAS[region.name]:
            for district in _DISTRICTS:
                yield _row(f"{area}{district} {_INWARD}", next(councils))


def _row(postcode: str, council: Area) -> tuple[str, ...]:
    packed = postcode.replace(" ", "").ljust(7)
    # A county is not a district: ONS names both.
    county, district = (council.code, "E07000000") if council.code.startswith("E10") else (_NO_COUNTY, council.code)
    return packed, packed, postcode, "198001", "", county, district, _ENGLAND, council.region
