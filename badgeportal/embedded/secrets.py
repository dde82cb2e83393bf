"""Secrets of a local run: random, made once, kept in its data folder so that sessions outlive a restart."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet


def kept_secret(data_dir: Path, name: str, length: int) -> str:
    """The secret `name` of `data_dir`, made on first use: `length` characters, or a Fernet key when `length` is 0."""
    folder = data_dir / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if not path.exists():
        value = secrets.token_urlsafe(length)[:length] if length else Fernet.generate_key().decode()
        _publish(path, value)
    return path.read_text()


def _publish(path: Path, value: str) -> None:
    """Write `value` to `path` unless another process was first; a reader never sees half a file."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(value)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
