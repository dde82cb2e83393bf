"""A worker that is killed with SIGKILL in the middle of a closing: the next one goes on where it was."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.closing.destroying import CLOSE_PORTAL
from accounts.models import ClosingPlan, User
from badgeportal.embedded.folder import Folder
from orders.models import Order
from tests.closing import steps
from tests.failures.conftest import Valkey
from tests.failures.parts import beside, on_the_tests_database, running, waits_for_a_lock
from tests.failures.test_killed_workers import asked_for, nobody_is_left
from tests.verification.worlds import a_listing, other_order
from tests.waiting import until
from verification.models import Listing

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_a_worker_killed_while_it_closes_the_portal(own_valkey: Valkey, folder: Folder) -> None:
    orders = [other_order(quantity=5, now=timezone.now()) for _ in range(3)]
    a_listing(emails=("office@lucerne.example",))
    plan = steps.ready()
    steps.moved(plan, destroyed_from=timezone.now())
    environment = on_the_tests_database(redis_url=own_valkey.url, DATA_DIR=str(folder.root / "data"))

    with running("worker", folder, environment) as worker:
        with beside() as other:
            # The register is truncated by now, and the worker stands before the orders.
            other.execute("LOCK TABLE orders_order IN SHARE ROW EXCLUSIVE MODE")
            asked_for(CLOSE_PORTAL)
            until(lambda: waits_for_a_lock("orders_order"), otherwise="The worker did not come to the orders.")
            worker.kill()
        until(nobody_is_left, otherwise="What the killed worker had begun was not undone.")
    plan.refresh_from_db()
    assert (plan.state, Listing.objects.count()) == ("destroying", 0)
    assert plan.steps.get(name="verification.listing").finished_at is not None
    assert plan.steps.get(name="orders.order").rows_done == 0
    assert Order.objects.filter(anonymised_at__isnull=True).count() == len(orders)

    with running("worker", folder, environment):
        asked_for(CLOSE_PORTAL)
        asked_for(CLOSE_PORTAL)
        until(ClosingPlan.objects.filter(state="destroyed").exists, otherwise="The closing was not taken up again.")
    assert plan.steps.get(name="orders.order").rows_done == len(orders)
    assert plan.steps.get(name="verification.listing").rows_done == 1
    assert not Order.objects.filter(anonymised_at__isnull=True).exists()
    assert not User.objects.filter(email__isnull=False).exists()
