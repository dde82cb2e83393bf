"""What an officer found, in their words."""

from __future__ import annotations

from dataclasses import dataclass

from verification.models import ManualCheck


class EvidenceMissing(Exception):
    """A decision needs to be explained first. `field` is what is empty."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is empty")
        self.field = field


@dataclass(frozen=True, slots=True)
class Evidence:
    """How address and phone were checked, where the officer looked, and a note for colleagues."""

    address: str = ""
    phone: str = ""
    sources: str = ""
    note: str = ""

    def require_for_approval(self, *, phone_given: bool) -> None:
        """Raise EvidenceMissing unless address, sources and, if the provider gave one, phone are explained.

        The brief: APS checks that the postal address and phone number belong to an adult social care organisation.
        """
        self._require("address_evidence", self.address)
        if phone_given:
            self._require("phone_evidence", self.phone)
        self._require("sources", self.sources)

    def require_note(self) -> None:
        """Raise EvidenceMissing unless there is a note for colleagues."""
        self._require("note", self.note)

    @staticmethod
    def _require(field: str, text: str) -> None:
        if not text.strip():
            raise EvidenceMissing(field)


def keep_evidence(check: ManualCheck, evidence: Evidence) -> None:
    """Write `evidence` on the locked `check`."""
    check.address_evidence = evidence.address.strip()
    check.phone_evidence = evidence.phone.strip()
    check.sources = evidence.sources.strip()
    check.note = evidence.note.strip()
    check.save(update_fields=["address_evidence", "phone_evidence", "sources", "note"])
