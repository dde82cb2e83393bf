"""The last wall: each constraint of the tables of checks, broken on purpose in PostgreSQL itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from tests.verification.worlds import NOW, a_listing, assessed, cqc_order, later, officer, waiting_check
from verification.models import Assessment, ListedInboxLink, ManualCheck, Question

pytestmark = pytest.mark.django_db

MODELS = (Assessment, ManualCheck, ListedInboxLink, Question)
Write = Callable[[], object]
Case = Callable[[], Write]


def assessment_with(**columns: object) -> Case:
    def case() -> Write:
        order = assessed(cqc_order())
        return lambda: Assessment.objects.filter(order=order).update(**columns)

    return case


def check_with(*people: str, **columns: object) -> Case:
    """A check whose columns named in `people` are set to an officer, and the others as given."""

    def case() -> Write:
        check, asha = waiting_check(), officer()
        changes = columns | dict.fromkeys(people, asha)
        return lambda: ManualCheck.objects.filter(pk=check.pk).update(**changes)

    return case


def link_with(**columns: object) -> Case:
    def case() -> Write:
        listing = a_listing()
        order = assessed(cqc_order())
        fields = {"order": order, "listing": listing, "token_digest": "a", "sent_at": NOW, "expires_at": later(hours=1)}
        return lambda: ListedInboxLink.objects.create(**fields | columns)

    return case


def question_with(*, times: int = 1, **columns: object) -> Case:
    """The last of `times` questions of one check, with `columns`."""

    def case() -> Write:
        fields = {"check_asked_in": waiting_check(), "asked_by": officer(), "text": "Who?", "asked_at": NOW} | columns
        for _ in range(times - 1):
            Question.objects.create(**fields)
        return lambda: Question.objects.create(**fields)

    return case


def second_link_with_the_same_digest() -> Write:
    link_with(token_digest="same")()()
    order = ListedInboxLink.objects.get().order
    return lambda: ListedInboxLink.objects.create(
        order=order, token_digest="same", sent_at=NOW, expires_at=later(hours=1)
    )


def second_open_check() -> Write:
    check = waiting_check()
    return lambda: ManualCheck.objects.create(order=check.order, reasons=["very_large"], opened_at=NOW)


VIOLATIONS: dict[str, list[Case]] = {
    "assessment_never_refuses": [assessment_with(outcome="refused")],
    "assessment_reasons_fit_outcome": [assessment_with(reasons=[]), assessment_with(outcome="verified")],
    "assessment_is_by_a_job": [assessment_with(actor="user:1"), assessment_with(actor="")],
    "check_one_open_for_each_order": [second_open_check],
    "check_has_its_reasons": [check_with(reasons=[])],
    "check_claim_has_its_end": [check_with("claimed_by"), check_with(claimed_until=NOW)],
    "check_closed_is_held_by_nobody": [
        check_with("claimed_by", claimed_until=NOW, closed_at=NOW, closed_without_decision="cancelled")
    ],
    "check_decided_by_a_person": [
        check_with(decision="approved", closed_at=NOW),
        check_with("decided_by"),
    ],
    "check_refused_has_its_reason": [
        check_with("decided_by", decision="refused", closed_at=NOW),
        check_with("decided_by", decision="approved", closed_at=NOW, refusal_reason="duplicate"),
    ],
    "check_closed_says_how": [
        check_with(closed_at=NOW),
        check_with(closed_without_decision="cancelled"),
        check_with("decided_by", decision="approved", closed_at=NOW, closed_without_decision="matched"),
    ],
    "check_second_person_is_another": [
        check_with("decided_by", "second_person_asked_by", decision="approved", closed_at=NOW)
    ],
    "question_only_one_open": [question_with(times=2)],
    "question_answer_has_its_time": [
        question_with(answer="Me"),
        question_with(answered_at=NOW),
        question_with(answered_at=NOW, ended_at=later(hours=1)),
    ],
    "inbox_link_expires_later": [link_with(expires_at=NOW)],
    "inbox_link_used_while_good": [link_with(used_at=later(hours=1)), link_with(used_at=later(hours=-1))],
    "verification_listedinboxlink_token_digest_key": [second_link_with_the_same_digest],
}


def names_in_the_database() -> set[str]:
    found: set[str] = set()
    with connection.cursor() as cursor:
        for model in MODELS:
            for name, facts in connection.introspection.get_constraints(cursor, model._meta.db_table).items():
                if facts["check"] or (facts["unique"] and not facts["primary_key"]):
                    found.add(name)
    return found


def plain(name: str) -> str:
    """Django ends the names of its own unique constraints with a digest of the columns."""
    return "verification_listedinboxlink_token_digest_key" if "token_digest" in name else name


def is_one_of_ours(name: str) -> bool:
    # PositiveIntegerField brings its own, which Django tests.
    return not name.endswith("_check")


def test_every_constraint_has_a_case() -> None:
    assert {plain(name) for name in names_in_the_database() if is_one_of_ours(name)} == set(VIOLATIONS)


@pytest.mark.parametrize(
    ("name", "case"),
    [
        pytest.param(name, case, id=f"{name}-{number}")
        for name, cases in VIOLATIONS.items()
        for number, case in enumerate(cases)
    ],
)
def test_the_database_refuses(name: str, case: Case) -> None:
    write = case()
    with pytest.raises(IntegrityError) as told, transaction.atomic():
        write()

    assert plain(told.value.__cause__.diag.constraint_name) == name
