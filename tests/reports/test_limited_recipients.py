"""What a recipient without an account has limited is in no figure: it is kept and not used."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from reports.measures.catalogue import table
from reports.measures.shapes import TOTAL
from reports.periods import LONDON, Period
from tests.accounts.rights.test_recipients import limited
from tests.journeys import placed_order


def orders_in(period: Period) -> int:
    cells = {(cell.row, cell.measure): cell.value for cell in table("week").query(period)}
    return int(cells[TOTAL, "orders"] or 0)


@pytest.mark.django_db
def test_an_order_of_theirs_is_not_counted_and_others_are() -> None:
    today = timezone.now().astimezone(LONDON).date()
    week = Period.week(today - timedelta(days=today.weekday()))
    order = placed_order()
    placed_order()
    assert orders_in(week) == 2

    limited(order)

    assert orders_in(week) == 1
