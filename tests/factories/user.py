"""People: leaves of the model, with a confirmed address as if they had registered."""

from __future__ import annotations

from functools import cache
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import get_hasher, make_password
from django.contrib.auth.models import Group

from accounts.models import User
from accounts.roles import ADMIN_ROLES, CUSTOMER_SERVICE

PASSWORD = "three odd words together"


@cache
def _hash(password: str, algorithm: str) -> str:
    # A hash takes half a second on purpose; everybody in a test run shares one.
    return make_password(password, hasher=algorithm)


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A care provider who has confirmed their address; `confirmed_address=False` for one who has not."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"manager{n}@care-home-{n}.example")
    name = factory.Sequence(lambda n: f"Manager {n}")
    organisation = factory.Sequence(lambda n: f"Care Home {n}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, password: str = PASSWORD, **fields: Any) -> User:
        user = User.objects.create_user(*args, **fields)
        user.password = _hash(password, get_hasher().algorithm)
        user.save(update_fields=["password"])
        return user

    @classmethod
    def _after_postgeneration(cls, instance: User, create: bool, results: dict[str, Any] | None = None) -> None:
        """Nothing to save again."""

    @factory.post_generation
    def confirmed_address(self, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        EmailAddress.objects.create(user=self, email=self.email, verified=extracted is not False, primary=True)


class StaffFactory(UserFactory):
    """A member of staff, or an analyst, with the role `role`."""

    email = factory.Sequence(lambda n: f"officer{n}@aps.example")
    organisation = ""

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, role: str = CUSTOMER_SERVICE, **fields: Any) -> User:
        user = super()._create(model_class, *args, is_staff=role in ADMIN_ROLES, **fields)
        user.groups.set([Group.objects.get(name=role)])
        return user
