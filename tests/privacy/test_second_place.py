"""The second place of erasures may be a bucket: the same line, kept before the erasure counts, and read after a restore."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from badgeportal.privacy import ledger
from badgeportal.privacy.models import ErasureLedgerEntry
from badgeportal.privacy.replaying import replay_erasures
from badgeportal.privacy.second_place import OutOfReach, second_place
from tests.factories.user import UserFactory
from tests.privacy.bucket import bucket
from tests.privacy.test_erasing import erased

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(settings: Any) -> Iterator[Any]:
    with bucket() as server:
        settings.AWS_ACCESS_KEY_ID, settings.AWS_SECRET_ACCESS_KEY, settings.AWS_REGION = "key", "secret", "eu-west-2"
        settings.AWS_ENDPOINT_URL = f"http://127.0.0.1:{server.server_address[1]}"
        settings.ERASURE_LEDGER = "s3://care/erasures"
        yield server


def test_an_erasure_is_written_to_a_bucket_and_done_again_from_there(store: Any) -> None:
    user = UserFactory(email="ann@care.example")
    receipt = erased(user).receipt
    ((key, body),) = store.kept.items()
    assert key == f"erasures/{receipt.id}.json"
    assert json.loads(body)["account_ids"] == [user.pk]
    assert b"ann" not in body

    # An older backup: the person is back, and what was erased is not known.
    ErasureLedgerEntry.objects.all()._raw_delete("default")
    assert replay_erasures(now=timezone.now()) == 1
    assert ErasureLedgerEntry.objects.get().pk == receipt.id


def test_nobody_is_erased_when_the_bucket_takes_nothing(store: Any) -> None:
    store.full = True
    user = UserFactory()
    with pytest.raises(ledger.LedgerUnreachable):
        erased(user)
    assert User.objects.get(pk=user.pk).email


def test_what_was_rolled_back_is_taken_away_and_closing_clears_the_rest(store: Any) -> None:
    place = second_place()
    for name in ("one", "two", "three"):
        place.put(name, "{}")
    place.take_away("one")
    place.take_away("never-there")
    assert sorted(store.kept) == ["erasures/three.json", "erasures/two.json"]
    assert (place.clear(), store.kept) == (2, {})


@pytest.mark.parametrize("place", ["s4://care/erasures", "gs://care/erasures"])
def test_a_place_that_speaks_no_s3_is_told(settings: Any, place: str) -> None:
    settings.ERASURE_LEDGER, settings.AWS_REGION = place, "eu-west-2"
    with pytest.raises(OutOfReach):
        second_place()
