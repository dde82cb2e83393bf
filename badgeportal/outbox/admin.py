"""Mail for staff: what waits, what went, what could not be sent. No address and no text is here to be seen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince

from badgeportal.actor import Actor
from badgeportal.admin_base import ReadOnlyAdmin
from badgeportal.named_subjects import in_words
from badgeportal.outbox.claims import retry_mail
from badgeportal.outbox.letters import registered
from badgeportal.outbox.models import OutboxMessage, said


class TemplateFilter(admin.SimpleListFilter):
    """The mails there are, from the registry: a look through the whole table for them would be slow."""

    title = "mail"
    parameter_name = "template"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, said(key)) for key in sorted(registered())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
        return queryset.filter(template=self.value()) if self.value() else queryset


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    list_display = ("mail", "state", "about", "age", "attempts", "last_error", "next_attempt")
    list_filter = ("state", TemplateFilter)
    # In the order in which they were written.
    ordering = ("-pk",)
    sortable_by = ()
    actions = ("try_again",)
    fields = (
        "mail",
        "state",
        "about",
        "created_at",
        "attempts",
        "last_error",
        "next_attempt",
        "sent_at",
        "destroyed_by",
    )
    readonly_fields = fields

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "change_outboxmessage")

    @admin.display(description="mail", ordering="template")
    def mail(self, message: OutboxMessage) -> str:
        return said(message.template)

    @admin.display(description="code or link destroyed by", ordering="payload_expires_at", empty_value="holds none")
    def destroyed_by(self, message: OutboxMessage) -> datetime | None:
        return message.payload_expires_at

    @admin.display(description="about")
    def about(self, message: OutboxMessage) -> str:
        if message.subject_id is None:
            return "an address that is kept encrypted"
        return f"{in_words(message.subject_type)} {message.subject_id}"

    @admin.display(description="age", ordering="created_at")
    def age(self, message: OutboxMessage) -> str:
        return timesince(message.created_at)

    @admin.display(description="next attempt", ordering="next_attempt_at")
    def next_attempt(self, message: OutboxMessage) -> Any:
        return message.next_attempt_at if message.state == OutboxMessage.State.QUEUED else None

    @admin.action(description="Try to send again", permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        """Queue the chosen mails that could not be sent; the others are left as they are."""
        actor, now = Actor.user(request.user), timezone.now()
        chosen = list(queryset.values_list("pk", flat=True))
        queued = sum(retry_mail(message_id=pk, actor=actor, now=now) for pk in chosen)
        if queued:
            messages.success(request, f"{queued} queued to be sent again.")
        if queued < len(chosen):
            left = len(chosen) - queued
            messages.warning(
                request,
                f"{left} left as before. Only an email that could not be sent is tried again, and one with a code or a link "
                "is gone for good: the person can ask for a new one.",
            )
