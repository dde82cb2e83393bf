"""A backup is encrypted, whole or absent, and comes back; a damaged one restores nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from badgeportal.sealed_stream import PIECE, CannotOpen, opened, seal
from tests.factories.user import UserFactory

KEY = "a-key-for-tests-of-forty-characters-long"
MARKED = "planted.person@marked-home.example"


@pytest.fixture(autouse=True)
def _key(settings: Any) -> None:
    settings.BACKUP_KEY = KEY


@contextmanager
def an_empty_database() -> Iterator[None]:
    """The default connection leads to a new, empty database for the time of the block."""
    before = connection.settings_dict["NAME"]
    drill = f"{before}_drill"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{drill}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{drill}"')
    connection.close()
    connection.settings_dict["NAME"] = drill
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{drill}" WITH (FORCE)')


def backed_up(tmp_path: Path) -> Path:
    path = tmp_path / "care.backup"
    call_command("backup", to=path, stdout=io.StringIO())
    return path


def restored(path: Path) -> None:
    call_command("restore", source=path, stdout=io.StringIO())


@pytest.mark.django_db(transaction=True)
def test_a_drill(tmp_path: Path) -> None:
    UserFactory(email=MARKED)
    tables = sorted(connection.introspection.table_names())
    path = backed_up(tmp_path)

    assert MARKED.encode() not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in tmp_path.iterdir()] == ["care.backup"]
    with an_empty_database():
        restored(path)
        assert User.objects.get().email == MARKED
        assert sorted(connection.introspection.table_names()) == tables


@pytest.mark.django_db(transaction=True)
def test_a_folder_gets_a_file_named_by_the_time(tmp_path: Path) -> None:
    call_command("backup", to=tmp_path, stdout=io.StringIO())
    [path] = tmp_path.iterdir()
    assert re.fullmatch(r"care-badges-\d{8}T\d{6}Z\.backup", path.name)
    with an_empty_database():
        restored(path)
        assert connection.introspection.table_names()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("harm", ["cut short", "one bit", "another key"])
def test_what_is_not_right_restores_nothing(tmp_path: Path, harm: str, settings: Any) -> None:
    path = backed_up(tmp_path)
    content = bytearray(path.read_bytes())
    if harm == "cut short":
        path.write_bytes(content[:-20])
    elif harm == "one bit":
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    else:
        settings.BACKUP_KEY = KEY[::-1]
    with an_empty_database():
        with pytest.raises(CommandError, match="damaged or cut short"):
            restored(path)
        assert connection.introspection.table_names() == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_restored_over_data(tmp_path: Path) -> None:
    path = backed_up(tmp_path)
    with pytest.raises(CommandError, match="database is not empty"):
        restored(path)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("BACKUP_KEY", "short", "Set BACKUP_KEY to a random text of at least 32 characters"),
        ("POSTGRES_PROGRAMS", "/nowhere", "pg_dump is not on this machine"),
    ],
)
def test_what_is_missing_is_told(tmp_path: Path, settings: Any, name: str, value: str, sentence: str) -> None:
    setattr(settings, name, value)
    with pytest.raises(CommandError, match=sentence):
        backed_up(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_a_dump_that_fails_leaves_no_file(tmp_path: Path, settings: Any) -> None:
    broken = tmp_path / "programs"
    broken.mkdir()
    (broken / "pg_dump").write_text("#!/bin/sh\necho half\nexit 3\n")
    (broken / "pg_dump").chmod(0o755)
    settings.POSTGRES_PROGRAMS = str(broken)
    with pytest.raises(CommandError, match="pg_dump ended with 3"):
        backed_up(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["programs"]


def sealed(content: bytes) -> bytes:
    target = io.BytesIO()
    assert seal(io.BytesIO(content), target, secret=KEY) == len(content)
    return target.getvalue()


def test_a_file_that_is_no_backup_is_told_apart() -> None:
    with pytest.raises(CannotOpen, match="not a backup"):
        list(opened(io.BytesIO(b"something else altogether"), secret=KEY))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])
def test_any_size_comes_back(size: int) -> None:
    content = bytes(index % 251 for index in range(size))
    assert b"".join(opened(io.BytesIO(sealed(content)), secret=KEY)) == content


def test_a_whole_piece_cut_off_at_the_end_is_found() -> None:
    stream = sealed(bytes(2 * PIECE))
    with pytest.raises(CannotOpen):
        list(opened(io.BytesIO(stream[: -(PIECE + 16)]), secret=KEY))
