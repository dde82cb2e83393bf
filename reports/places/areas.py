"""The areas that figures are broken down by: England's nine regions and, within them, the councils with adult social services.

Every council lies in one region, so a region's figure is the sum of its councils' and nothing can be learnt by comparing them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from reports.models import AreaName
from verification.register.geography import REGIONS, councils

_CODES = dict(zip(REGIONS, (f"E1200000{number}" for number in range(1, 10)), strict=True))


class Area(NamedTuple):
    """A region or council; `region` is the code of the region it lies in, a region's own for a region."""

    code: str
    name: str
    region: str


@dataclass(frozen=True, slots=True)
class Areas:
    """All areas, regions from north to south as ONS numbers them, councils by region and name."""

    regions: tuple[Area, ...]
    authorities: tuple[Area, ...]

    @property
    def region_of(self) -> Mapping[str, str]:
        """The region's code of each council's code."""
        return {area.code: area.region for area in self.authorities}


def areas() -> Areas:
    """The areas as the portal's own table has them, with councils that only a loaded Postcode Directory names. One query."""
    regions = tuple(Area(code, name, code) for name, code in _CODES.items())
    known = {code: Area(code, name, _CODES[region]) for region, code, name in councils()}
    for code, name, region in AreaName.objects.councils().values_list("code", "name", "region"):
        known.setdefault(code, Area(code, name, region))
    order = {area.code: number for number, area in enumerate(regions)}
    authorities = sorted(known.values(), key=lambda area: (order[area.region], area.name))
    return Areas(regions, tuple(authorities))
