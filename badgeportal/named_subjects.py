"""What a record of the audit or a mail is about, in the words that staff use."""

from __future__ import annotations

from functools import cache

from django.apps import apps


@cache
def in_words(subject_type: str) -> str:
    """`data request` for `accounts.datarequest`; the name itself where there is no such model any more."""
    try:
        return str(apps.get_model(subject_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return subject_type.rpartition(".")[2]
