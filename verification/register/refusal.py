"""Why an import ends without having changed anything, in one sentence for the person who started it."""

from __future__ import annotations


class ImportEnded(Exception):
    """The import did not happen; `str(error)` is the sentence to show."""


class WrongFile(ImportEnded):
    """The file is not the one that was asked for, or its layout is not the one we know."""


class TooManyClosures(ImportEnded):
    """Loading the file would close more listings than one edition plausibly closes."""


class ImportRunning(ImportEnded):
    """Another import holds the register."""


class RegisterChanged(ImportEnded):
    """The register is not as it was when a person looked at what the import would do."""


class ImportFailed(ImportEnded):
    """Something broke that is no fault of the file; the cause is in `__cause__` and never shown, it may quote a row."""
