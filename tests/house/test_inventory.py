"""Every field of every table is declared: what it says about people, why it is held, and what becomes of it."""

from __future__ import annotations

from badgeportal import inventory
from badgeportal.inventory import Ending, Personal, collect, unclassified


def test_nothing_is_unclassified() -> None:
    assert unclassified() == []


def test_a_field_that_nobody_declared_is_found(monkeypatch) -> None:
    declared = {label: dict(fields) for label, fields in collect().items()}
    del declared["accounts.user"]["phone"]
    monkeypatch.setattr(inventory, "collect", lambda: declared)

    assert unclassified({"accounts.user"}) == ["accounts.user.phone: not classified"]


def test_a_whole_table_that_nobody_declared_is_found(monkeypatch) -> None:
    declared = {label: fields for label, fields in collect().items() if label != "sessions.session"}
    monkeypatch.setattr(inventory, "collect", lambda: declared)

    assert unclassified({"sessions.session"}) == [
        "sessions.session.expire_date: not classified",
        "sessions.session.session_data: not classified",
        "sessions.session.session_key: not classified",
    ]


def test_a_declaration_of_a_field_that_is_gone_is_found(monkeypatch) -> None:
    declared = {label: dict(fields) for label, fields in collect().items()}
    declared["accounts.user"]["nickname"] = declared["accounts.user"]["name"]
    monkeypatch.setattr(inventory, "collect", lambda: declared)

    assert unclassified({"accounts.user"}) == ["accounts.user.nickname: classified, but no such field"]


def test_no_address_outlives_its_person() -> None:
    kept = [
        f"{label}.{name}"
        for label, fields in collect().items()
        for name, treatment in fields.items()
        if isinstance(treatment, Personal) and "email" in name and Ending.KEEP in (treatment.erasure, treatment.closing)
    ]
    assert [name for name in kept if not name.endswith("_digest")] == []
