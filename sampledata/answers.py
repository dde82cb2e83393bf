"""What people in the stories answer, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orders.models.answers import OrganisationType
from sampledata.register import SampleListing


def of_cqc_provider(
    place: SampleListing, badges: int, *, code: str = "", to: str = "", **other: Any
) -> tuple[Mapping[str, Any], ...]:
    """Answers of a provider on the register; `other` overwrites what they say about their organisation."""
    organisation: dict[str, Any] = {
        "organisation_answered": True, "location_id": place.location_id, "provider_id": place.provider_id,
        "organisation_name": place.name, **other,
    }  # fmt: skip
    return (
        {"cqc_registered": True},
        {"ods_code": code or place.site_code},
        organisation,
        {"quantity": badges},
        to_address(to or place.name, place.street, place.town, place.postcode),
    )


def of_others(
    name: str, kind: OrganisationType, badges: int, to: Mapping[str, Any], *, phone: str = ""
) -> tuple[Mapping[str, Any], ...]:
    """Answers of an organisation that is not on the register."""
    pages = (
        {"cqc_registered": False},
        {"organisation_name": name, "organisation_type": kind},
        {"quantity": badges},
        {"phone": phone},
        to,
    )
    return tuple(page for page in pages if page != {"phone": ""})


def all_at_once(pages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The answers of all `pages` as one, for those whose way through the pages nobody will look at."""
    return {name: answer for page in pages for name, answer in page.items()}


def to_address(name: str, line_1: str, town: str, postcode: str, line_2: str = "") -> dict[str, Any]:
    """The answers of the delivery page."""
    return {
        "recipient_name": name, "address_line_1": line_1, "address_line_2": line_2, "town": town, "county": "",
        "postcode": postcode,
    }  # fmt: skip
