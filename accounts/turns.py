"""Erasing people and limiting the use of their data take turns."""

from __future__ import annotations

from django.db import connection


def wait_for_turn() -> None:
    """Wait until nobody else erases or limits, and keep the turn until the open transaction ends.

    Both lock requests, accounts, orders and mails, but begin at different ends: one erases orders first and a request last, the
    other is asked for by a request. Both are rare, so one turn does for all. Called before any row is locked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('accounts.erasing', 0))")
