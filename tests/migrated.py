"""A database with every migration applied, kept between runs, from which each test process copies its own in a blink.

Applying them takes each process ten seconds and more. The kept one is known by a digest of all migrations and of the packages,
so whoever changes one gets a new one; a fresh clone has none and applies them all.
"""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from badgeportal.embedded.folder import Folder
from badgeportal.embedded.locks import locked

_ROOT = Path(__file__).resolve().parent.parent
_PREFIX = "migrated_"


def migrated_database(folder: Folder) -> str:
    """The name of the migrated database on the servers of `folder`; it is made when there is none yet."""
    name = _PREFIX + _digest()
    with locked(folder.root / "migrated.lock"), closing(_server()) as server:
        known = {row[0] for row in server.execute("SELECT datname FROM pg_database").fetchall()}
        if name not in known:
            for former in (one for one in known if one.startswith(_PREFIX)):
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(former)))
            _make(server, name)
    return name


def _make(server: psycopg.Connection, name: str) -> None:
    draft = sql.Identifier(f"{_PREFIX}draft")
    server.execute(sql.SQL("CREATE DATABASE {}").format(draft))
    given = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = f"{_PREFIX}draft"
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = given
    # Under its name only once it is whole: a run that is stopped half way leaves a draft, which the next one drops.
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(draft, sql.Identifier(name)))


def _server() -> psycopg.Connection:
    given = connection.settings_dict
    return psycopg.connect(
        host=given["HOST"], port=given["PORT"], user=given["USER"], dbname="postgres", autocommit=True
    )


def _digest() -> str:
    digest = hashlib.sha256()
    rooms = [Path(config.path) for config in apps.get_app_configs() if not config.path.startswith(str(_ROOT / ".venv"))]
    migrations = [path for room in rooms for path in room.glob("migrations/*.py")]
    for path in [*sorted(migrations), _ROOT / "uv.lock"]:
        digest.update(str(path.relative_to(_ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
