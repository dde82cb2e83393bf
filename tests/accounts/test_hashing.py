"""Passwords are kept as OWASP asks, and those kept another way before go over when their owner signs in."""

from typing import Any

import pytest
from argon2 import extract_parameters
from django.contrib.auth.hashers import check_password, make_password

from badgeportal.settings.accounts import PASSWORD_HASHERS


@pytest.fixture(autouse=True)
def the_portals_own_hashers(settings: Any) -> None:
    # Other tests of this folder hash the quick way.
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS


def test_a_new_password_is_kept_as_argon2id_with_owasps_parameters() -> None:
    kept = make_password("three odd words").removeprefix("argon2")
    parameters = extract_parameters(kept)

    assert parameters.type.name == "ID"
    assert parameters.memory_cost >= 19 * 1024
    assert parameters.time_cost >= 2
    assert parameters.parallelism == 1


def test_a_password_kept_the_old_way_still_opens_and_is_kept_anew() -> None:
    old = make_password("three odd words", hasher="pbkdf2_sha256")
    anew: list[str] = []

    assert check_password("three odd words", old, setter=anew.append)
    assert not check_password("three even words", old)
    assert anew == ["three odd words"]
