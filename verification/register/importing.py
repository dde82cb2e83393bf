"""Loading the register: CQC's file and the contact extract, each in one transaction that happens whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction

from badgeportal.actor import Actor
from badgeportal.kick import kick
from badgeportal.uploads.actions import CALLED_OFF
from badgeportal.uploads.job import Cancelled
from verification.models import Listing, RegisterImport
from verification.register import writing
from verification.register.contact_checks import Contact, KnownListing
from verification.register.contact_writing import write_contacts
from verification.register.contacts import ContactFile
from verification.register.hsca import HscaFile
from verification.register.refusal import ImportEnded, ImportFailed, RegisterChanged, TooManyClosures, WrongFile
from verification.register.runs import Counts, end_import, is_connected, one_at_a_time, start_import

log = structlog.get_logger(__name__)

State = RegisterImport.State
Progress = Callable[[str], None]
# Stands around the writing, inside its transaction: what it raises undoes the import.
Around = Callable[[RegisterImport], AbstractContextManager[None]]
NOTHING_AROUND: Around = lambda register_import: nullcontext()  # noqa: E731
INTERRUPTED = "The import was interrupted. Nothing was changed."


def import_hsca(
    *,
    path: Path,
    actor: Actor,
    now: datetime,
    accept_closures: bool = False,
    progress: Progress = lambda text: None,
    file_name: str = "",
    around: Around = NOTHING_AROUND,
) -> RegisterImport:
    """Make the register say what CQC's file `path` says; returns the record of the import with its counts.

    Raises WrongFile, TooManyClosures (not with `accept_closures`) or ImportRunning; nothing is changed then but the record.
    """

    def load(register_import: RegisterImport) -> None:
        file = HscaFile(path)
        with transaction.atomic(durable=True), around(register_import):
            load_hsca(file, register_import, actor=actor, now=now, accept_closures=accept_closures, progress=progress)

    return _run(RegisterImport.Kind.HSCA, path, load, actor=actor, now=now, file_name=file_name)


def import_contacts(
    *,
    path: Path,
    actor: Actor,
    now: datetime,
    progress: Progress = lambda text: None,
    file_name: str = "",
    around: Around = NOTHING_AROUND,
) -> RegisterImport:
    """Give the listings that the extract `path` names the addresses and codes it has for them; returns the record of the import.

    Raises WrongFile or ImportRunning; nothing is changed then but the record.
    """

    def load(register_import: RegisterImport) -> None:
        file = ContactFile(path)
        # Read before the transaction opens: a large .xlsx takes longer than PostgreSQL lets a transaction stand idle.
        contacts = read_contacts(file, progress=progress)
        with transaction.atomic(durable=True), around(register_import):
            load_contacts(file, contacts, register_import, actor=actor, now=now)

    return _run(RegisterImport.Kind.CONTACTS, path, load, actor=actor, now=now, file_name=file_name)


_ENDS_AS = {TooManyClosures: State.STOPPED, RegisterChanged: State.FAILED}


def _run(
    kind: RegisterImport.Kind,
    path: Path,
    load: Callable[[RegisterImport], None],
    *,
    actor: Actor,
    now: datetime,
    file_name: str,
) -> RegisterImport:
    with one_at_a_time():
        register_import = start_import(kind=kind, path=path, file_name=file_name, actor=actor, now=now)
        try:
            load(register_import)
        except ImportEnded as ended:
            state = _ENDS_AS.get(type(ended), State.REFUSED)
            _end_without_change(register_import, state, str(ended), actor=actor, now=now)
            raise
        except Cancelled:
            _end_without_change(register_import, State.FAILED, CALLED_OFF, actor=actor, now=now)
            raise
        except Exception as error:
            # The name of the error and no more: PostgreSQL prints the values of a row that breaks a constraint.
            log.error("register_import_failed", register_import=register_import.pk, error=type(error).__name__)
            message = f"The import failed ({type(error).__name__}). Nothing was changed."
            _end_without_change(register_import, State.FAILED, message, actor=actor, now=now)
            raise ImportFailed(message) from error
        except BaseException:
            # Ctrl-C, or a worker that is told to stop.
            _end_without_change(register_import, State.FAILED, INTERRUPTED, actor=actor, now=now)
            raise
    return register_import


def _end_without_change(
    register_import: RegisterImport, state: RegisterImport.State, message: str, *, actor: Actor, now: datetime
) -> None:
    if not is_connected():
        # The next import finds the record and ends it.
        return
    with transaction.atomic(durable=True):
        end_import(register_import=register_import, state=state, message=message, actor=actor, now=now)


def load_hsca(
    file: HscaFile,
    register_import: RegisterImport,
    *,
    actor: Actor,
    now: datetime,
    accept_closures: bool,
    progress: Progress,
) -> None:
    """The writing part of `import_hsca`; needs an open transaction."""
    writing.compare_by_hashing()
    copied = writing.copy_listings(file.listings(lambda rows: progress(f"{rows:,} rows read")))
    progress(f"{file.rows:,} rows read, {copied:,} of them listings of adult social care; comparing with the register")
    closures = writing.count_closures(named=file.left_out)
    # Month on month about one listing in three hundred goes. More than one in twenty is a file that is cut short or not
    # England's.
    most = settings.IMPORT_CLOSURE_LIMIT_PERCENT
    if not accept_closures and closures.would_close * 100 > closures.active * most:
        raise TooManyClosures(
            f"The file would close {closures.would_close:,} of {closures.active:,} listings, more than "
            f"{most:g}%. Nothing was changed. Check that the file is complete and the right edition; "
            "if it is, run the import again with --accept-closures."
        )
    changed = writing.update_listings(source=register_import, now=now)
    new = writing.insert_listings(source=register_import, now=now)
    closed = writing.close_listings(source=register_import, named=file.left_out, now=now)
    writing.copy_failed_rows(file.problems, source=register_import)
    writing.analyse()
    counts = Counts(
        rows=file.rows,
        new=new,
        changed=changed,
        unchanged=copied - new - changed,
        closed=closed,
        out_of_scope=file.out_of_scope,
        failed=file.failed,
    )
    end_import(
        register_import=register_import,
        state=State.DONE,
        counts=counts,
        edition=file.edition,
        message=_note_on(file.edition),
        actor=actor,
        now=now,
    )
    kick("verification.reassess_after_import")


def _note_on(edition: date | None) -> str:
    newest = RegisterImport.objects.newest_edition()
    if edition is None:
        return "The file does not say of which date it is."
    if newest is not None and edition < newest:
        return f"The file is older than the edition of {newest:%-d %B %Y} that was loaded before."
    return ""


def read_contacts(file: ContactFile, *, progress: Progress) -> list[Contact]:
    """Every good row of the extract; raises WrongFile for a file without a single address."""
    known = {row[0]: KnownListing(*row[1:]) for row in Listing.objects.as_known_to_contacts()}
    providers = frozenset(listing.provider_id for listing in known.values() if listing.active)
    contacts = list(
        file.contacts(known=known, providers=providers, progress=lambda rows: progress(f"{rows:,} rows read"))
    )
    if contacts and not any(contact.emails or contact.provider_emails for contact in contacts):
        # It would take away every address of every listing it names.
        raise WrongFile("No row of the file has an email address. Nothing was changed; check the column of addresses.")
    progress(f"{file.rows:,} rows read; comparing with the register")
    return contacts


def load_contacts(
    file: ContactFile, contacts: list[Contact], register_import: RegisterImport, *, actor: Actor, now: datetime
) -> None:
    """The writing part of `import_contacts`; needs an open transaction."""
    writing.compare_by_hashing()
    written = write_contacts(
        contacts,
        has_site_codes=file.has_site_codes,
        has_head_office_codes=file.has_head_office_codes,
        source=register_import,
        now=now,
    )
    writing.copy_failed_rows(file.problems, source=register_import)
    writing.analyse()
    counts = Counts(rows=file.rows, **written._asdict(), failed=file.failed)
    end_import(register_import=register_import, state=State.DONE, counts=counts, actor=actor, now=now)
    kick("verification.reassess_after_import")
