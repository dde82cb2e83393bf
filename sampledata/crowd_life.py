"""What the many do: they order, change their minds, tell what is wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from badgeportal.actor import Actor
from orders.cancelling import can_be_cancelled, cancel_order
from orders.correcting import ADDRESS_FIELDS, can_change_address, change_delivery_address
from orders.drafts import save_answers
from orders.holding import HOLDABLE_STATES, hold_order, lift_hold
from orders.lifecycle import State, Who
from orders.models import Order, OrderProblem
from orders.placing import place_order
from orders.problems import answer_problem, report_problem
from sampledata.agenda import Agenda
from sampledata.crowd import Visit
from sampledata.despatch import Warehouse
from sampledata.people import make_provider
from verification.assessing import assess_orders

_ANSWERS = {
    OrderProblem.Kind.DAMAGED: ("We are sorry. Please order the number again; we keep it apart.", "solved"),
    OrderProblem.Kind.NOT_ARRIVED: ("DX says that it was left with a neighbour. Did you find it?", "passed_on"),
    OrderProblem.Kind.WRONG_NUMBER: ("You ordered this number on the form. You can order more.", "explained"),
}


class CrowdLife:
    """The providers among the many. `orders` are theirs, by number, and grow while the days go by."""

    def __init__(self, people: dict[str, User], agenda: Agenda, warehouse: Warehouse, *, service: User) -> None:
        self.people = people
        self.warehouse = warehouse
        self.agenda = agenda
        self.service = service
        self.orders: dict[int, Visit] = {}

    def plan(self, visits: list[Visit]) -> None:
        for visit in visits:
            self.agenda.add(visit.at, partial(self._place, visit))

    def _place(self, visit: Visit, now: datetime) -> None:
        account = self.people.get(visit.email) or self._sign_up(visit, now)
        draft = save_answers(account=account, answers=visit.answers, now=now - timedelta(minutes=4))
        order = place_order(account=account, draft_id=draft.pk, version=draft.version, now=now)
        self.orders[order.pk] = visit
        self.warehouse.plans[order.pk] = (visit.parcel, visit.then)
        assess_orders(now=now + timedelta(seconds=4))
        self._what_follows(visit, order, now)

    def _sign_up(self, visit: Visit, now: datetime) -> User:
        account = make_provider(visit.email, visit.name, visit.organisation, now=now - timedelta(minutes=11))
        self.people[visit.email] = account
        return account

    def _what_follows(self, visit: Visit, order: Order, now: datetime) -> None:
        if visit.cancels:
            self.agenda.add(now + timedelta(minutes=50), partial(self._cancel, order))
        if visit.moves_to:
            self.agenda.add(now + timedelta(minutes=35), partial(self._move, order, visit.moves_to))
        if visit.held:
            self.agenda.add(now + timedelta(minutes=20), partial(self._hold, order))
        if visit.problem is not None:
            self.agenda.add(now + timedelta(days=8, minutes=90), partial(self._complain, visit, order))

    def _cancel(self, order: Order, now: datetime) -> None:
        order.refresh_from_db()
        if can_be_cancelled(order, by=Who.PROVIDER):
            cancel_order(order=order, by=Who.PROVIDER, actor=Actor.user(order.account), now=now)

    def _move(self, order: Order, street: str, now: datetime) -> None:
        order.refresh_from_db()
        if not can_change_address(order):
            return
        address = {name: getattr(order, name) for name in ADDRESS_FIELDS} | {"address_line_1": street}
        change_delivery_address(order=order, address=address, actor=Actor.user(order.account), now=now)
        assess_orders(now=now + timedelta(seconds=4))

    def _hold(self, order: Order, now: datetime) -> None:
        order.refresh_from_db()
        if order.state in HOLDABLE_STATES and not order.is_held:
            hold_order(order=order, actor=Actor.user(self.service), now=now)
            self.agenda.add(now + timedelta(days=1), partial(self._lift, order))

    def _lift(self, order: Order, now: datetime) -> None:
        order.refresh_from_db()
        if order.is_held:
            lift_hold(order=order, actor=Actor.user(self.service), now=now)
            assess_orders(now=now + timedelta(seconds=4))

    def _complain(self, visit: Visit, order: Order, now: datetime) -> None:
        order.refresh_from_db()
        if visit.problem is None or order.state not in (State.DELIVERED, State.DISPATCHED):
            return
        kind, text = visit.problem
        problem = report_problem(order=order, kind=kind, text=text, actor=Actor.user(order.account), now=now)
        self.agenda.add(now + timedelta(hours=27), partial(self._reply, problem))

    def _reply(self, problem: OrderProblem, now: datetime) -> None:
        answer, outcome = _ANSWERS[OrderProblem.Kind(problem.kind)]
        chosen = OrderProblem.Outcome(outcome)
        answer_problem(problem=problem, answer=answer, outcome=chosen, officer=self.service, now=now)
