"""A person's request about their data, its clock, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Count, Exists, F, Func, Min, OuterRef, Q, Value

from accounts.models.addressee import WithoutAccount


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def open(self) -> Self:
        """Neither met nor refused nor withdrawn."""
        return self.filter(state=DataRequest.State.OPEN)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def without_identity(self) -> Self:
        """Open, and we still have to find out who asks: the clock has not begun."""
        return self.open().filter(starts_on__isnull=True)

    def paused(self) -> Self:
        """Open, and the clock stands until the person has answered."""
        return self.open().filter(_clock_stands())

    def running(self) -> Self:
        """Open, and the clock runs."""
        return self.open().filter(~_clock_stands(), starts_on__isnull=False)

    def due_by(self, day: date) -> Self:
        return self.running().filter(due_on__lte=day)

    def overdue(self, today: date) -> Self:
        """The last day has passed without an answer."""
        return self.running().filter(due_on__lt=today)

    def counted(self, today: date) -> dict[str, Any]:
        """How many are open by what their clock does, how many are late, and since when the oldest is open. One query."""
        stands, began = Q(_clock_stands()), Q(starts_on__isnull=False)
        return self.open().aggregate(
            running=Count("pk", filter=began & ~stands),
            paused=Count("pk", filter=stands),
            identity_asked=Count("pk", filter=~began),
            late=Count("pk", filter=began & ~stands & Q(due_on__lt=today)),
            oldest=Min("opened_at"),
        )

    def of_account(self, account_id: int) -> Self:
        """What one person asked, newest first."""
        return self.filter(account=account_id).order_by("-opened_at", "-pk")

    def in_dispute(self, account_id: int) -> Self:
        """What `account_id` says is wrong and is not settled yet."""
        wrong = Q(kind=DataRequest.Kind.RECTIFICATION) | Q(ground=DataRequest.Ground.ACCURACY)
        return self.open().filter(wrong, account=account_id)

    def in_dispute_about(self, order_id: int) -> Self:
        """What a recipient without an account says is wrong about that order, and is not settled yet."""
        wrong = Q(kind=DataRequest.Kind.RECTIFICATION) | Q(ground=DataRequest.Ground.ACCURACY)
        return self.open().filter(wrong, account__isnull=True, order_ids__contains=[order_id])

    def limiting(self) -> Self:
        """Of recipients without an account: their data is kept and not used since, also when the request is answered."""
        return self.filter(limited_at__isnull=False).order_by("pk")

    def limiting_orders(self, order_ids: Iterable[int]) -> set[int]:
        """Those of `order_ids` that a recipient's request limits now."""
        wanted = set(order_ids)
        rows = self.limiting().filter(order_ids__overlap=list(wanted)).values_list("order_ids", flat=True)
        return {number for row in rows for number in row} & wanted

    def limited_until(self, day: date) -> Self:
        """Whose limit ends on `day` or before, as they were told."""
        return self.limiting().filter(limit_ends_on__lte=day)

    def most_urgent_first(self) -> Self:
        """What is open by its last day; then what is over, newest first."""
        return self.order_by(F("closed_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk")


class DataRequest(WithoutAccount):
    """One request. The row stays as proof when its person is erased; what could name them is blank then."""

    class Kind(models.TextChoices):
        ACCESS = "access", "Get a copy"
        RECTIFICATION = "rectification", "Correct"
        RESTRICTION = "restriction", "Limit use"
        OBJECTION = "objection", "Object to use"
        ERASURE = "erasure", "Delete"

    class Channel(models.TextChoices):
        ONLINE = "online", "On the portal"
        PHONE = "phone", "By phone"
        EMAIL = "email", "By email"
        LETTER = "letter", "By letter"
        DHSC = "dhsc", "Passed on by DHSC"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        MET = "met", "Met"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn by the person"
        ERASED = "erased", "Over, because the person was erased"

    class Refusal(models.TextChoices):
        NOTHING_HELD = "nothing_held", "We hold nothing about the person"
        IDENTITY = "identity", "We could not find out whether the person is who they say"
        UNFOUNDED = "unfounded", "The request is manifestly unfounded"
        EXCESSIVE = "excessive", "The request is manifestly excessive"
        ACCURATE = "accurate", "The information is right as it is"
        STILL_NEEDED = "still_needed", "The information is still needed for the task in the public interest"
        LAW = "law", "The law asks us to keep it, or it is needed for a legal claim"
        OTHERS = "others", "It would disclose information about somebody else"

    class Ground(models.TextChoices):
        """Why the use of data is limited: Article 18(1) of the UK GDPR, in plain words."""

        ACCURACY = "accuracy", "Something you hold about me is wrong, and I want you to check it first"
        UNLAWFUL = "unlawful", "You should not be using my data, but I do not want it deleted"
        CLAIM = "claim", "I need you to keep it for a legal claim"
        OBJECTION = "objection", "I have objected to its use, and you have not answered yet"

    class Extension(models.TextChoices):
        COMPLEX = "complex", "The request is complex"
        NUMEROUS = "numerous", "The person has made a number of requests"

    kind = models.CharField("what is asked for", max_length=20, choices=Kind.choices)
    channel = models.CharField("how it came", max_length=10, choices=Channel.choices)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="data_requests"
    )
    words = models.TextField("in the person’s words", max_length=3000, blank=True)
    ground = models.CharField("why use is to be limited", max_length=10, choices=Ground.choices, blank=True)
    # Whom else must hear of it (Article 19), because they were given this person's data; and when they were told.
    tell_recipients = models.CharField("also to be told", max_length=80, blank=True)
    recipients_told_on = models.DateField("told on", null=True, blank=True)
    # For a recipient without an account, whose orders are marked; an account has its own marks.
    limited_at = models.DateTimeField("use limited since", null=True, blank=True)
    limit_ends_on = models.DateField("the limit ends on", null=True, blank=True)
    received_on = models.DateField("received on")
    opened_at = models.DateTimeField("opened")
    opened_by = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)

    identity_asked_on = models.DateField("identity asked for on", null=True, blank=True)
    identity_confirmed_on = models.DateField("identity confirmed on", null=True, blank=True)
    starts_on = models.DateField("clock started on", null=True, blank=True)
    # The last day of the first month, and the last day as it now is; both with the days that the clock stood.
    first_due_on = models.DateField("first month ends on", null=True, blank=True)
    due_on = models.DateField("answer due by", null=True, blank=True)
    extended_on = models.DateField("extended on", null=True, blank=True)
    extension_reason = models.CharField("why it was extended", max_length=10, choices=Extension.choices, blank=True)
    extension_text = models.TextField("what the person was told about it", max_length=2000, blank=True)
    # How many of the reminders to staff are out: 21 days, 28 days, overdue.
    reminders = models.PositiveSmallIntegerField(default=0)

    closed_at = models.DateTimeField("closed", null=True, blank=True)
    closed_by = models.CharField(max_length=80, blank=True)
    refusal_reason = models.CharField("why it was refused", max_length=20, choices=Refusal.choices, blank=True)
    answer = models.TextField("what the person was told", max_length=3000, blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "data request"
        default_permissions = ("view",)
        permissions = [("run_datarequest", "Can open and answer data requests")]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(state="open"), name="data_request_due"),
            models.Index(fields=["closed_at"], name="data_request_closed"),
        ]
        # A check that PostgreSQL cannot decide, because a column is NULL, passes: so each names what must be there.
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind"], condition=Q(state="open"), name="data_request_one_open_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "met", "refused", "withdrawn", "erased"]),
                name="data_request_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["access", "rectification", "restriction", "objection", "erasure"]),
                name="data_request_kind_is_one_of_the_five_rights",
            ),
            models.CheckConstraint(
                condition=Q(opened_by__regex=r"^(user|system):.+"), name="data_request_opened_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(ground="") | Q(kind="restriction"), name="data_request_ground_is_of_a_restriction"
            ),
            models.CheckConstraint(
                condition=Q(limited_at__isnull=True, limit_ends_on__isnull=True)
                | Q(limited_at__isnull=False, account__isnull=True) & ~Q(order_ids=[]),
                name="data_request_limits_orders_of_a_recipient",
            ),
            models.CheckConstraint(
                condition=Q(recipients_told_on__isnull=True) | ~Q(tell_recipients=""),
                name="data_request_told_somebody_who_had_to_be_told",
            ),
            # A machine only helps: it may have met a request, never refused one.
            models.CheckConstraint(
                condition=Q(state="refused", closed_by__startswith="user:") & ~Q(refusal_reason="")
                | ~Q(state="refused") & Q(refusal_reason=""),
                name="data_request_refused_only_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True, closed_by="", answer="")
                | ~Q(state="open") & Q(closed_at__isnull=False, closed_by__regex=r"^(user|system):.+"),
                name="data_request_closed_has_its_time",
            ),
            # Nobody's data is given away or changed for a stranger.
            models.CheckConstraint(
                condition=~Q(state="met") | Q(starts_on__isnull=False), name="data_request_met_once_identity_is_known"
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True)
                | Q(contact_name="", contact_email="", contact_address="", listed_email="", order_ids=[]),
                name="data_request_has_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(identity_confirmed_on__isnull=True)
                | Q(identity_asked_on__isnull=False, identity_confirmed_on__gte=F("identity_asked_on")),
                name="data_request_identity_asked_before_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True, first_due_on__isnull=True, due_on__isnull=True)
                & Q(identity_asked_on__isnull=False, identity_confirmed_on__isnull=True, extended_on__isnull=True)
                | Q(starts_on__gte=F("received_on"), first_due_on__gt=F("starts_on"), due_on__isnull=False)
                & (
                    Q(identity_asked_on__isnull=True)
                    | Q(identity_confirmed_on__isnull=False, starts_on__gte=F("identity_confirmed_on"))
                ),
                name="data_request_clock_starts_once_identity_is_known",
            ),
            models.CheckConstraint(
                condition=Q(extended_on__isnull=True, extension_reason="", extension_text="")
                & (Q(due_on__isnull=True) | Q(due_on=F("first_due_on")))
                | Q(extended_on__isnull=False, extended_on__gte=F("received_on"))
                & Q(extended_on__lte=F("first_due_on"), due_on__gt=F("first_due_on"))
                & ~Q(extension_reason=""),
                name="data_request_extended_within_the_first_month",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What staff and the person call it; says nothing about either."""
        return f"DR-{self.pk:05d}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_restricted(self) -> bool:
        """Whether the data of the recipient who asks is kept and not used."""
        return self.limited_at is not None

    @property
    def can_be_extended(self) -> bool:
        return self.is_open and self.first_due_on is not None and self.extended_on is None


class RequestPause(models.Model):
    """A question to the person, and the days we waited for the answer. Days are kept, whatever a setting makes of them."""

    request = models.ForeignKey(DataRequest, on_delete=models.PROTECT, related_name="pauses")
    question = models.TextField("what we asked", max_length=2000, blank=True)
    from_on = models.DateField("asked on")
    to_on = models.DateField("answered on", null=True, blank=True)
    # The law stops the clock for requests for a copy; a question about another request does not (a setting).
    stops_clock = models.BooleanField("the clock stands")
    asked_by = models.CharField(max_length=80)

    class Meta:
        verbose_name = "question about a data request"
        verbose_name_plural = "questions about data requests"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="request_pause_ends_after_it_began"
            ),
            models.CheckConstraint(condition=Q(asked_by__startswith="user:"), name="request_pause_asked_by_a_person"),
            # Two ranges of one number overlap only if they are the same, which needs no extension of PostgreSQL.
            ExclusionConstraint(
                name="request_pauses_do_not_overlap",
                expressions=[
                    (Func("request", "request", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func("from_on", "to_on", Value("[)"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"Question {self.pk} of {self.request_id}"


class DataRequestEvent(models.Model):
    """One thing that happened to a request. Written once, never changed; it names nobody."""

    class Kind(models.TextChoices):
        OPEN = "open", "Opened"
        CONFIRM_IDENTITY = "confirm_identity", "Identity confirmed"
        ASK = "ask", "Question asked"
        ANSWERED = "answered", "Question answered"
        EXTEND = "extend", "Extended by two months"
        MEET = "meet", "Met"
        REFUSE = "refuse", "Refused"
        WITHDRAW = "withdraw", "Withdrawn"
        REMIND = "remind", "Staff reminded"
        RESTRICT = "restrict", "Use of data limited"
        RECIPIENTS_TOLD = "recipients_told", "Those who were given the data were told"
        LIMIT_END_TOLD = "limit_end_told", "Told that the limit ends"
        LIMIT_END = "limit_end", "The limit ended"
        CLOSE_ERASED = "close_erased", "Closed, because the person was erased"

    request = models.ForeignKey(DataRequest, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=30, choices=Kind.choices)
    reason = models.CharField(max_length=20, blank=True)
    due_on = models.DateField("answer due by, after it", null=True, blank=True)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "event of a data request"
        default_permissions = ()
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(actor__regex=r"^(user|system):.+"), name="data_request_event_actor_is_named"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["refuse", "extend"]) | Q(actor__startswith="user:"),
                name="data_request_event_refused_only_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "open",
                        "confirm_identity",
                        "ask",
                        "answered",
                        "extend",
                        "meet",
                        "refuse",
                        "withdraw",
                        "remind",
                        "restrict",
                        "recipients_told",
                        "limit_end_told",
                        "limit_end",
                        "close_erased",
                    ]
                ),
                name="data_request_event_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.request_id}"


def _clock_stands() -> Exists:
    return Exists(RequestPause.objects.filter(request=OuterRef("pk"), to_on__isnull=True, stops_clock=True))
