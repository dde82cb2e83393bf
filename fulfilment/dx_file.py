"""The two files of a closed batch: DX's, with name and address only, and the warehouse's, with references and quantities only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from fulfilment.audit_kinds import DX_FILE_DOWNLOADED, PICK_LIST_DOWNLOADED
from fulfilment.faults import FileCannotBeMade
from fulfilment.models import Batch


def dx_file(batch: Batch) -> bytes:
    """The file for DX of a closed `batch`: the same bytes each time, checked against the hash kept when it closed.

    UTF-8 without a byte order mark, RFC 4180, what was typed. Raises FileCannotBeMade, also while the use of data is limited for
    somebody in it.
    """
    if batch.state not in (Batch.State.CLOSED, Batch.State.SENT):
        raise FileCannotBeMade(f"{batch} is {batch.state}. Only a closed batch has a file for DX.")
    if batch.consignments.in_file_order().of_restricted_people().exists():
        raise FileCannotBeMade(
            f"The file of {batch} is not given out, because the use of data is limited for somebody in it."
            + (" Take them out of the handover first." if batch.state == Batch.State.CLOSED else "")
        )
    rows = list(batch.consignments.in_file_order().values_list("frozen_lines", "anonymised_at"))
    erased = [at for _, at in rows if at is not None]
    if erased:
        raise FileCannotBeMade(
            f"The file of {batch} cannot be made any more, because a person in it was erased on {min(erased):%-d %B %Y}."
            " Its SHA-256 and its counts are kept."
        )
    content = render(batch.layout["columns"], (lines for lines, _ in rows))
    if hashlib.sha256(content).hexdigest() != batch.file_sha256:
        raise FileCannotBeMade(
            f"The file of {batch} does not match the SHA-256 kept when it was closed, so it is not given out."
            " Tell the portal manager."
        )
    return content


def pick_list(batch: Batch) -> bytes:
    """References and numbers of badges for the warehouse, without names; only of a closed batch. Raises FileCannotBeMade."""
    if batch.state not in (Batch.State.CLOSED, Batch.State.SENT):
        raise FileCannotBeMade(f"{batch} is {batch.state}. Only a closed batch has a pick list.")
    rows = batch.consignments.in_file_order().values_list("reference", "quantity")
    return _csv([("Reference", "Badges"), *((reference, str(quantity)) for reference, quantity in rows)])


@transaction.atomic(durable=True)
def download_dx_file(*, batch: Batch, actor: Actor, now: datetime) -> bytes:
    """As `dx_file`, with the audit event of the download."""
    content = dx_file(batch)
    record(
        kind=DX_FILE_DOWNLOADED, actor=actor, subject=batch, now=now,
        orders=batch.orders_count, file_sha256=batch.file_sha256,
    )  # fmt: skip
    return content


@transaction.atomic(durable=True)
def download_pick_list(*, batch: Batch, actor: Actor, now: datetime) -> bytes:
    """As `pick_list`, with the audit event of the download."""
    content = pick_list(batch)
    record(kind=PICK_LIST_DOWNLOADED, actor=actor, subject=batch, now=now, orders=batch.orders_count)
    return content


def render(columns: Sequence[Mapping[str, Any]], rows: Iterable[Mapping[str, str]]) -> bytes:
    """The heading and one line for each of `rows`, in the order of `columns`."""
    table = [[str(column["heading"]) for column in columns]]
    table += [[lines.get(column["field"], "") for column in columns] for lines in rows]
    return _csv(table)


def _csv(table: Iterable[Sequence[str]]) -> bytes:
    # Not Python's csv writer: what it quotes has changed between versions, and the bytes must stay the same for years.
    return "".join(",".join(map(_cell, row)) + "\r\n" for row in table).encode()


def _cell(text: str) -> str:
    if any(character in text for character in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
