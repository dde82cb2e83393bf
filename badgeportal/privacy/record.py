"""The record of processing (UK GDPR, article 30), made from the inventory and from nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields

from django.apps import apps
from django.conf import settings

from badgeportal.inventory import Personal, Reach, Whose, declarations

_INTRODUCTION = (
    "What the portal holds about people, as article 30 of the UK GDPR asks. Written by `manage.py personal_data` from what"
    " each app declares; a test fails when it is stale. With `--format csv` the same is printed for a spreadsheet."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field that says something about a person, in words for whoever has to account for it."""

    table: str
    field: str
    what: str
    whose: str
    purpose: str
    source: str
    recipients: str
    kept: str
    copy: str
    correction: str
    restriction: str
    erasure: str
    closing: str


def entries() -> list[Entry]:
    """Every personal field, table by table in the order of the rooms."""
    return [
        _entry(label, name, one)
        for label, declaration in declarations().items()
        for name, one in declaration.personal.items()
    ]


def as_csv() -> str:
    """The record for a spreadsheet: one line for each field."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([one.name for one in fields(Entry)])
    writer.writerows(astuple(one) for one in entries())
    return out.getvalue()


def as_markdown() -> str:
    """docs/personal-data.md as it should be."""
    return "\n".join([*_head(), *_purposes(), *_periods(), *_tables(), *_nothing_personal()]) + "\n"


def _entry(label: str, name: str, one: Personal) -> Entry:
    erasure = f"{one.erasure.value}: {one.why_kept}" if one.why_kept else one.erasure.value
    return Entry(
        table=str(apps.get_model(label)._meta.verbose_name_plural),
        field=f"{label}.{name}",
        what=one.what,
        whose=one.whose.value,
        purpose=one.purpose,
        source=one.source,
        recipients=", ".join(one.recipients),
        kept=one.retention,
        copy="in it" if one.exported else "left out",
        correction=one.correction.value,
        restriction=one.restriction,
        erasure=erasure,
        closing=one.closing.value,
    )


def _head() -> list[str]:
    return [
        "# Record of processing",
        "",
        _INTRODUCTION,
        "",
        "- Controller: the Department of Health and Social Care. Processor: APS.",
        "- Legal basis: article 6(1)(e), a task carried out in the public interest.",
        f"- Whose data: {_list(whose.value for whose in Whose)}.",
        f"- Who receives it: {_list(_recipients())}.",
        "- Outside the EEA: as standard, nothing.",
        "- Security: docs/security.md.",
    ]


def _purposes() -> Iterator[str]:
    yield from ("", "## What for", "", "| Purpose | Whose data | Fields |", "|---|---|---|")
    found: dict[str, list[Entry]] = {}
    for one in entries():
        found.setdefault(one.purpose, []).append(one)
    for purpose, those in sorted(found.items()):
        yield _row(purpose, _list(dict.fromkeys(one.whose for one in those)), str(len(those)))


def _periods() -> Iterator[str]:
    yield from (
        "",
        "## What goes before the portal closes",
        "",
        "| Table | What | After | Kept to by |",
        "|---|---|---|---|",
    )
    for label, declaration in declarations().items():
        for one in declaration.kept_for:
            after = f"{getattr(settings, one.setting)} {one.unit} (`{one.setting}`)"
            yield _row(f"`{label}`", one.of, after, f"`{one.task}`")


def _tables() -> Iterator[str]:
    found: dict[str, list[Entry]] = {}
    for one in entries():
        found.setdefault(one.field.rpartition(".")[0], []).append(one)
    for label, those in found.items():
        roads = declarations()[label].reached
        yield from ("", f"## {those[0].table[0].upper()}{those[0].table[1:]} (`{label}`)", "")
        yield (
            f"Found by {_list(_road(reach) for reach in roads)}."
            if roads
            else "No key leads from a person to these rows."
        )
        yield ""
        yield "| Field | What | Whose | Source | Recipients | Kept | Copy | Correction | Restriction | Erasure | Closing |"
        yield "|---|---|---|---|---|---|---|---|---|---|---|"
        for one in those:
            yield _row(
                f"`{one.field.rpartition('.')[2]}`", one.what, one.whose, one.source, one.recipients, one.kept, one.copy,
                one.correction, one.restriction, one.erasure, one.closing,
            )  # fmt: skip


def _nothing_personal() -> Iterator[str]:
    yield from ("", "## Tables that say nothing about a person", "")
    for label, declaration in declarations().items():
        if not declaration.personal:
            yield f"- `{label}`"


def _recipients() -> list[str]:
    return sorted(
        {name for one in declarations().values() for field in one.personal.values() for name in field.recipients}
    )


def _road(reach: Reach) -> str:
    return reach.value


def _list(words: Iterable[str]) -> str:
    *first, last = list(words)
    return f"{', '.join(first)} and {last}" if first else last


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
