"""Secrets of a local run: random, private, kept."""

from concurrent.futures import ThreadPoolExecutor

from cryptography.fernet import Fernet

from badgeportal.embedded.secrets import kept_secret


def test_a_secret_is_made_once_and_kept_from_others(tmp_path):
    first = kept_secret(tmp_path, "secret_key", 64)
    assert len(first) == 64
    assert kept_secret(tmp_path, "secret_key", 64) == first
    assert oct((tmp_path / "secrets" / "secret_key").stat().st_mode & 0o777) == "0o600"


def test_secrets_of_two_folders_differ(tmp_path):
    assert kept_secret(tmp_path / "a", "secret_key", 64) != kept_secret(tmp_path / "b", "secret_key", 64)


def test_length_nought_is_a_key_that_encrypts(tmp_path):
    cipher = Fernet(kept_secret(tmp_path, "keys", 0))
    assert cipher.decrypt(cipher.encrypt(b"code")) == b"code"


def test_many_at_once_agree_on_one(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(lambda _: kept_secret(tmp_path, "secret_key", 64), range(64)))
    assert len(found) == 1
