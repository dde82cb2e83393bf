"""Finding rows by words of a name, through an index: `ILIKE '%word%'` would read every row there is.

Each word typed must stand in the name, whole or as the beginning of a word; capitals do not matter.
"""

from __future__ import annotations

import re

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorExact
from django.db.models import Q

_CONFIG = "simple"


def words_index(*fields: str, name: str) -> GinIndex:
    """The index that `with_words` of the same fields, in the same order, is answered from."""
    return GinIndex(SearchVector(*fields, config=_CONFIG), name=name)


def with_words(text: str, *fields: str) -> Q:
    """Rows with every word of `text` in `fields`; none when there is no word in it."""
    words = re.findall(r"[^\W_]+", text)
    if not words:
        return Q(pk__in=[])
    wanted = SearchQuery(" & ".join(f"{word}:*" for word in words), search_type="raw", config=_CONFIG)
    return Q(SearchVectorExact(SearchVector(*fields, config=_CONFIG), wanted))
