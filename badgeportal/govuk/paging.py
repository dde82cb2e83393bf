"""Leafing through a list on a public page."""

from __future__ import annotations

from typing import Any


def pagination(page: Any) -> dict[str, Any] | None:
    """Options of the GOV.UK pagination component; None for a single page."""
    if not page.has_other_pages():
        return None
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    items = [
        {"number": number, "href": f"?page={number}", "current": number == page.number}
        if isinstance(number, int)
        else {"ellipsis": True}
        for number in shown
    ]
    options: dict[str, Any] = {"items": items}
    if page.has_previous():
        options["previous"] = {"href": f"?page={page.previous_page_number()}"}
    if page.has_next():
        options["next"] = {"href": f"?page={page.next_page_number()}"}
    return options
