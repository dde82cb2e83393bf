"""What the state of the portal holds about people: nothing."""

from badgeportal.inventory import Inventory

INVENTORY = Inventory()
INVENTORY.declare(
    "watch.sweeprun",
    not_personal={
        "task": "the name of a job, one of a fixed list",
        "last_started_at": "a time",
        "last_ended_at": "a time",
        "last_succeeded_at": "a time",
        "succeeded": "how the job ended",
        "seconds": "how long the job took",
        "result": "a count",
        "runs": "a count",
        "failures": "a count",
    },
)
