"""How passwords are kept: Argon2id with the parameters that OWASP asks for."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class OwaspArgon2Hasher(Argon2PasswordHasher):
    """19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).

    Django's own 100 MiB and eight lanes would let a few sign-ins at once take the memory and the processors of a web server.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
