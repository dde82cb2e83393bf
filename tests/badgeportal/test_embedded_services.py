"""The portal's own PostgreSQL and Valkey: started, shared, stopped, found again after a kill -9."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from badgeportal.embedded import postgres, valkey
from badgeportal.embedded.faults import CannotStart
from badgeportal.embedded.folder import Folder
from badgeportal.embedded.processes import PidRecord, alive
from badgeportal.embedded.services import services
from tests.plugin import ROOT


@pytest.fixture
def folder() -> Iterator[Folder]:
    """A data folder of the test's own; not pytest's, which is closed to the account that runs PostgreSQL for root."""
    root = Path(tempfile.mkdtemp(prefix="care-test-"))
    yield Folder(root)
    valkey.stop(Folder(root))
    postgres.stop(Folder(root))
    shutil.rmtree(root)


def up(folder: Folder, *, keep: bool = True):
    return services(folder, keep=keep, say=lambda text: None)


def sql(folder: Folder, statement: str):
    target = folder.database
    with psycopg.connect(
        host=target["HOST"], user=target["USER"], dbname=target["NAME"], autocommit=True
    ) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else None


def pids(folder: Folder) -> dict[str, int]:
    found = {name: PidRecord(folder.root, name).running() for name in ("postgres", "valkey")}
    return {name: process.pid for name, process in found.items() if process is not None}


def test_both_servers_answer_while_they_are_wanted_and_are_gone_afterwards(folder):
    with up(folder):
        started = pids(folder)
        assert sql(folder, "SELECT 1") == [(1,)]
        assert redis.Redis.from_url(folder.redis_url).ping()
    assert set(started) == {"postgres", "valkey"}
    assert not any(running(pid) for pid in started.values())
    assert pids(folder) == {}


def test_data_and_queue_are_kept(folder):
    with up(folder):
        sql(folder, "CREATE TABLE kept AS SELECT 7 AS n")
        redis.Redis.from_url(folder.redis_url).rpush("queue", "a")
    with up(folder):
        assert sql(folder, "SELECT n FROM kept") == [(7,)]
        assert redis.Redis.from_url(folder.redis_url).lrange("queue", 0, -1) == [b"a"]


def test_the_second_user_shares_the_servers_and_the_last_one_out_stops_them(folder):
    first = up(folder)
    first.__enter__()
    started = pids(folder)
    with up(folder):
        assert pids(folder) == started
        first.__exit__(None, None, None)
        assert pids(folder) == started
        assert sql(folder, "SELECT 1") == [(1,)]
    assert pids(folder) == {}


def running(pid: int) -> bool:
    return psutil.pid_exists(pid) and alive(psutil.Process(pid))


def killed_user(folder: Folder) -> dict[str, int]:
    """Start the servers from another process, kill it with -9, and return the servers that live on."""
    code = (
        "import sys, time; from pathlib import Path; from badgeportal.embedded.folder import Folder;"
        "from badgeportal.embedded.services import services\n"
        f"with services(Folder(Path({str(folder.root)!r})), keep=True, say=print):\n"
        "    print('up', flush=True); time.sleep(600)"
    )
    user = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert user.stdout is not None
    while "up" not in user.stdout.readline():
        assert user.poll() is None
    user.send_signal(signal.SIGKILL)
    user.wait()
    user.stdout.close()
    return pids(folder)


def test_after_kill_9_what_lived_on_is_ended_and_the_data_is_there(folder):
    with up(folder):
        sql(folder, "CREATE TABLE kept AS SELECT 7 AS n")
    survivors = killed_user(folder)
    assert set(survivors) == {"postgres", "valkey"}
    with up(folder):
        assert not any(running(pid) for pid in survivors.values())
        assert sql(folder, "SELECT n FROM kept") == [(7,)]


def test_after_kill_9_a_server_without_our_record_is_found_by_its_own_lock_file(folder):
    survivors = killed_user(folder)
    PidRecord(folder.root, "postgres").forget()
    with up(folder):
        assert pids(folder)["postgres"] != survivors["postgres"]
        assert not running(survivors["postgres"])


def test_killed_servers_leave_locks_that_do_not_stop_the_next_start(folder):
    with up(folder):
        sql(folder, "CREATE TABLE kept AS SELECT 7 AS n")
        for pid in pids(folder).values():
            os.kill(pid, signal.SIGKILL)
    with up(folder):
        assert sql(folder, "SELECT n FROM kept") == [(7,)]


def test_a_stale_lock_whose_number_now_belongs_to_another_program_does_not_stop_the_start(folder):
    with up(folder):
        lock = (folder.postgres / "postmaster.pid").read_text()
    bystander = subprocess.Popen(["sleep", "600"])
    try:
        stale = "\n".join([str(bystander.pid), *lock.split("\n")[1:]])
        (folder.postgres / "postmaster.pid").write_text(stale)
        (folder.root / "pids").mkdir(exist_ok=True)
        (folder.root / "pids" / "postgres.json").write_text(f'{{"pid": {bystander.pid}, "began": 1.0}}')
        with up(folder):
            assert sql(folder, "SELECT 1") == [(1,)]
            assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


@pytest.mark.parametrize("damage", ["", "{", '{"pid": "x"}', "[]"])
def test_a_damaged_record_counts_as_none(folder, damage):
    (folder.root / "pids").mkdir()
    (folder.root / "pids" / "valkey.json").write_text(damage)
    assert PidRecord(folder.root, "valkey").running() is None


def test_a_first_start_that_was_broken_off_is_begun_again(folder):
    draft = folder.root / "postgres.new"
    draft.mkdir()
    (draft / "half").touch()
    with up(folder):
        assert sql(folder, "SELECT 1") == [(1,)]
    assert not draft.exists()


def test_data_of_another_version_is_refused_with_what_to_do(folder):
    folder.postgres.mkdir()
    (folder.postgres / "PG_VERSION").write_text("16\n")
    with pytest.raises(CannotStart, match=r"made by PostgreSQL 16, and this is 18\. Move .* away"), up(folder):
        pass


def test_a_broken_constraint_leaves_no_row_in_the_log(folder):
    with up(folder):
        sql(folder, "CREATE TABLE people (email text UNIQUE CHECK (email <> 'bad@example.org'))")
        sql(folder, "INSERT INTO people VALUES ('jane@example.org')")
        for value in ("jane@example.org", "bad@example.org"):
            with pytest.raises(psycopg.IntegrityError):
                sql(folder, f"INSERT INTO people VALUES ('{value}')")
    log = (folder.logs / "postgres.log").read_text()
    assert "people_email_key" in log
    assert "example.org" not in log


@pytest.mark.parametrize(("keep", "fsync"), [(True, "on"), (False, "off")])
def test_only_a_tests_database_may_lose_data_in_a_power_cut(folder, keep, fsync):
    with up(folder, keep=keep):
        assert sql(folder, "SHOW fsync") == [(fsync,)]


def test_a_long_path_moves_the_sockets_elsewhere(folder):
    long = Folder(folder.root / ("deep" * 20))
    long.root.mkdir()
    assert not long.sockets.is_relative_to(folder.root)
    try:
        with up(long):
            assert sql(long, "SELECT 1") == [(1,)]
            assert oct(long.sockets.stat().st_mode & 0o777) == "0o700"
    finally:
        shutil.rmtree(long.sockets)


def test_no_port_is_opened(folder):
    with up(folder):
        servers = [psutil.Process(pid) for pid in pids(folder).values()]
        assert [server.net_connections("inet") for server in servers] == [[], []]
