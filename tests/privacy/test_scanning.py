"""The scan finds what looks like a person wherever it stands, and tells where without telling what."""

from __future__ import annotations

import base64
import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Portal
from badgeportal.privacy.recognising import KnownValues, Looks, looks
from badgeportal.privacy.scanning import ScanResult, scan_database
from badgeportal.privacy.scanning_elsewhere import scan_files, scan_redis, scan_text_stream
from tests.factories.user import UserFactory
from tests.privacy.people import plain_dump

NONE = KnownValues.none()
ADDRESS, PHONE = "ann@home.example", "0161 496 0177"


@pytest.fixture
def forgotten_table(db: None) -> Iterator[None]:
    """A table that no model knows, with a column of each kind."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA attic")
        cursor.execute(
            "CREATE TABLE attic.forgotten (id int, words text, short varchar(50), fixed char(40), nested jsonb, old json,"
            " many text[], raw bytea, inet inet, pair point, at timestamptz)"
        )
        yield
        cursor.execute("DROP SCHEMA attic CASCADE")


def planted(column: str, value: Any, kind: str = "") -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO attic.forgotten ({column}) VALUES (%s{kind})", [value])
    return {
        f"{one.column} {one.looks.name}": one.values
        for one in scan_database(connection, known=NONE).findings
        if one.place == "attic.forgotten"
    }


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("words", f"Write to {ADDRESS}, please", ""),
        ("short", ADDRESS.upper(), ""),
        ("fixed", ADDRESS, ""),
        ("nested", json.dumps({"a": [{"b": {"c": f"<{ADDRESS}>"}}]}), "::jsonb"),
        ("nested", json.dumps({ADDRESS: 1}), "::jsonb"),
        ("old", '{"a": "ann\\u0040home.example"}', "::json"),
        ("many", ["nothing", ADDRESS], ""),
        ("raw", ADDRESS.encode(), ""),
        ("raw", b"\xff\xfe\x00" + ADDRESS.encode() + b"\x00\x9c", ""),
    ],
)
def test_an_address_is_found_in_a_column_of_any_kind(forgotten_table: None, column: str, value: Any, kind: str) -> None:
    assert planted(column, value, kind) == {f"{column} ADDRESS": 1}


def test_nothing_is_found_where_nothing_is(forgotten_table: None) -> None:
    assert planted("words", "40 badges for CARE-2222-2222 at 10:30 on 26 November 2026") == {}


def test_values_are_counted_and_never_told(forgotten_table: None) -> None:
    planted("words", ADDRESS)
    planted("words", "bob@home.example")
    assert planted("words", PHONE) == {"words ADDRESS": 2, "words PHONE": 1}
    result = scan_database(connection, known=NONE)
    assert "home.example" not in json.dumps(result.as_dict()) + str(result)
    assert not result.clean


@pytest.mark.parametrize(
    "number",
    ["07700900123", "0161 496 0177", "(0161) 496-0177", "+44 (0)161 496 0177", "0044 161 496 0177", "447700900123",
     "tel:+447700900123", "01614960177.", "020 7946 0018"],
)  # fmt: skip
def test_a_phone_number_however_it_is_spelt(number: str) -> None:
    assert looks(number, known=NONE) == {Looks.PHONE}


@pytest.mark.parametrize(
    "text",
    ["2026-11-26 01:03:31.012345+00", "CARE-0123-4567", "3f01234567890ab", "00000000-0123-4567-8901-234567890123",
     "12, 0123456, 99", "1.0123456789", "LS1 4AP", "user:12", "0\t1234567890", "name@host", "@home.example"],
)  # fmt: skip
def test_what_is_no_phone_number_and_no_address(text: str) -> None:
    assert looks(text, known=NONE) == set()


def test_known_values_are_found_by_their_digests_however_they_are_written() -> None:
    known = KnownValues.from_values(["Ann Quixfellow", "+441614960177", "12 Quix Road", "QX1 4AP", "é"], key="k")
    for text in ("Dear ANN  quixfellow,", '{"to": ["Ann", "Quixfellow"]}', "call 1614 960-177 now", "12 quix road."):
        assert looks(text, known=known) >= {Looks.KNOWN}, text
    for text in ("Ann Other, and a Quixfellow", "Quix Road 12", "QX1 4AQ", "e é"):
        assert Looks.KNOWN not in looks(text, known=known), text
    assert not KnownValues.from_values(["Ann Quixfellow"], key="other").digests & known.digests
    assert "quixfellow" not in repr(known).casefold()


@pytest.mark.django_db
def test_a_known_name_is_found_in_the_database() -> None:
    UserFactory(name="Ann Quixfellow")
    known = KnownValues.from_values(["ann quixfellow"], key="k")
    found = {
        (one.place, one.column) for one in scan_database(connection, known=known).findings if one.looks is Looks.KNOWN
    }
    assert found == {("public.accounts_user", "name")}


@pytest.mark.promise("address-databases-deleted")
@pytest.mark.django_db
def test_every_table_is_read_and_an_empty_portal_is_clean() -> None:
    result = scan_database(connection, known=NONE)
    assert result.findings == ()
    assert result.places >= {"public.accounts_user", "public.django_migrations", "public.outbox_outboxmessage"}
    assert result.columns > 150
    assert Portal.objects.count() == 1


@pytest.mark.django_db
def test_what_may_stay_is_counted_with_its_reason() -> None:
    UserFactory(email="team@dhsc.example")
    UserFactory(email="ann@home.example", phone="+441614960177")
    result = scan_database(
        connection, known=NONE, role_addresses=["Team@dhsc.example"], allowed={"public.accounts_user.phone": "a trial"}
    )
    assert {(one.column, one.looks) for one in result.findings if one.place == "public.accounts_user"} == {
        ("email", Looks.ADDRESS)
    }
    stays = {one["column"]: one["why"] for one in result.as_dict()["allowed"] if one["place"] == "public.accounts_user"}
    assert stays == {"email": "a role address that was named beforehand", "phone": "a trial"}


@pytest.mark.django_db(transaction=True)
def test_a_dump_is_read_table_by_table() -> None:
    empty = scan_text_stream(io.StringIO(plain_dump()), known=NONE)
    assert empty.findings == ()
    UserFactory(email=ADDRESS, name="Ann Quixfellow")
    known = KnownValues.from_values(["Ann Quixfellow"], key="k")
    found = {f"{one.place}.{one.column} {one.looks.name}" for one in scan(known).findings}
    assert found >= {"public.accounts_user.email ADDRESS", "public.accounts_user.name KNOWN"}


def scan(known: KnownValues) -> ScanResult:
    return scan_text_stream(io.StringIO(plain_dump()), known=known)


def test_bytes_and_line_breaks_in_a_dump_are_opened() -> None:
    dump = (
        "COPY public.attic (id, raw, words) FROM stdin;\n"
        f"1\t\\\\x{ADDRESS.encode().hex()}\tfirst\\nAnn\\tQuixfellow\n"
        "\\.\n"
        f"COMMENT ON TABLE x IS '{PHONE}';\n"
    )
    result = scan_text_stream(io.StringIO(dump), known=KnownValues.from_values(["Ann Quixfellow"], key="k"))
    assert [(one.place, one.column, one.looks) for one in result.findings] == [
        ("(outside rows)", "", Looks.PHONE),
        ("public.attic", "raw", Looks.ADDRESS),
        ("public.attic", "words", Looks.KNOWN),
    ]


def test_every_kind_of_key_in_redis_is_read() -> None:
    cache: Any = caches["default"]
    client, prefix = cache._cache.get_client(write=True), f"{cache.key_prefix}:scan"
    assert scan_redis(client, prefix, known=NONE).clean
    cache.set("scan", {"who": ADDRESS})
    client.set(f"{prefix}:{ADDRESS}", "x")
    client.rpush(f"{prefix}:list", json.dumps({"body": base64.b64encode(f"to {ADDRESS} again".encode()).decode()}))
    client.sadd(f"{prefix}:set", ADDRESS)
    client.zadd(f"{prefix}:zset", {ADDRESS: 1})
    client.hset(f"{prefix}:hash", "who", PHONE)
    client.xadd(f"{prefix}:stream", {"who": ADDRESS})
    found = {one.column + " " + one.looks.name: one.values for one in scan_redis(client, prefix, known=NONE).findings}
    assert found == {"name of a key ADDRESS": 1, "value ADDRESS": 4, "value PHONE": 1}


def test_logs_and_media_are_read_names_too(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.log").write_text("GET 200\n")
    assert scan_files(folder, known=NONE).clean
    # Across the edge of a piece.
    (folder / "b.log").write_bytes(b"x" * ((1 << 20) - 5) + b" " + ADDRESS.encode())
    with gzip.open(folder / "deep" / "c.log.gz", "wt") as file:
        file.write(f"called {PHONE}")
    (folder / f"{ADDRESS}.png").write_bytes(b"\x89PNG")
    result = scan_files(folder, known=NONE)
    assert sorted((one.column, one.looks.name) for one in result.findings) == [
        ("content", "ADDRESS"), ("content", "PHONE"), ("name", "ADDRESS"),
    ]  # fmt: skip
    assert "home.example" not in json.dumps(result.as_dict())


@pytest.mark.django_db
def test_the_command_says_where_and_fails(tmp_path: Path) -> None:
    out = io.StringIO()
    (tmp_path / "portal.log").write_text("GET 200\n")
    call_command("scan_for_personal_data", "--folder", str(tmp_path), stdout=out)
    UserFactory(email=ADDRESS)
    with pytest.raises(CommandError, match="looks like personal data"):
        call_command("scan_for_personal_data", stdout=out)
    assert "public.accounts_user email: 1 x an email address" in out.getvalue()
    assert ADDRESS not in out.getvalue()
    call_command("scan_for_personal_data", "--may-stay", ADDRESS, stdout=out)
