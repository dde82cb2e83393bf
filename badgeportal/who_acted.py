"""What staff read in place of `user:12`: a colleague's name, found when the page is made and stored in no event row."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_user_model


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """A name for each actor of event rows: staff by their name, others by the number of their account, jobs by the job.

    One query, whatever the number of actors. People who order are not named, so no page shows more of them than it records.
    """
    asked = set(actors)
    numbers = {actor: int(actor[5:]) for actor in asked if actor.startswith("user:") and actor[5:].isdecimal()}
    staff = (
        get_user_model()._default_manager.filter(pk__in=numbers.values(), is_staff=True).in_bulk() if numbers else {}
    )
    return {actor: _name(actor, numbers.get(actor), staff) for actor in asked}


def _name(actor: str, number: int | None, staff: dict) -> str:
    if number is None:
        job = actor.removeprefix("system:").replace("-", " ").replace("_", " ")
        return f"The portal ({job})" if actor.startswith("system:") else actor
    return (staff[number].get_full_name() if number in staff else "") or f"Account {number}"
