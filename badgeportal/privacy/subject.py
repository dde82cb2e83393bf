"""Whom a right is about: people with an account, a person named on orders of somebody else, or the owner of a listed inbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from badgeportal.inventory import Reach, Whose


@dataclass(frozen=True, slots=True)
class DataSubject:
    """Exactly one of the three is given; use the constructors."""

    account_ids: tuple[int, ...] = ()
    order_ids: tuple[int, ...] = ()
    listed_email: str = ""

    def __post_init__(self) -> None:
        if sum(map(bool, (self.account_ids, self.order_ids, self.listed_email))) != 1:
            raise ValueError("A right is about accounts, about a recipient of orders, or about a listed address.")

    @classmethod
    def of_account(cls, account_id: int) -> DataSubject:
        return cls(account_ids=(account_id,))

    @classmethod
    def of_accounts(cls, account_ids: Iterable[int]) -> DataSubject:
        return cls(account_ids=tuple(sorted(set(account_ids))))

    @classmethod
    def recipient_of(cls, order_ids: Iterable[int]) -> DataSubject:
        """The person to whom these orders are addressed, who has no account."""
        return cls(order_ids=tuple(sorted(set(order_ids))))

    @classmethod
    def listed_inbox(cls, email: str) -> DataSubject:
        """Whoever owns this address on a listing; compared trimmed and case-folded."""
        return cls(listed_email=email.strip().casefold())

    @property
    def reach(self) -> Reach:
        if self.account_ids:
            return Reach.ACCOUNT
        return Reach.ORDER if self.order_ids else Reach.ADDRESS

    @property
    def keys(self) -> tuple[int, ...] | tuple[str, ...]:
        """The numbers, or the address, by which the rows are reached."""
        return self.account_ids or self.order_ids or (self.listed_email,)

    @property
    def concerns(self) -> frozenset[Whose]:
        """Whose fields are theirs: in the rows of an account all of them, also the recipient's and the officers' notes."""
        return {
            Reach.ACCOUNT: frozenset(Whose),
            Reach.ORDER: frozenset({Whose.RECIPIENT}),
            Reach.ADDRESS: frozenset({Whose.LISTED_INBOX}),
        }[self.reach]
