"""Living through the stories that are told one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from badgeportal.actor import Actor
from orders.cancelling import cancel_order
from orders.correcting import change_delivery_address
from orders.drafts import save_answers
from orders.holding import hold_order
from orders.lifecycle import Who
from orders.models import Order, OrderProblem
from orders.placing import place_order
from orders.problems import report_problem
from sampledata.agenda import Agenda
from sampledata.despatch import Warehouse
from sampledata.people import NOT_LISTED, OFFICER, SECOND_OFFICER, SERVICE
from sampledata.stories import Story
from sampledata.working_days import moment, working_day
from verification.assessing import assess_orders
from verification.checking.asking import ask_provider
from verification.checking.claiming import ask_second_person, claim_check
from verification.checking.deciding import approve_check, refuse_check
from verification.checking.evidence import Evidence
from verification.inbox_links import ask_listed_inbox
from verification.models import ManualCheck

_FOUND = Evidence(
    address="The address on their website and on the council's list of providers is the delivery address.",
    phone="Rang the number on their website. The manager knows of the order.",
    sources="Their website, the council's list of providers, Companies House",
)


class StoryLife:
    """The stories' people (by address) and the orders they place."""

    def __init__(self, people: dict[str, User], warehouse: Warehouse, *, now: datetime) -> None:
        self.people = people
        self.warehouse = warehouse
        self.now = now
        self.orders: list[tuple[Story, Order]] = []

    def plan(self, stories: list[Story], agenda: Agenda) -> None:
        """Put everything that is told on the agenda."""
        for story, at in self._when(stories):
            agenda.add(at, partial(self._place, story))
            if story.cancelled_on is not None:
                # Before that day's batch is made.
                agenda.add(self._moment(story.cancelled_on, "13:00"), partial(self._cancel, story))
            if story.check.day is not None:
                agenda.add(self._moment(story.check.day, "11:30"), partial(self._decide, story))
            if story.moves_to and story.check.day is not None:
                agenda.add(self._moment(story.check.day, "12:30"), partial(self._change_address, story))
        agenda.add(self.now - timedelta(hours=0.9), self._work_the_queue)
        agenda.add(self.now - timedelta(hours=0.7), self._what_people_say)
        agenda.add(self.now - timedelta(hours=0.5), self._begin_an_order)

    def demand(self, stories: list[Story]) -> list[tuple[datetime, int]]:
        """When how many badges are ordered."""
        return [(at, next(page["quantity"] for page in story.saves if "quantity" in page))
                for story, at in self._when(stories)]  # fmt: skip

    def _when(self, stories: list[Story]) -> Iterator[tuple[Story, datetime]]:
        today = [story for story in stories if story.day == 0]
        for story in stories:
            hours_ago = 4.5 - 0.2 * today.index(story) if story in today else 0
            yield story, self.now - timedelta(hours=hours_ago) if hours_ago else self._moment(story.day, story.clock)

    def _moment(self, day: int, clock: str) -> datetime:
        return moment(working_day(self.now, day), clock)

    def _place(self, story: Story, now: datetime) -> None:
        account = self.people[story.email]
        for minutes, answers in enumerate(story.saves, start=-len(story.saves)):
            draft = save_answers(account=account, answers=answers, now=now + timedelta(minutes=minutes))
        order = place_order(account=account, draft_id=draft.pk, version=draft.version, now=now)
        self.orders.append((story, order))
        self.warehouse.plans[order.pk] = (story.parcel, story.then)
        service = Actor.user(self.people[SERVICE.email])
        if story.held_before_assessment:
            hold_order(order=order, actor=service, now=now)
        assess_orders(now=now + timedelta(seconds=4))
        if story.held_after:
            hold_order(order=order, actor=service, now=now + timedelta(minutes=9))
        if story.asks_listed_inbox:
            ask_listed_inbox(order=order, actor=Actor.user(account), now=now + timedelta(minutes=12))

    def _cancel(self, story: Story, now: datetime) -> None:
        actor = Actor.user(self.people[story.email])
        cancel_order(order=self._order_of(story), by=Who.PROVIDER, actor=actor, now=now)

    def _change_address(self, story: Story, now: datetime) -> None:
        actor = Actor.user(self.people[story.email])
        change_delivery_address(order=self._order_of(story), address=story.moves_to or {}, actor=actor, now=now)
        assess_orders(now=now + timedelta(seconds=4))

    def _decide(self, story: Story, now: datetime) -> None:
        check, officer = self._check_of(story), self.people[OFFICER.email]
        claim_check(check_id=check.pk, officer=officer, now=now - timedelta(minutes=15))
        if story.check.refuse is None:
            approve_check(check_id=check.pk, officer=officer, evidence=_FOUND, now=now)
        else:
            evidence = Evidence(note=story.check.note)
            refuse_check(check_id=check.pk, officer=officer, reason=story.check.refuse, evidence=evidence, now=now)

    def _what_people_say(self, now: datetime) -> None:
        for story, order in self.orders:
            if story.problem:
                actor, kind = Actor.user(self.people[story.email]), OrderProblem.Kind.DAMAGED
                report_problem(order=order, kind=kind, text=story.problem, actor=actor, now=now)

    def _work_the_queue(self, now: datetime) -> None:
        for story, _ in self.orders:
            if story.check.second_person:
                evidence = Evidence(sources="Their website", note=story.check.note)
                officer = self.people[SECOND_OFFICER.email]
                ask_second_person(check_id=self._check_of(story).pk, officer=officer, evidence=evidence, now=now)
            if story.check.asks:
                officer = self.people[OFFICER.email]
                check_id = self._check_of(story).pk
                ask_provider(check_id=check_id, officer=officer, text=story.check.asks, evidence=Evidence(), now=now)
            if story.check.claimed:
                claim_check(check_id=self._check_of(story).pk, officer=self.people[SECOND_OFFICER.email], now=self.now)

    def _begin_an_order(self, now: datetime) -> None:
        for answers in ({"cqc_registered": True}, {"ods_code": "VNTW6"}):
            save_answers(account=self.people[NOT_LISTED.email], answers=answers, now=now)

    def _order_of(self, story: Story) -> Order:
        return next(order for told, order in self.orders if told is story)

    def _check_of(self, story: Story) -> ManualCheck:
        return ManualCheck.objects.open().of_orders([self._order_of(story).pk]).get()
