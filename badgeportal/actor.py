"""Who did it: every event row names a person by an opaque number, or a job by its name, never nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a change, as text that outlives the account it names."""

    text: str
    user_id: int | None = None

    def __post_init__(self) -> None:
        if not self.text.strip() or self.text.endswith(":"):
            raise ValueError("An actor needs a user or the name of a job.")

    @classmethod
    def user(cls, user: Any) -> Actor:
        """The signed-in person `user`; refuses one that is not saved (an anonymous visitor)."""
        if user is None or user.pk is None:
            raise ValueError("An actor needs a user or the name of a job.")
        return cls(text=f"user:{user.pk}", user_id=user.pk)

    @classmethod
    def system(cls, job: str) -> Actor:
        """The job `job` of the portal itself, such as `assess-orders`."""
        return cls(text=f"system:{job}")

    @property
    def is_person(self) -> bool:
        return self.user_id is not None

    @property
    def account(self) -> int:
        """The number of the person's account; raises ValueError for a job, which decides nothing of this kind."""
        if self.user_id is None:
            raise ValueError("Only a person does this.")
        return self.user_id

    def __str__(self) -> str:
        return self.text
