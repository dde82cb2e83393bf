"""The checks that people make: who holds one, what a decision does, and what it needs."""

from __future__ import annotations

import pytest

from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from badgeportal.outbox.models import OutboxMessage
from orders.cancelling import cancel_order
from orders.lifecycle import State, Who
from orders.models import OrderEvent, StockBalance
from tests.verification.worlds import FOUND, NOW, later, officer, waiting_check
from verification.checking.claiming import ask_second_person, claim_check, release_check, save_evidence
from verification.checking.closing import close_stale_checks
from verification.checking.deciding import approve_check, refuse_check
from verification.checking.evidence import Evidence, EvidenceMissing
from verification.checking.locking import (
    AccountRestricted,
    AlreadyDecided,
    HeldByColleague,
    NeedsAnotherPerson,
    OrderLeftTheQueue,
)
from verification.models import ManualCheck, RefusalReason

pytestmark = pytest.mark.django_db


def test_approving_moves_the_order_and_closes_the_check() -> None:
    check, asha = waiting_check(), officer()
    approve_check(check_id=check.pk, officer=asha, evidence=FOUND, now=later(hours=1))

    check.refresh_from_db()
    assert (check.decision, check.decided_by, check.closed_at) == ("approved", asha, later(hours=1))
    assert (check.address_evidence, check.sources) == (FOUND.address, FOUND.sources)
    assert check.order.state == State.VERIFIED
    event = OrderEvent.objects.get(order=check.order, kind="approve")
    assert event.actor == f"user:{asha.pk}"
    assert OutboxMessage.objects.about(check.order).filter(template="order_verified").count() == 1
    audit = AuditEvent.objects.get(kind="check_decided")
    assert audit.details == {"decision": "approved", "refusal_reason": "", "order": check.order_id}


@pytest.mark.promise("no-automated-decisions")
def test_refusing_names_the_officer_and_the_reason_and_frees_the_badges() -> None:
    check, asha = waiting_check(), officer()
    reserved = StockBalance.current().reserved
    refuse_check(
        check_id=check.pk, officer=asha, reason=RefusalReason.NOT_SOCIAL_CARE, evidence=FOUND, now=later(hours=1)
    )

    check.refresh_from_db()
    assert (check.decision, check.refusal_reason, check.note) == ("refused", "not_social_care", FOUND.note)
    assert (check.order.state, check.order.refused_by, check.order.refusal_reason) == (
        State.REFUSED,
        asha,
        "not_social_care",
    )
    assert StockBalance.current().reserved == reserved - check.order.quantity
    assert OutboxMessage.objects.about(check.order).filter(template="order_refused").count() == 1


def test_the_second_decision_is_told_who_decided_and_changes_nothing() -> None:
    check, asha, ben = waiting_check(), officer("Asha Patel"), officer("Ben Okoro")
    approve_check(check_id=check.pk, officer=asha, evidence=FOUND, now=later(hours=1))
    before = (list(ManualCheck.objects.values()), OrderEvent.objects.count(), OutboxMessage.objects.count())

    with pytest.raises(AlreadyDecided) as told:
        refuse_check(check_id=check.pk, officer=ben, reason=RefusalReason.DUPLICATE, evidence=FOUND, now=later(hours=2))

    assert (told.value.by, told.value.how, told.value.at) == ("Asha Patel", "approved", later(hours=1))
    assert "Asha" not in str(told.value)
    assert before == (list(ManualCheck.objects.values()), OrderEvent.objects.count(), OutboxMessage.objects.count())


@pytest.mark.promise("who-verifies", "over-25")
@pytest.mark.parametrize(
    ("missing", "evidence"),
    [
        ("address_evidence", Evidence(phone="Rang", sources="Web")),
        ("phone_evidence", Evidence(address="Seen", sources="Web")),
        ("sources", Evidence(address="Seen", phone="Rang", sources="  ")),
    ],
)
def test_approving_needs_evidence(missing: str, evidence: Evidence) -> None:
    check = waiting_check()
    with pytest.raises(EvidenceMissing) as told:
        approve_check(check_id=check.pk, officer=officer(), evidence=evidence, now=later(hours=1))

    assert told.value.field == missing
    check.refresh_from_db()
    assert check.is_open
    assert check.order.state == State.CHECKING


def test_phone_evidence_is_not_needed_where_no_phone_was_given() -> None:
    check = waiting_check(quantity=10, phone="", postcode="CF10 1AA")
    approve_check(
        check_id=check.pk, officer=officer(), evidence=Evidence(address="Seen", sources="Web"), now=later(hours=1)
    )

    check.order.refresh_from_db()
    assert check.order.state == State.VERIFIED


def test_refusing_needs_a_note() -> None:
    check = waiting_check()
    with pytest.raises(EvidenceMissing):
        refuse_check(
            check_id=check.pk,
            officer=officer(),
            reason=RefusalReason.DUPLICATE,
            evidence=Evidence(),
            now=later(hours=1),
        )
    check.order.refresh_from_db()
    assert check.order.state == State.CHECKING


