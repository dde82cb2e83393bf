"""Every field of every table is declared: what it says about people, why it is held, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from badgeportal import inventory, inventory_gaps
from badgeportal.audit import kinds
from badgeportal.audit import personal_data as audit_data
from badgeportal.inventory import Ending, Personal, Reach, ToYou, collect
from badgeportal.inventory_gaps import unclassified
from fulfilment.models.disclosure import MAY_BE_DISCLOSED
from fulfilment.personal_data import LINES


@pytest.mark.promise("collected", "purposes", "destroyed-on-closing")
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


@pytest.mark.promise("destroyed-on-closing", "accounts-anonymised", "address-databases-deleted")
def test_no_address_outlives_its_person() -> None:
    kept = [
        f"{label}.{name}"
        for label, fields in collect().items()
        for name, treatment in fields.items()
        if isinstance(treatment, Personal) and "email" in name and Ending.KEEP in (treatment.erasure, treatment.closing)
    ]
    assert [name for name in kept if not name.endswith("_digest")] == []


def test_every_installed_app_is_spoken_for() -> None:
    assert inventory_gaps.unclassified_apps() == []


def test_an_installed_app_that_nobody_speaks_for_is_found(monkeypatch) -> None:
    ours = inventory.inventories()
    for one in ours:
        monkeypatch.setattr(one, "packages", {name: why for name, why in one.packages.items() if name != "localflavor"})
    monkeypatch.setattr(inventory, "inventories", lambda: ours)

    assert inventory_gaps.unclassified_apps() == ["localflavor"]


@pytest.mark.promise("right-copy")
def test_every_persons_rows_can_be_reached() -> None:
    assert inventory_gaps.unreached() == []


def test_a_table_that_no_road_leads_to_is_found(monkeypatch) -> None:
    declared = inventory.declarations()
    declared["orders.order"] = replace(declared["orders.order"], reached={Reach.ACCOUNT: "account"})
    monkeypatch.setattr(inventory, "declarations", lambda: declared)

    assert inventory_gaps.unreached() == ["orders.order: ORDER is missing"]


def test_every_json_and_array_field_says_what_is_inside() -> None:
    assert inventory_gaps.unopened() == []


def test_a_json_field_that_nobody_opened_is_found(monkeypatch) -> None:
    declared = inventory.declarations()
    declared["audit.auditevent"] = replace(declared["audit.auditevent"], inside={})
    monkeypatch.setattr(inventory, "declarations", lambda: declared)

    assert inventory_gaps.unopened() == ["audit.auditevent.details"]


def test_every_detail_of_an_audit_event_is_declared() -> None:
    known = {key for keys in kinds._KINDS.values() for key in keys}

    assert known - audit_data.DETAILS.keys() == set()


@pytest.mark.promise("sharing-when-necessary")
def test_every_line_that_dx_is_given_is_declared() -> None:
    assert set(MAY_BE_DISCLOSED) == set(LINES)


@pytest.mark.promise("right-erasure")
def test_what_outlives_an_erasure_says_why() -> None:
    assert inventory_gaps.kept_without_a_reason() == []


@pytest.mark.promise("right-copy")
def test_everything_in_a_copy_has_words_for_its_person() -> None:
    assert inventory_gaps.unworded() == []


def test_a_table_without_words_and_two_fields_of_one_name_are_found(monkeypatch) -> None:
    declared = inventory.declarations()
    words = dict(declared["orders.order"].to_you.words)
    del words["reference"]
    declared["orders.order"] = replace(
        declared["orders.order"], to_you=ToYou("Orders", words | {"town": "County", "colour": "Colour"})
    )
    declared["fulfilment.consignment"] = replace(declared["fulfilment.consignment"], to_you=None)
    monkeypatch.setattr(inventory, "declarations", lambda: declared)

    assert inventory_gaps.unworded() == [
        "orders.order.reference: no words",
        "orders.order.colour: words of no field",
        "orders.order: two are called County",
        "fulfilment.consignment: no title",
    ]
