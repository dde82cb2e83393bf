"""The last wall: each constraint of requests, complaints and breaches, broken on purpose in PostgreSQL itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from accounts.models import Breach, Complaint, DataRequest, DataRequestEvent, RequestPause
from accounts.rights.answering import extend, refuse_request
from tests.accounts.rights.steps import ANN, NOW, a_breach, a_complaint, a_request, later, officer
from tests.factories.user import UserFactory

Write = Callable[[], object]
Case = Callable[[], Write]

TODAY = NOW.date()
DAY = timedelta(days=1)
CLOSED = {"state": "met", "closed_at": NOW, "closed_by": "user:1"}
REFUSED = CLOSED | {"state": "refused", "refusal_reason": "excessive"}
NO_CLOCK = {"starts_on": None, "first_due_on": None, "due_on": None}
EXTENDED = {"extended_on": TODAY, "extension_reason": "complex", "due_on": date(2026, 12, 3)}


def request_with(*, typed: bool = False, **columns: object) -> Case:
    def case() -> Write:
        request = a_request(contact=ANN) if typed else a_request()
        return lambda: DataRequest.objects.filter(pk=request.pk).update(**columns)

    return case


def two_open_of_a_kind() -> Write:
    first, second = a_request(), a_request()
    return lambda: DataRequest.objects.filter(pk=second.pk).update(account=first.account)


def identity_confirmed_before_it_was_asked() -> Write:
    request = a_request(identity_known=False)
    return lambda: DataRequest.objects.filter(pk=request.pk).update(
        identity_confirmed_on=TODAY - DAY, starts_on=TODAY, first_due_on=date(2026, 10, 5), due_on=date(2026, 10, 5)
    )


def clock_starts_before_identity_is_known() -> Write:
    request = a_request(identity_known=False)
    return lambda: DataRequest.objects.filter(pk=request.pk).update(
        identity_confirmed_on=TODAY + DAY, starts_on=TODAY, first_due_on=date(2026, 10, 5), due_on=date(2026, 10, 5)
    )


def pauses(*spans: tuple[int, int | None], asked_by: str = "user:1", of_two_requests: bool = False) -> Case:
    """Pauses of one request (or of two), each from and until so many days after the request."""

    def case() -> Write:
        requests = [a_request() for _ in spans] if of_two_requests else [a_request()] * len(spans)

        def write() -> None:
            for request, (start, end) in zip(requests, spans, strict=True):
                RequestPause.objects.create(
                    request=request, from_on=TODAY + start * DAY, to_on=None if end is None else TODAY + end * DAY,
                    stops_clock=True, asked_by=asked_by,
                )  # fmt: skip

        return write

    return case


def event_with(**columns: object) -> Case:
    def case() -> Write:
        values = {"request": a_request(), "kind": "open", "actor": "system:test", "at": NOW} | columns
        return lambda: DataRequestEvent.objects.create(**values)

    return case


def complaint_with(*, typed: bool = False, **columns: object) -> Case:
    def case() -> Write:
        complaint = a_complaint(contact=ANN) if typed else a_complaint()
        return lambda: Complaint.objects.filter(pk=complaint.pk).update(**columns)

    return case


def breach_with(**columns: object) -> Case:
    def case() -> Write:
        breach = a_breach()
        return lambda: Breach.objects.filter(pk=breach.pk).update(**columns)

    return case


ANSWERED = {
    "closed_at": NOW, "closed_by": "user:1", "outcome": "upheld", "acknowledged_on": TODAY,
}  # fmt: skip
UNLIKELY = {"risk": "unlikely", "risk_reason": "Nobody opened it"}
HIGH = {"risk": "high", "risk_reason": "Addresses of many"}
OVER = {"closed_at": NOW, "closed_by": "user:1", "measures": "Asked to delete it"}

VIOLATIONS: dict[str, list[Case]] = {
    "data_request_one_open_of_a_kind": [two_open_of_a_kind],
    "data_request_state_is_known": [request_with(**CLOSED | {"state": "lost"})],
    "data_request_kind_is_one_of_the_five_rights": [request_with(kind="portability")],
    "data_request_ground_is_of_a_restriction": [request_with(ground="accuracy")],
    "data_request_told_somebody_who_had_to_be_told": [request_with(recipients_told_on=TODAY)],
    "data_request_opened_by_somebody": [request_with(opened_by="")],
    "data_request_refused_only_by_a_person": [
        request_with(**REFUSED | {"closed_by": "system:sweep"}),
        request_with(**REFUSED | {"refusal_reason": ""}),
        request_with(**CLOSED | {"refusal_reason": "excessive"}),
    ],
    "data_request_closed_has_its_time": [
        request_with(state="met"),
        request_with(state="met", closed_at=NOW),
        request_with(closed_at=NOW),
        request_with(answer="We did it"),
    ],
    "data_request_met_once_identity_is_known": [request_with(**CLOSED | NO_CLOCK | {"identity_asked_on": TODAY})],
    "data_request_has_one_subject": [
        request_with(contact_email="ann@home.example"),
        request_with(listed_email="ann@home.example"),
        request_with(order_ids=[1]),
    ],
    "data_request_limits_orders_of_a_recipient": [
        request_with(limited_at=NOW),
        request_with(limit_ends_on=TODAY),
        request_with(typed=True, limited_at=NOW),
    ],
    "data_request_identity_asked_before_confirmed": [
        request_with(identity_confirmed_on=TODAY),
        identity_confirmed_before_it_was_asked,
    ],
    "data_request_clock_starts_once_identity_is_known": [
        request_with(**NO_CLOCK),
        request_with(identity_asked_on=TODAY),
        request_with(starts_on=TODAY - DAY),
        request_with(first_due_on=TODAY),
        clock_starts_before_identity_is_known,
    ],
    "data_request_extended_within_the_first_month": [
        request_with(**EXTENDED | {"extended_on": date(2026, 10, 6)}),
        request_with(**EXTENDED | {"extension_reason": ""}),
        request_with(**EXTENDED | {"due_on": date(2026, 10, 5)}),
        request_with(due_on=date(2026, 12, 3)),
        request_with(**EXTENDED | {"extended_on": None}),
        request_with(extension_text="Too much"),
    ],
    "request_pause_ends_after_it_began": [pauses((3, 2))],
    "request_pause_asked_by_a_person": [pauses((0, 1), asked_by="system:sweep")],
    "request_pauses_do_not_overlap": [
        pauses((0, 5), (4, 6)),
        pauses((0, None), (4, None)),
        pauses((0, None), (4, 6)),
        pauses((4, 6), (0, None)),
    ],
    "data_request_event_actor_is_named": [event_with(actor=""), event_with(actor="Ann Example")],
    "data_request_event_kind_is_known": [event_with(kind="resolved")],
    "data_request_event_refused_only_by_a_person": [event_with(kind="refuse"), event_with(kind="extend")],
    "complaint_opened_by_somebody": [complaint_with(opened_by="user:")],
    "complaint_acknowledged_after_it_came": [complaint_with(acknowledged_on=TODAY - DAY)],
    "complaint_looked_into_after_it_came": [complaint_with(investigated_from=TODAY - DAY)],
    "complaint_closed_by_a_person": [
        complaint_with(**ANSWERED | {"closed_by": "system:sweep"}),
        complaint_with(**ANSWERED | {"outcome": ""}),
        complaint_with(**ANSWERED | {"acknowledged_on": None}),
        complaint_with(answer="You were right"),
    ],
    "complaint_has_one_subject": [complaint_with(contact_name="Ann Example"), complaint_with(order_ids=[1])],
    "breach_logged_by_a_person": [breach_with(logged_by="system:sweep")],
    "breach_risk_has_a_reason": [breach_with(risk="high"), breach_with(risk_reason="Nobody opened it")],
    "breach_reported_after_it_was_noticed": [breach_with(reported_at=later(hours=-1))],
    "breach_reported_late_says_why": [
        breach_with(reported_at=later(hours=72, seconds=1)),
        breach_with(late_reason="Forgotten"),
    ],
    "breach_closed_by_a_person_who_knows_the_risk": [
        breach_with(**OVER | UNLIKELY | {"closed_by": "system:sweep"}),
        breach_with(**OVER | UNLIKELY | {"measures": ""}),
        breach_with(**OVER | {"reported_at": NOW}),
    ],
    "breach_with_a_risk_is_reported_before_it_is_closed": [breach_with(**OVER | HIGH | {"people_told_at": NOW})],
    "breach_with_a_high_risk_is_told_to_people": [breach_with(**OVER | HIGH | {"reported_at": NOW})],
}
OURS = (DataRequest, RequestPause, DataRequestEvent, Complaint, Breach)


def constraints_of_the_tables() -> set[str]:
    """Every check, unique and exclusion constraint, but for primary keys and PostgreSQL's own `>= 0` of positive columns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('c', 'u', 'x')"
            " UNION SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid::regclass::text = ANY(%s)"
            " AND indisunique AND NOT indisprimary",
            [[model._meta.db_table for model in OURS]] * 2,
        )
        return {name for (name,) in cursor if not name.endswith(("_reminders_check", "_people_check"))}


