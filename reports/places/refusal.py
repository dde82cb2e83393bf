"""Why a Postcode Directory was not loaded."""

from __future__ import annotations


class DirectoryRefused(Exception):
    """Nothing was changed; the text is the sentence to show."""
