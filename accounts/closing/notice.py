"""What pages need to know about the closing, looked up once in a few seconds and not on every page."""

from __future__ import annotations

import time
from contextlib import suppress

from django.db import Error

from accounts.models import ClosingPlan

_LOOK_AGAIN_SECONDS = 5.0
# The plan as it was last seen, and when to look again; nothing at first.
_seen: tuple[float, ClosingPlan | None] = (0.0, None)


def current_plan() -> ClosingPlan | None:
    """The live plan, as it was a few seconds ago at most; what was last seen while the database does not answer."""
    global _seen
    look_again, plan = _seen
    if time.monotonic() < look_again:
        return plan
    # When the database does not answer, the page that is being asked for says so if it needs it itself.
    with suppress(Error):
        plan = ClosingPlan.objects.live().first()
    remember(plan)
    return plan


def remember(plan: ClosingPlan | None, *, seconds: float = _LOOK_AGAIN_SECONDS) -> None:
    """Take `plan` for the current one for so long."""
    global _seen
    _seen = (time.monotonic() + seconds, plan)


def forget() -> None:
    """Look again with the next page."""
    global _seen
    _seen = (0.0, None)
