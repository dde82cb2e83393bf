"""How long orders wait to be decided, as somebody sees it who looks at the committed rows, and what became of them.

An order's own times are taken before its rows are committed, so they would flatter. Here the orders that wait are read
every 50 ms; one that waits no more counts as decided when that was seen, one never seen waiting within 50 ms.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.conf import settings


class Decisions:
    """Watches until told to stop; `waits` are the seconds of those that were seen to wait."""

    EVERY = 0.05

    def __init__(self) -> None:
        self.waits: list[float] = []
        self._waiting: dict[int, datetime] = {}
        self._last_order = self._last_mail = 0

    @staticmethod
    def connection_facts() -> dict[str, Any]:
        target = settings.DATABASES["default"]
        return {
            "host": target["HOST"], "port": target["PORT"], "user": target["USER"], "dbname": target["NAME"],
        }  # fmt: skip

    async def watch(self, stop: asyncio.Event) -> None:
        async with await psycopg.AsyncConnection.connect(**self.connection_facts(), autocommit=True) as connection:
            while not stop.is_set():
                await self._look(connection)
                await asyncio.sleep(self.EVERY)

    async def begin(self) -> None:
        """From here on new orders and mails count to the next stage."""
        self.waits.clear()
        [(self._last_order,)] = await self._rows("SELECT coalesce(max(id), 0) FROM orders_order")
        [(self._last_mail,)] = await self._rows("SELECT coalesce(max(id), 0) FROM outbox_outboxmessage")

    async def all_decided(self) -> bool:
        return not (await self._rows("SELECT count(*) FROM orders_order WHERE state = 'placed'"))[0][0]

    async def outcomes(self) -> list[tuple[str, str]]:
        """The email address and the state of every order of the stage."""
        return await self._rows(
            "SELECT u.email, o.state FROM orders_order o JOIN accounts_user u ON u.id = o.account_id WHERE o.id > %s",
            self._last_order,
        )

    async def mail_lags(self) -> list[float]:
        """Seconds from the writing of each mail that was sent until it was."""
        rows = await self._rows(
            "SELECT extract(epoch FROM sent_at - created_at)::float8 FROM outbox_outboxmessage"
            " WHERE state = 'sent' AND id > %s",
            self._last_mail,
        )
        return [row[0] for row in rows]

    async def mails_left(self) -> Counter[str]:
        return Counter(dict(await self._rows(
            "SELECT state, count(*) FROM outbox_outboxmessage WHERE state <> 'sent' AND id > %s GROUP BY state",
            self._last_mail,
        )))  # fmt: skip

    async def _look(self, connection: psycopg.AsyncConnection[Any]) -> None:
        cursor = await connection.execute("SELECT id, placed_at FROM orders_order WHERE state = 'placed' AND hold = ''")
        waiting = dict(await cursor.fetchall())
        now = datetime.now(UTC)
        for number in self._waiting.keys() - waiting.keys():
            self.waits.append((now - self._waiting[number]).total_seconds())
        self._waiting = waiting

    async def _rows(self, query: str, *values: object) -> list[Any]:
        async with await psycopg.AsyncConnection.connect(**self.connection_facts(), autocommit=True) as connection:
            return await (await connection.execute(query, values)).fetchall()
