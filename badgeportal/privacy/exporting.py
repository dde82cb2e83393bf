"""A copy of everything that is held about somebody, made from the inventory: for a page to read and a file to keep.

The number of queries is fixed by the number of tables, whatever there is in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import CharField, Count, Model, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, TruncDate
from django.utils import formats, timezone

from badgeportal.audit.kinds import PERSONAL_PAGE_SEEN
from badgeportal.audit.models import AuditEvent
from badgeportal.inventory import Declaration, Personal, inventories
from badgeportal.outbox.models import OutboxMessage
from badgeportal.privacy.finding import every_row_of
from badgeportal.privacy.held import in_public_words
from badgeportal.privacy.subject import DataSubject

# Changes only when a reader of the file must change: a key gone, or one that means something else.
VERSION = 1


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the copy: rows in the order of `headings`, which are by the key that they have in the file.

    `explained` says of each field what it is, why it is held, where it came from, who receives it and how long it is kept.
    """

    key: str
    title: str
    headings: Mapping[str, str]
    rows: Sequence[Sequence[Any]]
    explained: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def words(self) -> Iterator[list[tuple[str, str]]]:
        """For each row, a label and a text of everything that is not empty, for a person to read."""
        labels = list(self.headings.values())
        for row in self.rows:
            yield [(label, text) for label, value in zip(labels, row, strict=True) if (text := _text(value)) != ""]


@dataclass(frozen=True, slots=True)
class Export:
    """The copy: what is held, and what was done with it."""

    about: str
    made_at: datetime
    held: tuple[Section, ...]
    happened: tuple[Section, ...]

    def as_json(self) -> str:
        """The file; the keys stay the same from one copy to the next."""
        whole = {
            "version": VERSION,
            "about": self.about,
            "made_at": self.made_at,
            "held": {section.key: _content(section) for section in self.held},
            "happened": {section.key: _content(section) for section in self.happened},
        }
        return json.dumps(whole, ensure_ascii=False, indent=1, default=_plain)


_ABOUT = {"ACCOUNT": "the holder of an account", "ORDER": "the recipient of orders", "ADDRESS": "a listed address"}


def export(subject: DataSubject, now: datetime) -> Export:
    """Everything that the inventory says is held about `subject`, the mails about it, who was told, and who looked at it."""
    reached = list(every_row_of(subject))
    held = tuple(section for one in reached if (section := _held(*one, subject=subject)) is not None)
    told = [part for inventory in inventories() for function in inventory.histories for part in function(subject)]
    rows = [(label, found) for label, _, found in reached]
    happened = [*told, _mails(rows), _looks(rows)]
    return Export(_ABOUT[subject.reach.name], now, held, tuple(part for part in happened if part.rows))


def _held(label: str, declaration: Declaration, rows: Any, *, subject: DataSubject) -> Section | None:
    theirs = {name: one for name, one in declaration.personal.items() if one.exported and one.whose in subject.concerns}
    if not theirs:
        return None
    model = apps.get_model(label)
    names = [*declaration.shown_with, *theirs]
    found = list(rows.order_by("pk").values_list(*names))
    return (
        Section(
            key=label,
            title=declaration.title_or(_sentence(str(model._meta.verbose_name_plural))),
            headings={name: declaration.words_for(name) for name in names},
            rows=[
                tuple(_shown(model, declaration, name, value) for name, value in zip(names, row, strict=True))
                for row in found
            ],
            explained={name: _explained(declaration.words_for(name), one) for name, one in theirs.items()},
        )
        if found
        else None
    )


def _explained(what: str, one: Personal) -> dict[str, Any]:
    return {
        "what": what,
        "why": one.purpose,
        "source": one.source,
        "recipients": list(one.recipients),
        "kept": in_public_words(one.retention),
    }


def _mails(reached: Iterable[tuple[str, Any]]) -> Section:
    """Mails about the person's records. Those with a code or link are sealed, and nobody knows afterwards whose they were."""
    about = Q(pk__in=[])
    for label, rows in reached:
        if _counts(label):
            about |= Q(subject_type=label, subject_id__in=rows.order_by().values("pk"))
    found = OutboxMessage.objects.filter(about).order_by("created_at", "pk")
    states = dict(OutboxMessage.State.choices)
    return Section(
        key="emails",
        title="Emails about this",
        headings={"kind": "Email", "written_at": "Written", "state": "State", "sent_at": "Sent"},
        rows=[
            (_sentence(template), created, str(states[state]), sent)
            for template, created, state, sent in found.values_list("template", "created_at", "state", "sent_at")
        ],
    )


def _looks(reached: Iterable[tuple[str, Any]]) -> Section:
    """Which pages of staff showed the person's records, how often on which day. Who looked is not said."""
    about = Q(pk__in=[])
    for label, rows in reached:
        if _counts(label):
            keys = rows.order_by().annotate(as_text=Cast("pk", CharField())).values("as_text")
            about |= Q(subject_type=label, subject_id__in=keys)
    seen = AuditEvent.objects.filter(about, kind=PERSONAL_PAGE_SEEN)
    days = (
        seen.annotate(page=KT("details__page"), day=TruncDate("at")).order_by("day", "page").values_list("day", "page")
    )
    return Section(
        key="seen_by_staff",
        title="When staff looked at this",
        headings={"day": "Day", "page": "Page", "records": "Records shown"},
        rows=[
            (day, _sentence((page or "").removeprefix("admin:")), n) for day, page, n in days.annotate(n=Count("pk"))
        ],
    )


def _counts(label: str) -> bool:
    """Whether records of this kind are numbered: mails and looks name no others."""
    return bool(apps.get_model(label)._meta.pk.get_internal_type() == "BigAutoField")


def _shown(model: type[Model], declaration: Declaration, path: str, value: Any) -> Any:
    """A word in place of a code, where the field has words for its codes; the parts of a value in the order declared."""
    if "__" in path:
        return value
    if isinstance(value, dict):
        # PostgreSQL keeps keys by their length.
        return {part: value[part] for part in [*declaration.inside.get(path, ()), *value] if part in value}
    choices = dict(getattr(model._meta.get_field(path), "flatchoices", ()))
    return str(choices.get(value, value)) if choices and value is not None else value


def _content(section: Section) -> dict[str, Any]:
    rows = [dict(zip(section.headings, row, strict=True)) for row in section.rows]
    content: dict[str, Any] = {"title": section.title, "records": rows}
    return content | {"fields": section.explained} if section.explained else content | {"fields": section.headings}


def _text(value: Any) -> str:
    if value is None or value == "" or value == {} or value == []:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime | date):
        return _moment(value)
    if isinstance(value, dict):
        return ", ".join(str(one) for one in value.values() if one)
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _moment(value: datetime | date) -> str:
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "j F Y, H:i")
    return formats.date_format(value, "j F Y")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _sentence(code: str) -> str:
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]
