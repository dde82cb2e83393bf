"""What the closing of the portal holds about people: opaque numbers of managers, and counts."""

from __future__ import annotations

from badgeportal.inventory import Inventory

_MANAGER = "an opaque number of a portal manager; the account behind it is overwritten at the end"


def declare_closing(inventory: Inventory) -> None:
    """Add the tables of closing to `inventory`."""
    _declare_plans(inventory)
    _declare_settlements(inventory)
    _declare_steps(inventory)
    _declare_certificates(inventory)


def _declare_plans(inventory: Inventory) -> None:
    people = ("scheduled_by", "confirmed_by", "called_off_by", "backup_key_destroyed_by")
    times = ("ordering_stops_at", "sign_in_stops_at", "destroyed_from", "staff_kept_until", "scheduled_at")
    more_times = ("confirmed_at", "called_off_at", "backup_key_destroyed_at", "started_at", "finished_at")
    inventory.declare(
        "accounts.closingplan",
        not_personal={
            "id": "a number of the row itself",
            "portal": "always 1",
            "state": "one of a fixed list",
            **dict.fromkeys(people, _MANAGER),
            **dict.fromkeys((*times, *more_times, "staff_ended_at"), "a time"),
            "notices_sent": "a count",
            "told_up_to": "an opaque number of an account",
            "counts_before": "numbers of rows by table",
            "sample": "keyed digests for the scan, gone with the certificate",
        },
        inside={
            "counts_before": {"*": "a number of rows, by name of the table"},
            "sample": {"*": "keyed digests, from which nothing can be found without the key"},
        },
    )


def _declare_settlements(inventory: Inventory) -> None:
    inventory.declare(
        "accounts.closingsettlement",
        not_personal={
            "id": "a number of the row itself",
            "plan": "the closing it is for",
            "subject_type": "the kind of record",
            "subject_id": "an opaque number",
            "reason": "one of a fixed list",
            "settled_by": _MANAGER,
            "settled_at": "a time",
        },
    )


def _declare_steps(inventory: Inventory) -> None:
    inventory.declare(
        "accounts.closingstep",
        not_personal={
            "id": "a number of the row itself",
            "plan": "the closing it is a step of",
            **dict.fromkeys(("number", "rows_before", "position", "last", "rows_done"), "a count or a number of a row"),
            **dict.fromkeys(("kind", "name", "title"), "one of our own words"),
            "finished_at": "a time",
        },
    )


def _declare_certificates(inventory: Inventory) -> None:
    inventory.declare(
        "accounts.closurecertificate",
        not_personal={
            "id": "a number of the row itself",
            "plan": "the closing it proves",
            "content": "counts, times and opaque numbers",
            "sha256": "a hash of the certificate",
            "made_at": "a time",
        },
        inside={"content": {"*": "counts, times, opaque numbers and our own words"}},
    )