def test_a_colleague_waits_until_the_claim_runs_out() -> None:
    check, asha, ben = waiting_check(), officer("Asha Patel"), officer("Ben Okoro")
    claim_check(check_id=check.pk, officer=asha, now=NOW)

    for act in (
        lambda now: claim_check(check_id=check.pk, officer=ben, now=now),
        lambda now: approve_check(check_id=check.pk, officer=ben, evidence=FOUND, now=now),
        lambda now: save_evidence(check_id=check.pk, officer=ben, evidence=FOUND, now=now),
    ):
        with pytest.raises(HeldByColleague) as told:
            act(later(minutes=29))
        assert (told.value.by, told.value.until) == ("Asha Patel", later(minutes=30))
    check.refresh_from_db()
    assert (check.claimed_by, check.address_evidence) == (asha, "")

    claim_check(check_id=check.pk, officer=ben, now=later(minutes=30))
    check.refresh_from_db()
    assert check.claimed_by == ben


def test_a_check_that_was_put_back_is_free() -> None:
    check, asha, ben = waiting_check(), officer(), officer()
    claim_check(check_id=check.pk, officer=asha, now=NOW)
    release_check(check_id=check.pk, officer=asha, now=later(minutes=1))

    assert check in ManualCheck.objects.free_for(ben.pk, later(minutes=1))
    claim_check(check_id=check.pk, officer=ben, now=later(minutes=1))


def test_saving_keeps_what_was_found_and_holds_the_check() -> None:
    check, asha = waiting_check(), officer()
    save_evidence(check_id=check.pk, officer=asha, evidence=Evidence(address=" Seen "), now=NOW)

    check.refresh_from_db()
    assert (check.address_evidence, check.claimed_by, check.claimed_until) == ("Seen", asha, later(minutes=30))


def test_the_second_person_is_another() -> None:
    check, asha, ben = waiting_check(), officer(), officer()
    ask_second_person(check_id=check.pk, officer=asha, evidence=FOUND, now=NOW)

    assert check not in ManualCheck.objects.free_for(asha.pk, later(minutes=1))
    assert check in ManualCheck.objects.free_for(ben.pk, later(minutes=1))
    with pytest.raises(NeedsAnotherPerson):
        approve_check(check_id=check.pk, officer=asha, evidence=FOUND, now=later(minutes=1))
    with pytest.raises(NeedsAnotherPerson):
        claim_check(check_id=check.pk, officer=asha, now=later(minutes=1))
    with pytest.raises(NeedsAnotherPerson):
        ask_second_person(check_id=check.pk, officer=ben, evidence=FOUND, now=later(minutes=1))
    approve_check(check_id=check.pk, officer=ben, evidence=FOUND, now=later(minutes=2))
    check.refresh_from_db()
    assert check.decided_by == ben


def test_asking_a_second_person_needs_a_note_for_them() -> None:
    check = waiting_check()
    with pytest.raises(EvidenceMissing):
        ask_second_person(check_id=check.pk, officer=officer(), evidence=Evidence(address="Seen"), now=NOW)
    check.refresh_from_db()
    assert (check.second_person_asked_by, check.address_evidence) == (None, "")


def test_a_cancelled_order_leaves_the_queue_at_once_and_its_check_is_swept() -> None:
    check, asha = waiting_check(), officer()
    claim_check(check_id=check.pk, officer=asha, now=NOW)
    cancel_order(order=check.order, by=Who.PROVIDER, actor=Actor.user(check.order.account), now=later(minutes=5))
    assert check not in ManualCheck.objects.waiting()
    with pytest.raises(OrderLeftTheQueue) as told:
        approve_check(check_id=check.pk, officer=asha, evidence=FOUND, now=later(minutes=6))
    assert told.value.state == State.CANCELLED

    assert close_stale_checks(now=later(minutes=7)) == 1
    check.refresh_from_db()
    assert (check.closed_without_decision, check.decided_by, check.claimed_by) == ("cancelled", None, None)
    assert close_stale_checks(now=later(minutes=8)) == 0


def test_the_sweep_leaves_checks_alone_that_somebody_still_has_to_decide() -> None:
    check = waiting_check()

    assert close_stale_checks(now=later(hours=1)) == 0
    check.refresh_from_db()
    assert check.is_open


def test_the_officer_who_is_late_is_told_that_nobody_had_to_decide() -> None:
    check, asha = waiting_check(), officer()
    cancel_order(order=check.order, by=Who.PROVIDER, actor=Actor.user(check.order.account), now=later(minutes=5))
    close_stale_checks(now=later(minutes=6))

    with pytest.raises(AlreadyDecided) as told:
        approve_check(check_id=check.pk, officer=asha, evidence=FOUND, now=later(minutes=7))
    assert (told.value.by, told.value.how) == ("The portal", "cancelled")


def test_nothing_is_decided_when_the_audit_row_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    check = waiting_check()

    def fails(**_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("verification.checking.deciding.record", fails)
    with pytest.raises(ConnectionError):
        approve_check(check_id=check.pk, officer=officer(), evidence=FOUND, now=later(hours=1))

    check.refresh_from_db()
    assert (check.is_open, check.address_evidence) == (True, "")
    check.order.refresh_from_db()
    assert check.order.state == State.CHECKING


@pytest.mark.promise("right-restriction")
def test_nobody_works_on_the_order_of_a_restricted_account() -> None:
    check, asha = waiting_check(), officer()
    account = check.order.account
    account.restricted_at = NOW
    account.save()

    assert check not in ManualCheck.objects.waiting()
    for act in (approve_check, save_evidence):
        with pytest.raises(AccountRestricted):
            act(check_id=check.pk, officer=asha, evidence=FOUND, now=later(hours=1))
    check.refresh_from_db()
    assert (check.is_open, check.address_evidence) == (True, "")
    assert close_stale_checks(now=later(hours=1)) == 0
