"""Reads the contact extract and checks every row of it against the register."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from verification.register.contact_checks import Contact, KnownListing, check_contact
from verification.register.contact_columns import find_columns
from verification.register.recognise import CONTACTS_WANTED, require_contacts
from verification.register.refusal import WrongFile
from verification.register.tables import read_table
from verification.register.values import Problem, RowProblem

PROGRESS_EVERY = 5_000


@dataclass(slots=True)
class ContactFile:
    """What came out of one extract. Filled while `contacts()` is being read; complete when it ends."""

    path: Path
    rows: int = 0
    failed: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    has_site_codes: bool = False
    has_head_office_codes: bool = False
    # Site code of each location named so far, and the row that said it.
    _site_codes: dict[str, tuple[str, int]] = field(default_factory=dict)

    def contacts(
        self, *, known: dict[str, KnownListing], providers: frozenset[str], progress: Callable[[int], None]
    ) -> Iterator[Contact]:
        """Each good row. Raises WrongFile before the first one when the file is no contact extract."""
        rows = read_table(self.path, require_contacts(self.path))
        columns = find_columns(rows)
        self.has_site_codes = "site_code" in columns.of
        self.has_head_office_codes = bool({"site_code", "head_office_code"} & columns.of.keys())
        for number, cells in rows:
            self.rows += 1
            if self.rows % PROGRESS_EVERY == 0:
                progress(self.rows)
            outcome = check_contact(cells, columns=columns, known=known, providers=providers)
            if isinstance(outcome, Contact) and not (clash := self._clash(outcome, number)):
                yield outcome
                continue
            self.failed += 1
            found = clash if isinstance(outcome, Contact) else outcome
            self.problems += [RowProblem(number, *problem) for problem in found]
        if not self.rows:
            raise WrongFile(f"The file has no rows under its header. {CONTACTS_WANTED}")

    def _clash(self, contact: Contact, number: int) -> list[Problem]:
        if not contact.site_code:
            return []
        code, row = self._site_codes.setdefault(contact.location_id, (contact.site_code, number))
        if code == contact.site_code:
            return []
        return [Problem("", contact.site_code, f"Row {row} says {code} for the same location. Keep the right one.")]
