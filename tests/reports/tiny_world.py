"""A few weeks small enough to count by hand, lived through by the actions that people use.

The week of 23 November 2026 is the one that is counted; it ends four weeks that begin on 2 November.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.audit_kinds import ADDRESS_CONFIRMED
from accounts.models import DataRequest, User
from accounts.restricting import restrict
from accounts.rights.answering import meet_request
from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from orders.cancelling import cancel_order
from orders.lifecycle import Who
from orders.models import Order
from orders.stock import receive_badges
from reports.periods import LONDON, Period
from reports.places.importing import import_onspd
from tests.accounts.rights.steps import ANN, a_request
from tests.factories.user import StaffFactory, UserFactory
from tests.fulfilment import steps
from tests.journeys import placed_order
from tests.reports.directories import directory_csv
from tests.verification.worlds import FOUND, a_listing, officer, open_check
from verification.assessing import assess_orders
from verification.checking.asking import ask_provider
from verification.checking.claiming import claim_check
from verification.checking.deciding import approve_check, refuse_check
from verification.models import RefusalReason

MONDAY = date(2026, 11, 23)
WEEK = Period.week(MONDAY)
FOUR_WEEKS = Period(date(2026, 11, 2), date(2026, 11, 30))
JOB = Actor.system("test-world")


def at(day: int, clock: str = "00:00", *, month: int = 11) -> datetime:
    """A time in London in the autumn of 2026."""
    hour, minute = clock.split(":")
    return datetime(2026, month, day, int(hour), int(minute), tzinfo=LONDON)


class World:
    """What happened, in the order in which it did."""

    def __init__(self, folder: Any) -> None:
        self.officer = officer()
        import_onspd(path=directory_csv(folder), actor=JOB, now=at(1, month=9))
        receive_badges(quantity=2000, reason="First delivery", actor=JOB, now=at(1, month=10))
        self._register()
        self._people()
        self._before_the_week()
        self._the_week()
        self._rights()

    def after_the_week(self) -> None:
        """What comes later and changes nothing of the week as it was."""
        now = at(30, "08:00")
        self._approve(self.waiting, now)
        self._deliver(self.on_its_way, at(30, "09:00"), loaded=at(30, "18:00"))
        self._place(self.people["rose"], "rose", now=at(30), quantity=3)
        with transaction.atomic():
            self.small.refresh_from_db()
        cancel_order(order=self.small, by=Who.PROVIDER, actor=Actor.user(self.small.account), now=at(30, "10:00"))
        receive_badges(quantity=500, reason="Third delivery", actor=JOB, now=at(30))

    def _register(self) -> None:
        homes = {
            "rose": ("1-900", "E08000035", "Leeds", "Yorkshire and The Humber"),
            "lily": ("1-901", "E09000007", "Camden", "London"),
            "rose by the sea": ("1-900", "E10000016", "Kent", "South East"),
            "never": ("1-902", "E06000001", "Hartlepool", "North East"),
        }
        self.homes = {
            name: a_listing(
                code=f"V{number}", emails=("rose@homes.example",) if name == "rose" else (), provider_id=provider,
                local_authority_code=code, local_authority=council, region=region,
            )
            for number, (name, (provider, code, council, region)) in enumerate(homes.items(), start=100)
        }  # fmt: skip
        for number, (_, code, council, region) in enumerate(8 * [*homes.values()]):
            a_listing(
                code=f"W{number:04}", provider_id=f"1-8{number}", local_authority_code=code, local_authority=council,
                region=region,
            )  # fmt: skip
        a_listing(provider_id="1-903", status="closed", closed_at=at(1, month=9), region="London")

    def _people(self) -> None:
        self.people: dict[str, User] = {"rose": UserFactory(email="rose@homes.example", organisation="Rose Homes")}
        for name in ("lily", "sea", "day", "centre", "charity", "restricted", "refused"):
            self.people[name] = UserFactory(email=f"{name}@mail.example", organisation=f"Organisation {name}")
        for name, moment in {
            "rose": at(10), "lily": at(23), "day": at(29, "23:59"), "centre": at(30), "restricted": at(24),
        }.items():  # fmt: skip
            self._confirm(self.people[name], moment)
        # Confirmed a new address: not a new account. And somebody of the staff is no provider.
        self._confirm(self.people["rose"], at(25))
        self._confirm(StaffFactory(), at(25))

    def _confirm(self, user: User, moment: datetime) -> None:
        with transaction.atomic():
            record(kind=ADDRESS_CONFIRMED, actor=Actor.user(user), subject=user, now=moment)

    def _before_the_week(self) -> None:
        self._place(self.people["lily"], "lily", now=at(20, month=10), quantity=1)
        self._decide_all(at(20, "12:00", month=10))
        refused = self._other(self.people["refused"], "Not care", now=at(10), quantity=26)
        self._refuse(refused, RefusalReason.NOT_SOCIAL_CARE, at(11))
        delivered = self._place(self.people["rose"], "rose", now=at(18, "12:00"), quantity=4)
        returned = self._place(self.people["rose"], "rose", now=at(18, "13:00"), quantity=6)
        assess_orders(now=at(18, "14:00"))
        self._send(at(19, "12:00"))
        self._deliver(delivered, at(24, "12:00"))
        self._track(returned, "Returned to sender", at(25, "12:00"), at(25, "18:00"))

    def _the_week(self) -> None:
        receive_badges(quantity=1000, reason="Second delivery", actor=JOB, now=at(23))
        rose = self.people["rose"]
        delivered = self._place(rose, "rose", now=at(23), quantity=10)
        self.on_its_way = self._place(rose, "rose", now=at(24), quantity=5)
        assess_orders(now=at(24, "01:00"))
        self._send(at(24, "12:00"))
        self._deliver(delivered, at(26))
        checked = self._place(self.people["lily"], "lily", now=at(25), quantity=20)
        assess_orders(now=at(25, "01:00"))
        self._approve(checked, at(25, "07:00"))
        charity = self._other(self.people["charity"], "Welsh Charity", now=at(25, "08:00"), quantity=8,
                              organisation_type="charity", postcode="CF10 1EP")  # fmt: skip
        assess_orders(now=at(25, "09:00"))
        self._refuse(charity, RefusalReason.OUTSIDE_ENGLAND, at(25, "13:00"))
        self.waiting = self._place(self.people["sea"], "rose by the sea", now=at(26, "09:00"), quantity=12)
        assess_orders(now=at(26, "10:00"))
        self.small = self._other(self.people["day"], "Sunrise Day Centre", now=at(27), quantity=5, postcode="S1 2HH")
        assess_orders(now=at(27, "01:00"))
        asked = self._other(self.people["centre"], "The SUNRISE Day-Centre Ltd", now=at(28), quantity=30)
        assess_orders(now=at(28, "01:00"))
        self._claim(asked, at(28, "02:00"))
        ask_provider(check_id=open_check(asked).pk, officer=self.officer, text="Who are you?", evidence=FOUND,
                     now=at(28, "02:05"))  # fmt: skip
        person = self.people["restricted"]
        self._other(person, "Somebody", now=at(28), quantity=7)
        with transaction.atomic():
            restrict(account_id=person.pk, actor=JOB, now=at(28, "01:00"))

    def _rights(self) -> None:
        late = a_request(account=self.people["lily"], now=at(1, month=10))
        a_request(contact=ANN, now=at(23))
        again = a_request(account=self.people["rose"], kind=DataRequest.Kind.RECTIFICATION, now=at(24))
        a_request(account=self.people["rose"], now=at(30))
        for request in (late, again):
            meet_request(request_id=request.pk, actor=JOB, now=at(25))

    def _place(self, account: User, home: str, *, now: datetime, quantity: int) -> Order:
        listing = self.homes[home]
        return placed_order(
            account, now=now, quantity=quantity, cqc_registered=True, ods_code=listing.site_ods_code,
            location_id=listing.location_id, provider_id=listing.provider_id, organisation_name=f"Home {home}",
        )  # fmt: skip

    def _other(self, account: User, name: str, *, now: datetime, **answers: Any) -> Order:
        values = {
            "organisation_name": name,
            "address_line_1": f"{account.pk} High Street",
            "phone": f"+4416149{account.pk:05}",
        }
        return placed_order(account, now=now, **(values | answers))

    def _claim(self, order: Order, now: datetime) -> None:
        claim_check(check_id=open_check(order).pk, officer=self.officer, now=now)

    def _approve(self, order: Order, now: datetime) -> None:
        self._claim(order, now - timedelta(minutes=5))
        approve_check(check_id=open_check(order).pk, officer=self.officer, evidence=FOUND, now=now)

    def _refuse(self, order: Order, reason: RefusalReason, now: datetime) -> None:
        assess_orders(now=now - timedelta(hours=4))
        self._claim(order, now - timedelta(minutes=5))
        refuse_check(check_id=open_check(order).pk, officer=self.officer, reason=reason, evidence=FOUND, now=now)

    def _decide_all(self, now: datetime) -> None:
        assess_orders(now=now)
        for order in Order.objects.being_checked():
            self._approve(order, now + timedelta(hours=1))
            cancel_order(order=order, by=Who.PROVIDER, actor=Actor.user(order.account), now=now + timedelta(hours=2))

    def _send(self, now: datetime) -> None:
        steps.sent_batch(now=now)

    def _deliver(self, order: Order, when: datetime, *, loaded: datetime | None = None) -> None:
        self._track(order, "Delivered", when, loaded or when + timedelta(hours=6))

    def _track(self, order: Order, what: str, when: datetime, loaded: datetime) -> None:
        parcel = order.consignments.get()
        steps.load(f"{parcel.reference},L{parcel.pk},{what},{when:%d/%m/%Y %H:%M}", now=loaded)