@pytest.mark.django_db
def test_every_constraint_has_a_case_that_breaks_it() -> None:
    assert constraints_of_the_tables() == set(VIOLATIONS)
    assert set(OURS) <= set(apps.get_app_config("accounts").get_models())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "case"),
    [(name, case) for name, cases in VIOLATIONS.items() for case in cases],
    ids=[f"{name}-{number}" for name, cases in VIOLATIONS.items() for number, _ in enumerate(cases, start=1)],
)
def test_postgresql_refuses(name: str, case: Case) -> None:
    write = case()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


@pytest.mark.django_db
def test_the_cases_fail_for_their_constraint_alone() -> None:
    """The same writes without the fault are taken, so that each case shows its own constraint."""
    sound = [
        request_with(**CLOSED),
        request_with(**CLOSED | {"closed_by": "system:erase", "answer": "We did it"}),
        request_with(**REFUSED),
        request_with(**REFUSED | NO_CLOCK | {"identity_asked_on": TODAY}),
        request_with(**EXTENDED),
        request_with(typed=True, listed_email="office@home.example", order_ids=[1]),
        request_with(typed=True, **CLOSED | {"contact_name": "", "contact_email": "", "contact_address": ""}),
        pauses((0, 2), (2, 2), (2, 4), (4, None)),
        pauses((0, None), (0, None), of_two_requests=True),
        event_with(kind="refuse", actor="user:1"),
        complaint_with(**ANSWERED | {"answer": "You were right"}),
        breach_with(**OVER | UNLIKELY),
        breach_with(**OVER | HIGH | {"reported_at": later(hours=72), "people_told_at": NOW}),
        breach_with(reported_at=later(hours=73), late_reason="Over the weekend"),
    ]
    for case in sound:
        case()()


@pytest.mark.django_db
def test_a_request_outlives_its_account() -> None:
    request = a_request(account=UserFactory(confirmed_address=False))
    refuse_request(request_id=request.pk, reason="identity", explanation="", actor=officer(), now=NOW)
    assert request.account is not None
    request.account.delete()

    request.refresh_from_db()
    assert (request.account, request.state) == (None, "refused")


@pytest.mark.django_db
def test_an_extension_of_the_last_day_is_taken() -> None:
    request = a_request()
    extend(request_id=request.pk, reason="complex", explanation="Many orders", actor=officer(), now=later(days=32))

    assert DataRequest.objects.get(pk=request.pk).due_on == date(2026, 12, 3)
