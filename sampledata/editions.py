"""Two editions of the register, months apart: places that came, went and changed between them, and a row that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sampledata.register import CLOSED, WELL_KNOWN, SampleListing

# Of so many places one came, changed or went since the earlier edition.
_CAME, _CHANGED, _WENT = 71, 37, 211


def earlier_edition(listings: Iterable[SampleListing]) -> Iterator[SampleListing]:
    """The earlier edition, when `listings` are the current one."""
    yield CLOSED
    for number, place in enumerate(listings, start=1):
        if place in WELL_KNOWN:
            yield place
            continue
        if number % _WENT == 0:
            yield _that_went(place, number)
        if number % _CAME == 0:
            continue
        yield _as_it_was(place) if number % _CHANGED == 0 else place


def in_both_editions(listings: Iterable[SampleListing]) -> Iterator[SampleListing]:
    """Those of `listings` that were there already and are still what they were."""
    for number, place in enumerate(listings, start=1):
        if number % _CAME and number % _CHANGED:
            yield place


def _as_it_was(place: SampleListing) -> SampleListing:
    """The same place with another telephone and fewer beds."""
    return replace(place, phone="01632 960199", beds=max(place.beds - 2, 0))


def _that_went(place: SampleListing, number: int) -> SampleListing:
    return replace(
        place, location_id=f"1-6{number:09d}", name=f"Old {place.name}", site_code=f"VX{number:03X}", emails=(),
        provider_emails=(),
    )  # fmt: skip
