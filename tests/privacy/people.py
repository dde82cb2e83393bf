"""People with a marker in every word that they or others can type about them, led through the portal by its own actions."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.mails import RESET_LINK, queue_account_mail
from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.dumps import program, variables_of
from badgeportal.outbox import claims
from badgeportal.outbox.actions import queue_mail
from fulfilment.batches import create_batch
from fulfilment.models import Batch
from fulfilment.sending import close_batch, mark_batch_sent
from orders.drafts import save_answers
from orders.lifecycle import Who
from orders.models import Order, OrderProblem
from orders.problems import answer_problem, report_problem
from orders.stock import receive_badges
from tests.factories.user import PASSWORD, StaffFactory, UserFactory
from tests.fulfilment import steps
from tests.journeys import NOT_CQC, placed_order
from tests.verification.worlds import a_listing, an_import, assessed, officer, open_check
from verification.checking.asking import answer_question, ask_provider
from verification.checking.deciding import approve_check
from verification.checking.evidence import Evidence
from verification.inbox_links import ask_listed_inbox
from verification.models import FailedRow, ManualCheck

_numbers = count(101)
_JOB = Actor.system("test")


@dataclass
class Marked:
    """One person and their orders by what became of them; `mark` stands in every word about them and nowhere else."""

    mark: str
    phone: str
    account: User
    listed: str
    orders: dict[str, Order]

    def found_in(self, text: str) -> int:
        """How often the person can be recognised in `text`."""
        low = text.casefold()
        return low.count(self.mark.casefold()) + low.count(self.phone)


def marked_person(mark: str) -> Marked:
    """Somebody who did all that can be done: ordered in every way, answered, complained, was written about by staff."""
    number = next(_numbers)
    phone = f"161496{number:04}"
    account = UserFactory(
        email=f"ann.{mark}@home.example", name=f"Ann {mark}", organisation=f"{mark} Homes", phone=f"+44{phone}"
    )
    person = Marked(mark, phone, account, f"office.{mark}@home.example".lower(), {})
    person.orders["delivered"] = _delivered(person)
    person.orders["returned"] = _ended(person, "Returned")
    person.orders["sent"] = _sent(person)
    person.orders["asked"] = _asked(person)
    person.orders["inbox"] = _asked_inbox(person)
    person.orders["packed"] = _packed(person)
    person.orders["verified"] = _order(person)
    person.orders["placed"] = placed_order(account, **_words(person))
    save_answers(account=account, answers=NOT_CQC | _words(person), now=timezone.now())
    _words_of_others(person)
    _signed_in(person)
    return person


def plain_dump() -> str:
    """All of the database as text, as PostgreSQL's own program writes it."""
    done = subprocess.run(
        [program("pg_dump"), "--format=plain", "--no-owner"],
        env={**os.environ, **variables_of(connection.settings_dict)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def _words(person: Marked, **more: Any) -> dict[str, Any]:
    mark = person.mark
    return {
        "organisation_name": f"{mark} Day Centre",
        "recipient_name": f"Robin {mark}",
        "address_line_1": f"{next(_numbers)} {mark} Road",
        "address_line_2": f"Near {mark}",
        "town": f"{mark}ton",
        "county": f"{mark}shire",
        "postcode": "LS1 4AP",
    } | more


def _checked(person: Marked) -> ManualCheck:
    order = placed_order(person.account, **_words(person, quantity=40, phone=f"+44{person.phone}"))
    return open_check(assessed(order, now=timezone.now()))


def _evidence(person: Marked) -> Evidence:
    return Evidence(
        address=f"Rang {person.mark}", phone=f"+44{person.phone} answers", sources=f"{person.mark}.example",
        note=f"{person.mark} sounded right",
    )  # fmt: skip


def _order(person: Marked) -> Order:
    """Verified: approved by an officer, who wrote what they found."""
    check = _checked(person)
    approve_check(check_id=check.pk, officer=officer(), evidence=_evidence(person), now=timezone.now())
    return Order.objects.get(pk=check.order_id)


def _packed(person: Marked) -> Order:
    """In a batch that is still open."""
    order = _order(person)
    assert create_batch(limit=None, actor=_JOB, by=Who.SYSTEM, now=timezone.now()).batch
    order.refresh_from_db()
    return order


def _sent(person: Marked) -> Order:
    order = _packed(person)
    batch = Batch.objects.get(consignments__order=order)
    close_batch(batch_id=batch.pk, actor=_JOB, now=timezone.now())
    mark_batch_sent(batch_id=batch.pk, actor=_JOB, by=Who.SYSTEM, now=timezone.now())
    order.refresh_from_db()
    return order


def _ended(person: Marked, event: str) -> Order:
    """Delivered or returned, as DX told; a driver wrote a name where a time belongs."""
    order = _sent(person)
    reference = order.consignments.get().reference
    steps.load(
        f"{reference},{person.mark}-77,{event},23/11/2030 09:00",
        f"{reference},1,{event},left with Ann {person.mark}",
        now=datetime(2030, 12, 1, tzinfo=steps.LONDON),
    )
    order.refresh_from_db()
    return order


def _delivered(person: Marked) -> Order:
    """With a question answered on the way, and a problem told and answered afterwards."""
    check = _checked(person)
    now, staff = timezone.now(), officer()
    ask_provider(check_id=check.pk, officer=staff, text=f"Are you {person.mark}?", evidence=_evidence(person), now=now)
    answer_question(
        order=check.order, text=f"I am {person.mark}", actor=Actor.user(person.account), now=now + timedelta(seconds=1)
    )
    approve_check(check_id=check.pk, officer=staff, evidence=_evidence(person), now=now + timedelta(seconds=2))
    assert create_batch(limit=None, actor=_JOB, by=Who.SYSTEM, now=now).batch
    order = Order.objects.get(pk=check.order_id)
    batch = Batch.objects.get(consignments__order=order)
    close_batch(batch_id=batch.pk, actor=_JOB, now=now)
    mark_batch_sent(batch_id=batch.pk, actor=_JOB, by=Who.SYSTEM, now=now)
    reference = order.consignments.get().reference
    steps.load(
        f"{reference},{person.mark}-78,Delivered,23/11/2030 09:00", now=datetime(2030, 12, 1, tzinfo=steps.LONDON)
    )
    order.refresh_from_db()
    problem = _told(person, order)
    answer_problem(
        problem=problem, answer=f"Dear {person.mark}", outcome=OrderProblem.Outcome.SOLVED, officer=StaffFactory(),
        now=timezone.now(),
    )  # fmt: skip
    _told(person, order)
    return order


def _told(person: Marked, order: Order) -> OrderProblem:
    return report_problem(
        order=order, kind=OrderProblem.Kind.OTHER, text=f"{person.mark} got the wrong ones",
        actor=Actor.user(person.account), now=timezone.now(),
    )  # fmt: skip


def _asked(person: Marked) -> Order:
    """Waits for the answer to a question."""
    check = _checked(person)
    ask_provider(
        check_id=check.pk, officer=officer(), text=f"{person.mark}?", evidence=_evidence(person), now=timezone.now()
    )
    return Order.objects.get(pk=check.order_id)


def _asked_inbox(person: Marked) -> Order:
    """Somebody else's order, for whose place the listed inbox was asked; the account's own address is listed there too."""
    code = f"V{next(_numbers)}X"
    a_listing(code=code, emails=(person.listed, person.account.email or ""))
    answers = {"cqc_registered": True, "ods_code": code, "organisation_answered": True, "organisation_name": "A place"}
    order = assessed(placed_order(UserFactory(), **answers), now=timezone.now())
    ask_listed_inbox(order=order, actor=Actor.user(order.account), now=timezone.now())
    return order


def _words_of_others(person: Marked) -> None:
    """Free text of staff and files in which the person is named, though no key leads there."""
    now = timezone.now()
    receive_badges(quantity=1, reason=f"Brought by Ann {person.mark}", actor=_JOB, now=now)
    register_import = an_import()
    register_import.file_name = f"from Ann {person.mark}.csv"
    register_import.save()
    FailedRow.objects.create(register_import=register_import, row_number=2, value=person.account.email, reason="x")
    with transaction.atomic():
        queue_account_mail(key=RESET_LINK, to=person.account.email or "", words={"password_reset_url": "x"}, now=now)
        queue_mail(
            template="order_placed", subject_type="orders.order", subject_ids=[person.orders["placed"].pk], now=now
        )
    for mail in claims.claim_due(limit=1, now=now):
        claims.record_failure(mail, kind="Refused", for_good=True, now=now)


def _signed_in(person: Marked) -> None:
    client = Client(headers={"User-Agent": f"{person.mark}/1.0"})
    answer = client.post(reverse("account_login"), {"login": person.account.email, "password": PASSWORD})
    assert answer.status_code == 302
