"""Living through twelve weeks, hour by hour, by the same actions that people's pages call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sending import send_pending
from orders.stock import correct_stock, write_off_badges
from sampledata.agenda import Agenda
from sampledata.crowd import Visit
from sampledata.crowd_life import CrowdLife
from sampledata.despatch import Warehouse
from sampledata.people import OFFICER, PACKER, SECOND_OFFICER, SERVICE
from sampledata.queue_work import BRISK, THOROUGH, Officer, QueueWork
from sampledata.stockroom import Stockroom
from sampledata.stories import Story
from sampledata.story_life import StoryLife
from sampledata.working_days import HISTORY_DAYS, is_working_day, moment, past_days, working_day

# As long as the launch lasts a batch goes every day, then every second.
_LAUNCH = 28


class Days:
    """The last twelve weeks before `now`, with the people in them (by address)."""

    def __init__(self, people: dict[str, User], *, now: datetime) -> None:
        self.now = now
        self.agenda = Agenda(until=now)
        self.packer = Actor.user(people[PACKER.email])
        self.warehouse = Warehouse(self.packer)
        self.stories = StoryLife(people, self.warehouse, now=now)
        self.crowd = CrowdLife(people, self.agenda, self.warehouse, service=people[SERVICE.email])
        self.queue = QueueWork(
            [
                Officer(people[OFFICER.email], "09:20", 9, 2, 13, BRISK, "Not care: a shop, by its own website."),
                Officer(people[SECOND_OFFICER.email], "14:10", 4, 0, 41, THOROUGH, "Rang the council: no such provider there."),
            ],
            self.agenda,
            self.crowd.orders,
        )  # fmt: skip

    def live_through(self, stories: list[Story], visits: list[Visit]) -> Iterator[int]:
        """Do everything in the order of time, sending each day's mails at its end; yields how much is done, in percent."""
        self.stories.plan(stories, self.agenda)
        self.crowd.plan(visits)
        self.queue.plan(self.now)
        demand = [(visit.at, visit.quantity) for visit in visits] + self.stories.demand(stories)
        Stockroom(self.packer, demand).plan(self.agenda, self.now)
        self._plan_the_warehouse()
        begins = self.now - timedelta(days=HISTORY_DAYS)
        for day in range(HISTORY_DAYS):
            self.agenda.add(begins + timedelta(days=day, hours=12), _send_mails)
        for at in self.agenda.live_through():
            # A code or link would be destroyed before the day is over.
            if OutboxMessage.objects.on_its_way().filter(sealed_payload__isnull=False).exists():
                _send_mails(at)
            yield max(0, int(100 * (at - begins) / (self.now - begins)))
        _send_mails(self.now)

    def _plan_the_warehouse(self) -> None:
        """What the packer does each working day: settle what came back, send a batch, load DX's file."""
        books: list[tuple[int, str, Callable[..., object], dict[str, object]]] = [
            (41, "12:30", write_off_badges, {"quantity": 15, "reason": "Printed without the pin"}),
            (9, "12:30", write_off_badges, {"quantity": 40, "reason": "One box was wet"}),
            (25, "09:30", correct_stock, {"change": 8, "reason": "Monthly count: 8 more than in the books"}),
            (4, "09:30", correct_stock, {"change": -12, "reason": "Monthly count: 12 fewer than in the books"}),
        ]
        for ago, clock, action, what in books:
            at = moment(working_day(self.now, ago), clock)
            self.agenda.add(at, partial(_at, partial(action, actor=self.packer, **what)))
        self.agenda.add(moment(working_day(self.now, 6), "13:50"), self.warehouse.make_a_batch_and_take_it_apart)
        yesterday = working_day(self.now, 1)
        for number, day in enumerate(past_days(self.now)):
            if not is_working_day(day):
                continue
            self.agenda.add(moment(day, "09:40"), self.warehouse.settle_returns)
            if number < _LAUNCH or day.toordinal() % 2 == 0 or (yesterday - day).days < 4:
                self.agenda.add(moment(day, "14:00"), self.warehouse.send_a_batch)
            self.agenda.add(moment(day, "18:30"), self.warehouse.load_tracking)
        self.agenda.add(self.now - timedelta(hours=2.2), partial(self.warehouse.close_a_batch, limit=3))
        self.agenda.add(self.now - timedelta(hours=1.1), partial(self.warehouse.open_a_batch, limit=2))


def _send_mails(now: datetime) -> None:
    # Together, because a round of sending is half a dozen statements; `date_the_mails` gives each its own time.
    send_pending(now=now + timedelta(seconds=20))


def _at(action: Callable[..., object], now: datetime) -> None:
    action(now=now)
