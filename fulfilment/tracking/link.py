"""Where a parcel can be looked up at DX: its consignment number and the postcode it goes to are both needed."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings

from fulfilment.models import Consignment


def tracking_link(consignment: Consignment) -> str:
    """The address of DX's page about the parcel; empty until DX gave it a number, and after its person was erased."""
    postcode = consignment.frozen_lines.get("postcode", "")
    if not consignment.dx_number or not postcode:
        return ""
    return str(
        settings.DX_TRACKING_URL.format(
            consignment=quote(consignment.dx_number, safe=""), postcode=quote(postcode.replace(" ", ""), safe="")
        )
    )
