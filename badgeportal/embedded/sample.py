"""The synthetic data of the first run: loaded once, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable

import psycopg

from badgeportal.embedded.account import Say
from badgeportal.embedded.folder import Folder


def prepare_data(folder: Folder, *, manage: Callable[..., None], say: Say) -> None:
    """Bring the tables of `folder` up to date and, when nobody has an account yet, load the sample data.

    A load that was broken off is thrown away with its database, since it holds nothing but sample data.
    """
    begun = folder.root / "sample-data.begun"
    if begun.exists():
        say("The sample data was loaded only in part last time, so the database is made afresh.")
        _make_afresh(folder)
        begun.unlink()
    say("Updating the tables...")
    manage("migrate", "--verbosity=0")
    if _someone_has_an_account(folder):
        return
    say("Loading sample data, only this first time...")
    begun.touch()
    manage("load_sample_data")
    begun.unlink()


def _someone_has_an_account(folder: Folder) -> bool:
    with _connect(folder, folder.database["NAME"]) as connection:
        row = connection.execute("SELECT EXISTS (SELECT 1 FROM accounts_user)").fetchone()
        return bool(row and row[0])


def _make_afresh(folder: Folder) -> None:
    name = folder.database["NAME"]
    with _connect(folder, "postgres") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")


def _connect(folder: Folder, name: str) -> psycopg.Connection:
    target = folder.database
    return psycopg.connect(host=target["HOST"], port=target["PORT"], user=target["USER"], dbname=name, autocommit=True)
