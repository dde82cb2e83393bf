"""Words from which places, organisations, codes and numbers are made up. Nothing here is a real organisation.

Phone numbers are from the ranges that Ofcom keeps for drama, mail domains from those that RFC 2606 keeps for examples.
"""

from __future__ import annotations

from random import Random

_TOWN_STARTS = (
    "Ald Ash Bram Brook Cald Crow Dun Elm Fair Fern Graven Hallow Hart Kest Lark Marl Nether Oak Pen Quarn Raven Sel Thorn "
    "Under Wex"
).split()
_TOWN_ENDS = "bourne bridge by combe dale den field ford ham hurst leigh mere more stead stock ton wick worth".split()
_HOUSE_NAMES = (
    "Appletree Beechmount Briarfield Cedarwood Copperbeech Dovecote Fernleigh Foxglove Greengage Hazelbank Ivydene Juniper "
    "Kingfisher Lavender Meadowsweet Millstream Nightingale Orchardside Primrose Quince Rosemount Sandpiper Summerhill "
    "Tanglewood Underwood Vinery Willowbank Yarrow"
).split()
_HOUSE_KINDS = (
    "House",
    "Lodge",
    "Court",
    "Grange",
    "Manor",
    "View",
    "Gardens",
    "Care Home",
    "Rest Home",
    "Nursing Home",
)
_HOME_CARE_KINDS = ("Home Care", "Care at Home", "Supported Living", "Community Care", "Shared Lives", "Extra Care")
_PROVIDER_KINDS = ("Care Limited", "Healthcare Ltd", "Homes LLP", "Support Services CIC", "Care Group Limited", "Trust")
_STREETS = (
    "Abbey Bakers Chapel Dairy Elm Forge Garden Hill Ivy Kiln Long Mill North Orchard Priory School Station Tannery Well"
).split()
_STREET_KINDS = ("Road", "Street", "Lane", "Avenue", "Close", "Way")
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
_INCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"

# Postcode areas that lie wholly in England, by region.
AREAS = {
    "North East": "NE SR DH TS".split(),
    "North West": "M L PR BB WN OL SK BL".split(),
    "Yorkshire and The Humber": "LS BD HD HX WF YO HU S DN".split(),
    "East Midlands": "NG LE DE LN NN".split(),
    "West Midlands": "B CV WV WS ST WR DY".split(),
    "East of England": "CB NR IP CO CM SG LU PE".split(),
    "London": "E N SE SW W NW CR BR HA".split(),
    "South East": "BN RG GU ME CT OX MK SO PO".split(),
    "South West": "BS BA EX PL TQ TR TA SN BH DT".split(),
}
# Ofcom's drama ranges; the last has no area and serves the rest of the country.
_DRAMA_RANGES = {"London": ("020 7946 0",), "North East": ("0191 498 0",), "North West": ("0161 496 0", "0151 496 0")}
_DRAMA_ANYWHERE = "01632 960"


def town(rng: Random) -> str:
    return rng.choice(_TOWN_STARTS) + rng.choice(_TOWN_ENDS)


def postcode(rng: Random, region: str) -> str:
    """Shaped like a postcode of the region; whether anybody lives there is chance."""
    area = rng.choice(AREAS[region])
    return f"{area}{rng.randint(1, 19)} {rng.randint(0, 9)}{rng.choice(_INCODE_LETTERS)}{rng.choice(_INCODE_LETTERS)}"


def phone(rng: Random, region: str) -> str:
    start = rng.choice(_DRAMA_RANGES.get(region, (_DRAMA_ANYWHERE,)))
    return f"{start}{rng.randint(0, 999):03d}"


def street(rng: Random) -> str:
    return f"{rng.randint(1, 240)} {rng.choice(_STREETS)} {rng.choice(_STREET_KINDS)}"


def site_name(rng: Random, *, care_home: bool, near: str) -> str:
    if care_home:
        return f"{rng.choice(_HOUSE_NAMES)} {rng.choice(_HOUSE_KINDS)}"
    return f"{rng.choice(_HOUSE_NAMES)} {rng.choice(_HOME_CARE_KINDS)} {near}"


def provider_name(rng: Random) -> str:
    return f"{rng.choice(_TOWN_STARTS)}{rng.choice(_TOWN_ENDS)} {rng.choice(_PROVIDER_KINDS)}"


def code(rng: Random, first: str, length: int) -> str:
    """An ODS code of `length` characters that begins with `first`."""
    return first + "".join(rng.choice(_CODE_LETTERS) for _ in range(length - len(first)))


def domain(name: str) -> str:
    """`Ashby Care Limited` -> `ashby-care-limited.example.org`."""
    words = "".join(letter if letter.isalnum() else " " for letter in name.casefold()).split()
    return "-".join(words) + ".example.org"
