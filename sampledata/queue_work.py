"""What verification officers do with the checks of the many, each in their own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.utils import timezone

from accounts.models import User
from badgeportal.actor import Actor
from orders.lifecycle import State
from orders.models import Order
from sampledata.agenda import Agenda
from sampledata.crowd import Turn, Visit
from sampledata.working_days import is_working_day, moment, past_days
from verification.checking.asking import answer_question, ask_provider, remind_providers, stop_waiting
from verification.checking.claiming import ask_second_person, claim_check
from verification.checking.deciding import approve_check, refuse_check
from verification.checking.evidence import Evidence
from verification.models import ManualCheck, RefusalReason

# One officer is on leave and the other is training a colleague, just as more is ordered again: the queue grows.
_LATELY = timedelta(days=12)
_QUESTION = "Which of your services are the badges for, and how many people work there?"


@dataclass(frozen=True, slots=True)
class Officer:
    """One officer: when they begin, how many checks they take in a day, and lately, how long each takes, what they write."""

    user: User
    begins: str
    checks: int
    lately: int
    minutes: int
    found: Evidence
    refused: str


# Short and early; thorough and late.
BRISK = Evidence(address="On their website.", phone="Rang, the manager knows.", sources="Website, Companies House")
THOROUGH = Evidence(
    address="Delivery address is the registered office and stands on the council’s list of providers.",
    phone="Number from the council’s list, not from the order. Spoke to the deputy manager, who placed the order.",
    sources="Council’s list of providers, Companies House, Charity Commission, their website",
    note="Checked staff numbers on their website: they fit the number ordered.",
)


class QueueWork:
    """The officers' days. `orders` are those of the many, by number."""

    def __init__(self, officers: list[Officer], agenda: Agenda, orders: Mapping[int, Visit]) -> None:
        self.officers = officers
        self.agenda = agenda
        self.orders = orders

    def plan(self, now: datetime) -> None:
        """Put every past working day on the agenda."""
        lately = timezone.localdate(now) - _LATELY
        for day in past_days(now):
            self.agenda.add(moment(day, "07:00"), self._sweep)
            if is_working_day(day):
                for officer in self.officers:
                    self._plan_day(officer, day, checks=officer.checks if day < lately else officer.lately)

    def _plan_day(self, officer: Officer, day: date, *, checks: int) -> None:
        begins = moment(day, officer.begins)
        for number in range(checks):
            at = begins + timedelta(minutes=number * officer.minutes + (day.day * 7 + number * 3) % officer.minutes)
            self.agenda.add(at, partial(self._take_one, officer))

    def _sweep(self, now: datetime) -> None:
        remind_providers(now=now)
        stop_waiting(now=now)

    def _take_one(self, officer: Officer, now: datetime) -> None:
        claimed_at = now - timedelta(minutes=officer.minutes // 2)
        free = ManualCheck.objects.free_for(officer.user.pk, now).filter(opened_at__lt=claimed_at).oldest_first()
        of_the_many = (check for check in free.select_related("order")[:40] if check.order_id in self.orders)
        check = next((check for check in of_the_many if not check.order.is_held), None)
        if check is None:
            return
        visit = self.orders[check.order_id]
        claim_check(check_id=check.pk, officer=officer.user, now=claimed_at)
        if check.second_person_asked_by_id is None and visit.turn is Turn.HANDED_ON:
            note = Evidence(sources=officer.found.sources, note="Please ring them as well: the numbers seem high.")
            ask_second_person(check_id=check.pk, officer=officer.user, evidence=note, now=now)
        elif visit.turn in (Turn.ANSWERED, Turn.SILENT) and not check.questions.exists():
            self._ask(officer, check, visit, now)
        elif visit.turn in (Turn.REFUSED, Turn.SILENT):
            silent = visit.turn is Turn.SILENT
            reason = RefusalReason.PHONE_NOT_CONFIRMED if silent else visit.refusal
            evidence = Evidence(note="No answer to two calls and a question." if silent else officer.refused)
            refuse_check(check_id=check.pk, officer=officer.user, reason=reason, evidence=evidence, now=now)
        else:
            approve_check(check_id=check.pk, officer=officer.user, evidence=officer.found, now=now)

    def _ask(self, officer: Officer, check: ManualCheck, visit: Visit, now: datetime) -> None:
        ask_provider(check_id=check.pk, officer=officer.user, text=_QUESTION, evidence=Evidence(), now=now)
        if visit.turn is Turn.ANSWERED:
            order = check.order
            self.agenda.add(now + timedelta(hours=5 + order.pk % 60), partial(self._answer, order))

    def _answer(self, order: Order, now: datetime) -> None:
        order.refresh_from_db()
        if order.state == State.AWAITING_PROVIDER:
            text = f"For all {order.quantity} people who work with us."
            answer_question(order=order, text=text, actor=Actor.user(order.account), now=now)
