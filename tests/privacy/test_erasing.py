"""Erasing leaves nothing of the person and all of everybody else."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.erasing import ErasedAlready, ErasureChanged, erase_people, erase_those_who_waited
from accounts.models import User
from accounts.sign_in import OwnAccount, restore_sign_in
from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sealing import unseal
from badgeportal.outbox.sending import send_pending
from badgeportal.privacy import ledger
from badgeportal.privacy.erasing import erase, preview
from badgeportal.privacy.models import ErasureLedgerEntry, OpenOrders, PendingErasure
from badgeportal.privacy.subject import DataSubject
from fulfilment.dx_file import dx_file
from fulfilment.faults import FileCannotBeMade
from fulfilment.models import Batch, Consignment, Disclosure
from orders.ledger import check_stock_ledger
from orders.lifecycle import Who
from orders.models import Order, OrderDraft, OrderEvent, OrderProblem, StockMovement
from orders.moves import move_orders
from tests.badgeportal.test_backup import KEY, an_empty_database, backed_up, restored
from tests.factories.user import StaffFactory, UserFactory
from tests.fulfilment import steps
from tests.journeys import order_at, placed_order, stocked
from tests.privacy.people import marked_person, plain_dump
from tests.verification.worlds import a_listing
from verification.models import ErasedEmailDigest, ListedEmail
from verification.register.erased import without_erased

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
CANCEL, FINISH = OpenOrders.CANCEL, OpenOrders.FINISH


def erased(subject: DataSubject | User, open_orders: OpenOrders = CANCEL, **more: Any) -> Any:
    """Erase by a member of customer service."""
    if isinstance(subject, User):
        subject = DataSubject.of_account(subject.pk)
    actor = more.pop("actor", None) or Actor.user(StaffFactory())
    return erase_people(subject=subject, open_orders=open_orders, actor=actor, now=timezone.now(), **more)


def figures() -> dict[str, set[Any]]:
    """What must still add up when somebody is gone: orders, badges, events, parcels, what DX was told, stock."""
    stock = StockMovement.objects.values_list("pk", "kind", "on_hand_change", "reserved_change", "order", "at")
    return {
        "orders": set(Order.objects.values_list("pk", "reference", "quantity", "placed_at", "organisation_type")),
        "events": set(OrderEvent.objects.values_list("pk", "kind", "actor", "at")),
        "parcels": set(Consignment.objects.exclude(batch__state="open").values_list("pk", "quantity", "reference")),
        "told": set(Disclosure.objects.values_list("pk", "consignment", "at")),
        "batches": set(Batch.objects.exclude(state="open").values_list("pk", "file_sha256", "orders_count")),
        "stock": set(stock),
    }


@pytest.mark.promise("at-any-time", "right-erasure")
def test_a_dump_holds_nothing_of_them_and_all_of_the_others(tmp_path: Path, settings: Any) -> None:
    """The brief: "APS's customer service team have the ability to disable and anonymize users at the request of a user"."""
    person, bystander = marked_person("Quixfellow"), marked_person("Zarbottle")
    before = plain_dump()
    assert person.found_in(before) > 60
    others, counted = bystander.found_in(before), figures()

    receipt = erased(person.account, also_listed=True).receipt

    # The inbox of the place is somebody's of its own.
    erased(DataSubject.listed_inbox(person.listed))
    after = plain_dump()
    lines = [line for line in after.splitlines() if person.found_in(line)]
    assert lines == []
    # A dump cannot look into what is sealed; only the last mail to each of them is left there.
    sealed = OutboxMessage.objects.filter(sealed_payload__isnull=False)
    theirs = [mail.template for mail in sealed if person.found_in(str(unseal(mail.sealed_payload or b"")))]
    assert set(theirs) == {"account_erased"}
    assert bystander.found_in(after) == others
    now = figures()
    # The history goes on with what the erasure did, and nothing of it is lost.
    assert {name for name in counted if not counted[name] <= now[name]} == set()
    assert {name for name in counted if counted[name] != now[name]} == {"events", "stock"}
    assert check_stock_ledger(now=timezone.now()) == []
    assert person.mark not in json.dumps(dict(receipt.counts))
    assert all(person.found_in(path.read_text()) == 0 for path in Path(settings.ERASURE_LEDGER).iterdir())


@pytest.mark.promise("accounts-disabled", "accounts-anonymised")
def test_the_row_is_overwritten_and_not_deleted() -> None:
    user = UserFactory(name="Ann Tester", phone="+441614960177")
    erased(user)
    row = User.objects.get(pk=user.pk)
    assert (row.email, row.name, row.organisation, row.phone, row.last_login) == (None, "", "", "", None)
    assert row.anonymised_at
    assert row.disabled_at
    assert not row.is_active
    assert not row.has_usable_password()
    assert not EmailAddress.objects.filter(user=user).exists()


def test_registering_again_makes_a_new_person() -> None:
    user = UserFactory(email="again@home.example")
    order = order_at("delivered", user)
    erased(user)
    new = UserFactory(email="again@home.example")
    assert new.pk != user.pk
    assert not Order.objects.placed_by(new).exists()
    assert Order.objects.get(pk=order.pk).account_id == user.pk


def test_what_is_recorded_names_nobody_and_the_last_mail_goes_with_its_address() -> None:
    user = UserFactory(email="ann@home.example")
    receipt = erased(user).receipt
    event = AuditEvent.objects.get(kind="people_erased", subject_type="accounts.user")
    assert (event.subject_id, event.details) == (str(user.pk), {"receipt": str(receipt.id)})
    (mail,) = OutboxMessage.objects.filter(state="queued")
    assert mail.template == "account_erased"
    assert unseal(mail.sealed_payload or b"")["to"] == "ann@home.example"
    send_pending(now=timezone.now())
    mail.refresh_from_db()
    assert (mail.state, mail.sealed_payload) == ("sent", None)


def test_twice_is_told_and_a_colleague_cannot_erase_themselves() -> None:
    user = UserFactory()
    erased(user)
    with pytest.raises(ErasedAlready):
        erased(user)
    colleague = StaffFactory()
    with pytest.raises(OwnAccount):
        erased(colleague, actor=Actor.user(colleague))
    assert User.objects.get(pk=colleague.pk).anonymised_at is None


def test_the_number_of_statements_does_not_grow_with_people() -> None:
    def queries(people: int) -> int:
        users = [order_at("verified").account for _ in range(people)]
        actor = Actor.user(StaffFactory())
        with CaptureQueriesContext(connection) as captured:
            erased(DataSubject.of_accounts(user.pk for user in users), actor=actor)
        return len(captured)

    assert queries(1) == queries(12)


def test_open_orders_are_cancelled_and_a_parcel_with_dx_goes_on() -> None:
    user = UserFactory()
    states = ("placed", "checking", "awaiting_provider", "verified", "dispatched", "returned", "delivered")
    orders = {state: order_at(state, user) for state in states}
    shown = preview(DataSubject.of_account(user.pk), now=timezone.now())
    assert {thing.name for thing in shown.open_things} == {orders[s].reference for s in states if s != "delivered"}

    erased(user, seen=shown.mark)

    after = {state: Order.objects.get(pk=order.pk) for state, order in orders.items()}
    ends = {state: order.state for state, order in after.items()}
    assert {ends[s] for s in states[:4]} == {"cancelled"}
    assert (ends["dispatched"], ends["returned"], ends["delivered"]) == ("dispatched", "cancelled", "delivered")
    assert all(order.anonymised_at and order.recipient_name == "" for order in after.values())
    assert check_stock_ledger(now=timezone.now()) == []
    assert not OutboxMessage.objects.on_its_way().exclude(template="account_erased").exists()


def test_what_has_changed_since_the_preview_stops_it() -> None:
    user = UserFactory()
    seen = preview(DataSubject.of_account(user.pk), now=timezone.now()).mark
    placed_order(user)
    with pytest.raises(ErasureChanged):
        erased(user, seen=seen)
    assert User.objects.get(pk=user.pk).email
    assert list(ledger.lines()) == []


@pytest.mark.planted_fault("accounts.sweep_erasures")
def test_an_erasure_waits_for_the_last_order_and_the_sweep_carries_it_out() -> None:
    """The planted fault: the order ends, and nobody says so to the erasure."""
    user = UserFactory()
    order = order_at("dispatched", user)
    assert erased(user, FINISH).waiting == 1
    waiting = User.objects.get(pk=user.pk)
    assert waiting.email
    assert not waiting.is_active
    assert erase_those_who_waited(now=timezone.now()) == 0

    with transaction.atomic():
        move_orders(move="deliver", order_ids=[order.pk], by=Who.SYSTEM, actor=Actor.system("test"), now=timezone.now())

    assert erase_those_who_waited(now=timezone.now()) == 1
    assert User.objects.get(pk=user.pk).email is None
    assert not PendingErasure.objects.exists()
    assert erase_those_who_waited(now=timezone.now()) == 0


def test_whoever_is_let_in_again_is_not_erased_later() -> None:
    user = UserFactory()
    order_at("dispatched", user)
    erased(user, FINISH)
    assert restore_sign_in(user_id=user.pk, actor=Actor.user(StaffFactory()), now=timezone.now())
    assert not PendingErasure.objects.exists()


def test_a_recipient_is_erased_and_the_account_holder_is_not() -> None:
    order = order_at("delivered", recipient_name="Robin Quixfellow")
    other = order_at("delivered", order.account, recipient_name="Kim Zarbottle")
    OrderProblem.objects.create(order=order, kind="other", text="Robin Quixfellow is away", opened_at=timezone.now())
    OrderProblem.objects.create(order=other, kind="other", text="All is well", opened_at=timezone.now())

    erased(DataSubject.recipient_of([order.pk]))

    assert "Quixfellow".casefold() not in plain_dump().casefold()
    order.refresh_from_db()
    assert (order.recipient_name, order.postcode, order.anonymised_at) == ("", "", None)
    assert order.organisation_name
    assert order.account.email
    assert Order.objects.get(pk=other.pk).recipient_name == "Kim Zarbottle"
    assert OrderProblem.objects.get(order=other).text == "All is well"
    with pytest.raises(ErasedAlready):
        erased(DataSubject.recipient_of([order.pk]))


@pytest.mark.promise("address-databases-deleted")
def test_a_listed_address_does_not_come_back() -> None:
    a_listing(emails=("office@lucerne.example", "kept@lucerne.example"))
    erased(DataSubject.listed_inbox(" OFFICE@lucerne.example"))
    assert list(ListedEmail.objects.values_list("email", flat=True)) == ["kept@lucerne.example"]
    assert without_erased(["office@lucerne.example", "new@lucerne.example"]) == {"new@lucerne.example"}
    assert ErasedEmailDigest.objects.count() == 1


def test_a_batch_with_an_erased_person_keeps_its_hash_and_gives_no_file() -> None:
    order = steps.verified_order()
    batch = steps.sent_batch()
    erased(order.account)
    batch.refresh_from_db()
    assert batch.file_sha256
    assert batch.orders_count == 1
    with pytest.raises(FileCannotBeMade, match="a person in it was erased"):
        dx_file(Batch.objects.get(pk=batch.pk))
    assert Disclosure.objects.filter(consignment__order=order).count() == 1


@contextmanager
def refused(match: str) -> Iterator[None]:
    with pytest.raises((IntegrityError, InternalError), match=match), transaction.atomic():
        yield


def test_the_database_takes_nothing_about_somebody_erased() -> None:
    user = UserFactory()
    order = order_at("delivered", user)
    erased(user)
    now = timezone.now()
    with refused("order_anonymised_holds_nothing"):
        Order.objects.filter(pk=order.pk).update(recipient_name="Ann")
    with refused("account is erased"):
        OrderDraft.objects.create(account=user, started_at=now, updated_at=now)
    with refused("person is erased"):
        OrderProblem.objects.create(order=order, kind="other", text="x", opened_at=now)
    with refused("erasure_is_of_somebody"):
        ErasureLedgerEntry.objects.create(at=now, actor="user:1")
    with refused("erasure_actor_is_named"):
        ErasureLedgerEntry.objects.create(at=now, actor="Ann", account_ids=[1])
    with refused("pending_erasure_is_of_one"):
        PendingErasure.objects.create(asked_at=now, actor="user:1")
    with refused("pending_erasure_is_of_one"):
        PendingErasure.objects.create(asked_at=now, actor="user:1", account_id=1, order_id=1)
    with refused("pending_erasure_actor_is_named"):
        PendingErasure.objects.create(asked_at=now, actor="Ann", account_id=1)


def test_words_can_go_from_the_ledger_of_stock_and_nothing_else() -> None:
    stocked(10)
    movement = StockMovement.objects.latest("pk")
    with refused("never changed"):
        StockMovement.objects.filter(pk=movement.pk).update(reason="Other words")
    with refused("never changed"):
        StockMovement.objects.filter(pk=movement.pk).update(reason="Words removed", on_hand_change=99)
    StockMovement.objects.filter(pk=movement.pk).update(reason="Words removed")
    event = OrderEvent.objects.filter(order=placed_order()).latest("pk")
    with refused("never changed"):
        OrderEvent.objects.filter(pk=event.pk).update(reason="Words removed")


def test_nobody_is_erased_when_the_second_place_cannot_be_written(settings: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("")
    settings.ERASURE_LEDGER = str(blocked / "erasures")
    user = UserFactory()
    with pytest.raises(ledger.LedgerUnreachable):
        erased(user)
    assert User.objects.get(pk=user.pk).email
    assert not ErasureLedgerEntry.objects.exists()


def test_an_erasure_that_is_rolled_back_leaves_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory()
    write = ledger.write

    def write_and_fail(line: ledger.Line) -> None:
        write(line)
        raise RuntimeError("the transaction does not commit")

    monkeypatch.setattr(ledger, "write", write_and_fail)
    with pytest.raises(RuntimeError):
        erased(user)
    assert User.objects.get(pk=user.pk).email
    assert list(ledger.lines()) == []


def test_a_drill(tmp_path: Path, settings: Any) -> None:
    """Back up, erase, restore the backup into a new database, replay: the person is gone again, and nobody else."""
    settings.BACKUP_KEY = KEY
    person, bystander = marked_person("Quixfellow"), marked_person("Zarbottle")
    path = backed_up(tmp_path)
    erased(person.account, also_listed=True)
    erased(DataSubject.listed_inbox(person.listed))
    with an_empty_database():
        restored(path)
        before = plain_dump()
        assert person.found_in(before) > 60
        out = io.StringIO()
        call_command("replay_erasures", stdout=out)
        assert "2 erasures carried out again" in out.getvalue()
        after = plain_dump()
        assert [line for line in after.splitlines() if person.found_in(line)] == []
        assert bystander.found_in(after) == bystander.found_in(before)
        # Also when the next file brings it.
        assert without_erased([person.listed, "ann.quixfellow@home.example"]) == set()
        call_command("replay_erasures", stdout=out)
        assert "Nothing to do" in out.getvalue()


def test_the_engine_needs_the_transaction_of_its_action() -> None:
    with pytest.raises(RuntimeError, match="in the transaction of the action"):
        erase(
            subject=DataSubject.of_account(UserFactory().pk),
            open_orders=CANCEL,
            actor=Actor.system("test"),
            now=timezone.now(),
        )
