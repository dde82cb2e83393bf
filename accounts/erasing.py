"""Erasing people at their word: accounts, one or many, a recipient of orders, or the owner of a listed inbox.

The work is the engine's (`badgeportal.privacy.erasing`); here are the rules about who may be erased, the audit event, the last
mail, and the erasures that wait for open orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.audit_kinds import ERASURE_ASKED_FOR, PEOPLE_ERASED
from accounts.mails import ERASED, queue_account_mail
from accounts.models import User
from accounts.sign_in import OwnAccount, end_sessions
from badgeportal.actor import Actor
from badgeportal.audit.actions import record, record_many
from badgeportal.privacy import ledger
from badgeportal.privacy.erasing import Receipt, erase
from badgeportal.privacy.finding import look_up
from badgeportal.privacy.models import ErasureLedgerEntry, OpenOrders, PendingErasure
from badgeportal.privacy.settling import open_things
from badgeportal.privacy.subject import DataSubject


class ErasedAlready(Exception):
    """Everybody asked for is erased: by a colleague, or by the same form sent twice."""


class ErasureChanged(Exception):
    """What the officer was shown is not what would happen any more, such as a new order."""
