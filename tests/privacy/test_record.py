"""The record of processing says of every personal field what the inventory says, and its copy in docs/ is no older."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from badgeportal import inventory
from badgeportal.privacy import record


def printed(**options: Any) -> str:
    out = io.StringIO()
    call_command("personal_data", stdout=out, **options)
    return out.getvalue()


@pytest.mark.promise("purposes")
def test_the_copy_is_up_to_date() -> None:
    assert "up to date" in printed(check=True)


def test_every_personal_field_is_a_line_with_every_answer() -> None:
    lines = list(csv.DictReader(io.StringIO(printed(format="csv"))))
    wanted = {f"{label}.{name}" for label, one in inventory.declarations().items() for name in one.personal}
    assert {line["field"] for line in lines} == wanted
    assert [line["field"] for line in lines if not all(line.values())] == []
    page = printed(format="markdown")
    assert [line["what"] for line in lines if line["what"] not in page] == []


def test_it_says_who_receives_what_and_what_becomes_of_it() -> None:
    lines = {line["field"]: line for line in csv.DictReader(io.StringIO(record.as_csv()))}
    email = lines["accounts.user.email"]
    assert (email["recipients"], email["erasure"], email["copy"]) == (
        "APS, the mail service",
        "set to nothing",
        "in it",
    )
    assert "DX" in lines["orders.order.recipient_name"]["recipients"]
    assert lines["accounts.user.password"]["copy"] == "left out"


def test_a_stale_copy_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = inventory.declarations()
    user = declared["accounts.user"]
    email = replace(user.personal["email"], purpose="Something new")
    declared["accounts.user"] = replace(user, treatments={**user.treatments, "email": email})
    monkeypatch.setattr(record, "declarations", lambda: declared)
    with pytest.raises(CommandError, match="out of date"):
        printed(check=True)
