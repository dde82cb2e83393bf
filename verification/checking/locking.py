"""Taking hold of one open check before anything in it is changed, and what is said when a colleague was first."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from accounts.restricting import AccountRestricted as AccountRestricted
from orders.lifecycle import State
from orders.models import Order
from orders.restricting import check_order_not_restricted
from verification.models import ManualCheck

NOBODY = "The portal"


class AlreadyDecided(Exception):
    """The check is closed: `by` decided (a name for the screen, never for a log), or nobody had to."""

    def __init__(self, *, by: str, how: str, at: datetime) -> None:
        super().__init__("The check is closed.")
        self.by = by
        self.how = how
        self.at = at


class OrderLeftTheQueue(Exception):
    """The order was cancelled or moved on, so there is nothing to decide. `state` is where it is."""

    def __init__(self, state: str) -> None:
        super().__init__("The order does not wait for a check any more.")
        self.state = state


class HeldByColleague(Exception):
    """A colleague holds the check until `until`. `by` is a name for the screen."""

    def __init__(self, *, by: str, until: datetime) -> None:
        super().__init__("A colleague holds the check.")
        self.by = by
        self.until = until


class NeedsAnotherPerson(Exception):
    """The officer asked for a second person, so somebody else decides."""


class AddressChanged(Exception):
    """The provider changed the delivery address after the officer was shown it: what was checked is not what would be sent to."""


def name_for_screen(user: User | None) -> str:
    """What colleagues call `user`."""
    return (user.get_full_name() or f"Officer {user.pk}") if user else NOBODY


def lock_open_check(*, check_id: int, officer: User, now: datetime) -> ManualCheck:
    """The check, locked and read again, if it is open, its order waits for it and no colleague holds it.

    The order is locked before its check, as everywhere. Needs an open transaction. Raises AlreadyDecided,
    OrderLeftTheQueue, AccountRestricted, HeldByColleague and ManualCheck.DoesNotExist.
    """
    order_id = ManualCheck.objects.values_list("order_id", flat=True).get(pk=check_id)
    # The account is read by itself: joined, it would be as it was before the wait for the lock.
    order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
    check = (
        ManualCheck.objects.select_for_update(of=("self",)).select_related("decided_by", "claimed_by").get(pk=check_id)
    )
    check.order = order
    if not check.is_open:
        raise closed_already(check)
    if order.state != State.CHECKING:
        raise OrderLeftTheQueue(order.state)
    check_order_not_restricted(order)
    holder = check.holder_at(now)
    if holder is not None and holder != officer.pk:
        raise HeldByColleague(by=name_for_screen(check.claimed_by), until=check.claimed_until or now)
    return check


def closed_already(check: ManualCheck) -> AlreadyDecided:
    """The exception that tells how the closed `check` ended."""
    how = check.get_decision_display().lower() if check.decision else check.closed_without_decision.replace("_", " ")
    return AlreadyDecided(by=name_for_screen(check.decided_by), how=how, at=check.closed_at or check.opened_at)
