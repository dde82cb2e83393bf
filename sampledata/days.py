"""Living through the stories, hour by hour, by the same actions that people's pages call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from django.utils import timezone

from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.outbox.sending import send_pending
from orders.cancelling import cancel_order
from orders.correcting import change_delivery_address
from orders.drafts import save_answers
from orders.holding import hold_order
from orders.lifecycle import Who
from orders.models import Order, OrderProblem
from orders.placing import place_order
from orders.problems import report_problem
from orders.stock import correct_stock, receive_badges, write_off_badges
from sampledata.despatch import Warehouse
from sampledata.people import NOT_LISTED, OFFICER, PACKER, SECOND_OFFICER, SERVICE
from sampledata.stories import FIRST_DAY, Story
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


class Act(NamedTuple):
    """Something that somebody did at a time."""

    at: datetime
    do: Callable[[datetime], object]


class Days:
    """The last working days before `now`, with the people in them (by address) and the orders they place."""

    def __init__(self, people: dict[str, User], *, now: datetime) -> None:
        self.people = people
        self.now = now
        self.orders: list[tuple[Story, Order]] = []
        self.warehouse = Warehouse(Actor.user(people[PACKER.email]), self.orders, day_number=self._working_days_between)

    def live_through(self, stories: list[Story]) -> Iterator[int]:
        """Do everything in the order of time, sending the mails of each thing; yields how much is done, in percent."""
        acts = sorted([*self._placing(stories), *self._office_days(), *self._last_hours()], key=lambda act: act.at)
        for number, act in enumerate(acts, start=1):
            act.do(act.at)
            send_pending(now=act.at + timedelta(seconds=20))
            yield 100 * number // len(acts)

    def moment(self, day: int, clock: str) -> datetime:
        """The time `clock` on the working day that was `day` working days ago (1 or more)."""
        date = timezone.localdate(self.now)
        while day:
            date -= timedelta(days=1)
            day -= date.weekday() < 5
        return timezone.make_aware(datetime.combine(date, time.fromisoformat(clock)))

    def _working_days_between(self, earlier: datetime, later: datetime) -> int:
        dates = (timezone.localdate(earlier) + timedelta(days=n) for n in range(1, 40))
        return sum(date.weekday() < 5 for date in dates if date <= timezone.localdate(later))

    def _hours_ago(self, hours: float) -> datetime:
        return self.now - timedelta(hours=hours)

    def _placing(self, stories: list[Story]) -> Iterator[Act]:
        today = [story for story in stories if story.day == 0]
        for story in stories:
            at = self.moment(story.day, story.clock) if story.day else self._hours_ago(4.5 - 0.2 * today.index(story))
            yield Act(at, partial(self._place, story))
            if story.cancelled_on is not None:
                # Before that day's batch is made.
                yield Act(self.moment(story.cancelled_on, "13:00"), partial(self._cancel, story))
            if story.check.day is not None:
                yield Act(self.moment(story.check.day, "11:30"), partial(self._decide, story))
            if story.moves_to and story.check.day is not None:
                yield Act(self.moment(story.check.day, "12:30"), partial(self._change_address, story))

    def _place(self, story: Story, now: datetime) -> None:
        account = self.people[story.email]
        for minutes, answers in enumerate(story.saves, start=-len(story.saves)):
            draft = save_answers(account=account, answers=answers, now=now + timedelta(minutes=minutes))
        order = place_order(account=account, draft_id=draft.pk, version=draft.version, now=now)
        self.orders.append((story, order))
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

    def _office_days(self) -> Iterator[Act]:
        """What staff do each working day: receive badges, pack, load DX's file, settle what came back."""
        stock = Actor.user(self.people[PACKER.email])
        books: list[tuple[int, str, Callable[..., object], dict[str, object]]] = [
            (FIRST_DAY + 1, "10:00", receive_badges, {"quantity": 4000, "reason": "First delivery from the maker"}),
            (9, "10:00", receive_badges, {"quantity": 2500, "reason": "Second delivery from the maker"}),
            (9, "12:30", write_off_badges, {"quantity": 40, "reason": "One box was wet"}),
            (4, "09:30", correct_stock, {"change": -12, "reason": "Monthly count: 12 fewer than in the books"}),
        ]
        for day, clock, action, what in books:
            yield Act(self.moment(day, clock), partial(_at, partial(action, actor=stock, **what)))
        yield Act(self.moment(6, "13:50"), self.warehouse.make_a_batch_and_take_it_apart)
        for day in range(FIRST_DAY, 0, -1):
            yield Act(self.moment(day, "09:40"), self.warehouse.settle_returns)
            if day % 2 == 0 or day <= 3:
                yield Act(self.moment(day, "14:00"), self.warehouse.send_a_batch)
            yield Act(self.moment(day, "18:30"), self.warehouse.load_tracking)

    def _last_hours(self) -> Iterator[Act]:
        """Today: one batch closed and one open, checks in hand, and an order that somebody has begun."""
        yield Act(self._hours_ago(2.2), partial(self.warehouse.close_a_batch, limit=3))
        yield Act(self._hours_ago(1.1), partial(self.warehouse.open_a_batch, limit=2))
        yield Act(self._hours_ago(0.9), self._work_the_queue)
        yield Act(self._hours_ago(0.7), self._what_people_say)
        yield Act(self._hours_ago(0.5), self._begin_an_order)

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


def _at(action: Callable[..., object], now: datetime) -> None:
    action(now=now)
