"""Dates and times as DX and spreadsheets write them. Without an offset they are clock time in London."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils import timezone

# DX's own pages write `23/11/26 02:15 PM`; a spreadsheet in between may drop the leading zero or the half of the day.
_DAY = r"(?P<d>\d{1,2})[/.\-](?P<m>\d{1,2})[/.\-](?P<y>\d{4}|\d{2})"
_CLOCK = r"(?P<H>\d{1,2}):(?P<M>\d{2})(:(?P<S>\d{2}))?\s*(?P<half>[AaPp])?\.?([Mm]\.?)?"
_BRITISH = re.compile(rf"{_DAY},?\s+{_CLOCK}")


def read_time(text: str) -> datetime | None:
    """The moment that `text` names, with its time zone; None when it is not a date with a time of day."""
    text = " ".join(text.split())
    found = _BRITISH.fullmatch(text)
    try:
        moment = _from_british(found.groupdict()) if found else _from_iso(text)
    except ValueError:
        return None
    if moment is None or timezone.is_aware(moment):
        return moment
    return timezone.make_aware(moment, timezone.get_default_timezone())


def _from_iso(text: str) -> datetime | None:
    # A date alone would read as midnight, which DX did not say.
    return datetime.fromisoformat(text) if re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", text) else None


def _from_british(parts: dict[str, str | None]) -> datetime | None:
    year, hour = int(parts["y"] or 0), int(parts["H"] or 0)
    half = (parts["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return datetime(  # noqa: DTZ001 - clock time in London, made aware by the caller
        year if year > 99 else 2000 + year, int(parts["m"] or 0), int(parts["d"] or 0), hour,
        int(parts["M"] or 0), int(parts["S"] or 0),
    )  # fmt: skip
