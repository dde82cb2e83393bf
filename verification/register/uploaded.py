"""The register's files as staff upload them: a worker says first what a file would do, and loads it when a manager agrees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from badgeportal.uploads.job import Job
from badgeportal.uploads.kinds import Kind, declare
from verification.models import RegisterImport
from verification.register.importing import Progress, import_contacts, import_hsca
from verification.register.previewing import preview_import, register_state
from verification.register.refusal import ImportEnded, ImportRunning, RegisterChanged


def preview(kind: RegisterImport.Kind, job: Job) -> dict[str, Any]:
    """What the uploaded file would change; nothing is written."""
    with job.file() as path:
        return preview_import(kind=kind, path=path, actor=job.actor, now=job.now, progress=_progress_of(job))


def load(kind: RegisterImport.Kind, job: Job) -> None:
    """Load the uploaded file; raises RegisterChanged when the register is not as it was at the preview."""

    @contextmanager
    def around(register_import: RegisterImport) -> Iterator[None]:
        # The register is held by now, so it stays as it is until the end of this transaction.
        if register_state() != job.upload.preview.get("register"):
            raise RegisterChanged("The register has changed since the preview.")
        yield
        job.written(register_import.pk)

    same: dict[str, Any] = {
        "actor": job.actor, "now": job.now, "progress": _progress_of(job), "file_name": job.upload.file_name,
        "around": around,
    }  # fmt: skip
    with job.file() as path:
        if kind == RegisterImport.Kind.HSCA:
            import_hsca(path=path, accept_closures=job.upload.agreed, **same)
        else:
            import_contacts(path=path, **same)


def _progress_of(job: Job) -> Progress:
    def progress(text: str) -> None:
        rows = re.match(r"[\d,]+", text)
        job.progress(int(rows[0].replace(",", "")) if rows else 0, text.partition("; ")[2] or "reading the file")

    return progress


def _declare(key: str, title: str, kind: RegisterImport.Kind) -> str:
    return declare(
        Kind(
            key=key,
            title=title,
            permission="verification.import_register",
            preview=partial(preview, kind),
            load=partial(load, kind),
            result_page="admin:verification_registerimport_change",
            refusals=(ImportEnded,),
            busy=(ImportRunning,),
            changed=(RegisterChanged,),
        )
    )


HSCA = _declare("register_hsca", "CQC’s monthly file", RegisterImport.Kind.HSCA)
CONTACTS = _declare("register_contacts", "Contact extract", RegisterImport.Kind.CONTACTS)
