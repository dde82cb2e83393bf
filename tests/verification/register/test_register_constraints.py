"""The last wall: each constraint of the register's tables, broken on purpose in PostgreSQL itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, models, transaction

from tests.verification.register.conftest import NOW
from tests.verification.register.files import places
from verification.models import ErasedEmailDigest, FailedRow, ListedEmail, Listing, ProviderCode, RegisterImport

pytestmark = pytest.mark.django_db
MODELS = (RegisterImport, FailedRow, Listing, ProviderCode, ListedEmail, ErasedEmailDigest)

Write = Callable[[RegisterImport], object]


def listing_with(**columns: object) -> Write:
    return lambda source: Listing.objects.filter(location_id="1-700000").update(**columns)


def email_with(**columns: object) -> Write:
    return lambda source: ListedEmail.objects.create(**{"email": "a@b.org", "source": source} | columns)


def code_with(**columns: object) -> Write:
    return lambda source: ProviderCode.objects.create(
        **{"provider_id": "1-1", "ods_code": "C88A", "source": source} | columns
    )


def import_with(**columns: object) -> Write:
    return lambda source: RegisterImport.objects.filter(pk=source.pk).update(**columns)


def twice(write: Write) -> Write:
    def both(source: RegisterImport) -> None:
        write(source)
        write(source)

    return both


CASES: dict[str, list[Write]] = {
    "register_import_ended_has_its_time": [import_with(finished_at=None), import_with(state="running")],
    "register_import_actor_is_named": [import_with(actor=""), import_with(actor="system:"), import_with(actor="Jo")],
    "listing_closed_has_its_time": [listing_with(status="closed"), listing_with(closed_at=NOW)],
    "listing_location_id_shape": [listing_with(location_id="RV3"), listing_with(location_id="1-7\n")],
    "listing_ods_code_shape": [listing_with(site_ods_code="v0000"), listing_with(site_ods_code="V 1")],
    "listing_code_from_extract_is_a_code": [listing_with(site_ods_code="", site_ods_code_from_extract=True)],
    "verification_listing.location_id": [listing_with(location_id="1-700001")],
    "provider_code_once": [twice(code_with())],
    "provider_code_shape": [code_with(ods_code="c88a"), code_with(ods_code="C8")],
    "listed_email_once": [twice(email_with(location_id="1-700000")), twice(email_with(provider_id="1-1"))],
    "listed_email_of_one_location_or_provider": [email_with(), email_with(location_id="1-1", provider_id="1-1")],
    "verification_erasedemaildigest.digest": [
        twice(lambda source: ErasedEmailDigest.objects.create(digest="d", erased_at=NOW))
    ],
}  # fmt: skip


def names_of(model: type[models.Model]) -> set[str]:
    """Every constraint of the table that we named, and every column that is unique by itself."""
    unique = {
        f"{model._meta.db_table}.{field.name}" for field in model._meta.fields if field.unique and not field.primary_key
    }
    return unique | {constraint.name for constraint in model._meta.constraints}


def test_no_constraint_of_the_register_goes_unbroken():
    assert set(CASES) == set().union(*map(names_of, MODELS))


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, writes in CASES.items() for number in range(len(writes))]
)
def test_postgresql_refuses_it(name, number, load):
    source = load(places(2))
    table, _, column = name.rpartition(".")
    expected = f"{table}_{column}" if table else name
    with pytest.raises(IntegrityError, match=expected), transaction.atomic():
        CASES[name][number](source)
