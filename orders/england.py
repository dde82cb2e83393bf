"""Whether a delivery address is in England, as far as its postcode can tell.

Postcode areas and districts as in the energy-performance register's list (facts, section 8). Wales and Scotland are looked at
first, then the districts that lie on both sides of a border. Nothing is refused by this: what is not plainly England is
looked at by a person.
"""

from __future__ import annotations

import re

_OUTWARD = re.compile(r"^([A-Z]{1,2})(\d{1,2})[A-Z]?$")

# Whole postcode areas outside England. BX, XX and ZZ are not places; BF is the forces' post.
_AREAS_ELSEWHERE = frozenset("CF SA AB DD EH FK G HS IV KA KW KY ML PA PH ZE BT JE GY IM BX XX BF ZZ".split())


def _districts(text: str) -> frozenset[tuple[str, int]]:
    """`CH5-8 LD1-6` as (area, district) pairs."""
    found: set[tuple[str, int]] = set()
    for word in text.split():
        area, first, last = re.match(r"^([A-Z]+)(\d+)(?:-(\d+))?$", word).groups()  # type: ignore[union-attr]
        found |= {(area, district) for district in range(int(first), int(last or first) + 1)}
    return frozenset(found)


_WALES = _districts(
    "CH5-8 LD1-6 LL15-19 LL21-29 LL3-7 LL30-79 NP4 NP8 NP10-13 NP15 NP18-20 NP22-24 NP26 NP44 SY16-20 SY22-25"
)
_SCOTLAND = _districts("DG1-14 TD1-8 TD10-11 TD13-14")
_ACROSS_A_BORDER = _districts(
    "CH1 CH4 HR2 HR3 HR5 LD7-8 LL11-14 LL20 NP7 NP16 NP25 SY5 SY10 SY15 SY21 DG16 TD9 TD12 TD15"
)
_NOT_PLAINLY_ENGLAND = _WALES | _SCOTLAND | _ACROSS_A_BORDER


def is_plainly_in_england(postcode: str) -> bool:
    """Whether `postcode` lies wholly in England; False for the other nations, border districts and what is no postcode.

    In: a postcode however it is spaced; its last three characters are the inward part.
    """
    outward = _OUTWARD.match(re.sub(r"[^A-Z0-9]", "", postcode.upper())[:-3])
    if outward is None or outward[1] in _AREAS_ELSEWHERE:
        return False
    return (outward[1], int(outward[2])) not in _NOT_PLAINLY_ENGLAND
