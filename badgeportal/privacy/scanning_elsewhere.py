"""The same scan for what is not in the database: a dump as text, Redis, and folders of logs and media."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from badgeportal.privacy.recognising import KnownValues, looks, text_of
from badgeportal.privacy.scanning import ScanResult

_COPY = re.compile(r"COPY (\S+) \((.*)\) FROM stdin;")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
_PIECE, _OVERLAP = 1 << 20, 512


def scan_text_stream(
    lines: Iterable[str],
    *,
    known: KnownValues,
    role_addresses: Iterable[str] = (),
    reasons: dict[str, str] | None = None,
) -> ScanResult:
    """Read a plain-text dump of PostgreSQL line by line; what stands outside the rows of a table is read as `(outside rows)`."""
    result, roles = ScanResult(reasons=reasons or {}), _roles(role_addresses)
    table, columns = "(outside rows)", [""]
    for line in lines:
        begins = _COPY.match(line)
        if begins:
            table, columns = begins[1], [name.strip().strip('"') for name in begins[2].split(",")]
            result.places.add(table)
            result.columns += len(columns)
        elif line.rstrip("\n") == "\\.":
            table, columns = "(outside rows)", [""]
        else:
            values = line.rstrip("\n").split("\t") if len(columns) > 1 else [line]
            for column, value in zip(columns, values, strict=False):
                result.note(table, column, looks(_unescaped(value), known=known, role_addresses=roles))
    return result


def scan_redis(client: Any, prefix: str = "", *, known: KnownValues, role_addresses: Iterable[str] = ()) -> ScanResult:
    """Read the keys that begin with `prefix`, and what they hold; packed messages of Celery are opened."""
    result, roles = ScanResult(), _roles(role_addresses)
    for key in client.scan_iter(match=f"{_literal(prefix)}*", count=1000):
        result.places.add("redis")
        result.note("redis", "name of a key", looks(text_of(key), known=known, role_addresses=roles))
        for value in _held(client, key):
            raw = value if isinstance(value, bytes) else str(value).encode()
            for text in (text_of(raw), *_packed(raw)):
                result.note("redis", "value", looks(text, known=known, role_addresses=roles))
    return result


def scan_files(folder: Path, *, known: KnownValues, role_addresses: Iterable[str] = ()) -> ScanResult:
    """Read every file under `folder` and its name, `.gz` unpacked. A file is reported by its number in the order of names."""
    result, roles = ScanResult(), _roles(role_addresses)
    for number, path in enumerate(sorted(one for one in folder.rglob("*") if one.is_file()), 1):
        place = f"file {number} of {folder.name}"
        result.places.add(place)
        name = str(path.relative_to(folder))
        result.note(place, "name", looks(name, known=known, role_addresses=roles))
        found = set()
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for piece in _pieces(cast(BinaryIO, file)):
                found |= looks(text_of(piece), known=known, role_addresses=roles)
        result.note(place, "content", found)
    return result


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """The content in pieces that overlap, so that nothing is cut in two."""
    tail = b""
    while piece := file.read(_PIECE):
        yield tail + piece
        tail = piece[-_OVERLAP:]


def _unescaped(value: str) -> str:
    """A field of COPY as it stood in the column."""
    if value.startswith("\\\\x"):
        try:
            return text_of(bytes.fromhex(value[3:]))
        except ValueError:
            return value
    return value.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t").replace("\\\\", "\\")


def _held(client: Any, key: bytes) -> Iterator[Any]:
    kind = text_of(client.type(key))
    if kind == "string":
        yield client.get(key) or b""
    elif kind == "list":
        yield from client.lrange(key, 0, -1)
    elif kind == "set":
        yield from client.sscan_iter(key)
    elif kind == "zset":
        yield from (member for member, _ in client.zscan_iter(key))
    elif kind == "hash":
        for pair in client.hscan_iter(key):
            yield from pair
    else:
        yield client.dump(key) or b""


def _packed(raw: bytes) -> Iterator[str]:
    """What stands in base64 in `raw`, where that is a text."""
    for one in _BASE64.findall(raw):
        try:
            yield base64.b64decode(one, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue


def _literal(prefix: str) -> str:
    return re.sub(r"([*?\[\]\\^])", r"\\\1", prefix)


def _roles(addresses: Iterable[str]) -> frozenset[str]:
    return frozenset(address.strip().casefold() for address in addresses)
