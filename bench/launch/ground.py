"""The ground of the launch day: a fresh database with the register loaded, and who will come."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from random import Random

import psycopg
from psycopg import sql

from bench import world
from bench.launch.decisions import Decisions
from bench.launch.visitor import Establishment

# Of a hundred establishments: on the register and matched by the machine; on the register with an address CQC does not
# have; not registered with up to 25 badges, and with more.
MIX = (("matched", 75), ("not listed", 5), ("small", 15), ("large", 5))
_DECIDED_AS = {"matched": "verified", "small": "verified", "not listed": "checking", "large": "checking"}
_FIRST_ADDRESS = int(ipaddress.IPv4Address("10.0.0.1"))
_SEED = 2026


def lay(listings: int) -> None:
    """An empty portal with `listings` places on the register and badges on the shelf, copied from a kept one."""
    from django.core.management import call_command
    from django.db import connection

    kept = f"kept_{listings}"
    name = str(Decisions.connection_facts()["dbname"])
    connection.close()
    with psycopg.connect(**(Decisions.connection_facts() | {"dbname": "postgres"}), autocommit=True) as server:
        there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [kept]).fetchone()
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        _copy(server, "template1" if there is None else kept, to=name)
        call_command("migrate", verbosity=0)
        if there is None:
            world.load_register(listings)
            connection.close()
            _copy(server, name, to=kept)
    world.set_available(50_000_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("CHECKPOINT")
    connection.close()


def _copy(server: psycopg.Connection, name: str, *, to: str) -> None:
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(to), sql.Identifier(name)))


def establishments() -> Iterator[Establishment]:
    """One after another, each a stranger to the portal: no address, network address or delivery address comes twice."""
    random = Random(_SEED)
    kinds, weights = zip(*MIX, strict=True)
    for number, (email, code) in enumerate(_listed_addresses(random)):
        kind = random.choices(kinds, weights)[0]
        yield Establishment(
            number=number,
            email=email if kind == "matched" else f"visitor{number}@launch.example",
            network_address=str(ipaddress.IPv4Address(_FIRST_ADDRESS + number)),
            ods_code=code if kind in ("matched", "not listed") else "",
            quantity=random.randint(26, 200) if kind == "large" else random.randint(1, 25),
            expected=_DECIDED_AS[kind],
        )


def _listed_addresses(random: Random) -> list[tuple[str, str]]:
    """(address, site code) of active places whose code is theirs alone, each address once."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH own AS MATERIALIZED (
                SELECT site_ods_code, min(location_id) AS location_id FROM verification_listing
                WHERE site_ods_code <> '' GROUP BY site_ods_code HAVING count(*) = 1 AND min(status) = 'active'
            )
            SELECT listed.email, min(own.site_ods_code)
            FROM own JOIN verification_listedemail AS listed USING (location_id)
            GROUP BY listed.email HAVING count(*) = 1 ORDER BY listed.email
            """
        )
        found = list(cursor.fetchall())
    connection.close()
    random.shuffle(found)
    return found
