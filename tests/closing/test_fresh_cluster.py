"""With servers of our own, a new cluster is made beside the old one; one that holds something personal does not stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.base.base import NO_DB_ALIAS
from django.test import Client

from accounts.closing import finishing
from accounts.closing.finishing import _as_fresh
from accounts.models import ClosureCertificate
from badgeportal.dumps import variables_of
from badgeportal.embedded import postgres
from badgeportal.embedded.folder import Folder
from tests.closing import steps
from tests.factories.user import UserFactory
from tests.verification.worlds import an_import

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def _fresh_database_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django's tests refuse databases that are not in the settings; this name it lets pass."""
    monkeypatch.setattr(finishing, "_FRESH", NO_DB_ALIAS)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Any) -> Path:
    """A data folder with nothing of ours in it but what an earlier run left when it was killed."""
    settings.LOCAL_MAIL_DIR = tmp_path / "mail"
    settings.DATA_DIR = tmp_path
    settings.EMBEDDED_FOLDER = Folder(tmp_path)
    (tmp_path / "closed-killed").mkdir()
    (tmp_path / "closed-killed" / "rows").write_text("ann.zzyzxa@home.example")
    return tmp_path


def test_a_new_cluster_is_made_and_only_a_clean_one_stays(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="nothing to finish"):
        call_command("finish_closing")
    assert (data / "closed-killed").exists()
    UserFactory()
    steps.destroyed()
    planted = an_import()
    planted.file_name = "from ann.zzyzxa@home.example.csv"
    planted.save()

    with pytest.raises(CommandError, match="Something is left"):
        call_command("finish_closing")
    assert not list(data.glob("closed-*"))

    planted.file_name = ""
    planted.save()
    call_command("finish_closing")
    with pytest.raises(CommandError, match="nothing to finish"):
        call_command("finish_closing")

    [made] = map(Folder, data.glob("closed-*"))
    assert f"mv {made.postgres} {data / 'postgres'}" in capsys.readouterr().out
    assert not postgres.answers(made)
    the_new_cluster_takes_the_place_of_the_old(made, Folder(data))


def the_new_cluster_takes_the_place_of_the_old(made: Folder, place: Folder) -> None:
    made.postgres.rename(place.postgres)
    postgres.start(place, keep=False, say=print)
    try:
        target = place.database
        with psycopg.connect(host=target["HOST"], port=target["PORT"], user=target["USER"], dbname="care") as there:
            kept = there.execute("SELECT c.sha256, p.state FROM accounts_closurecertificate c, accounts_closingplan p")
            assert kept.fetchall() == [(ClosureCertificate.objects.get().sha256, "closed")]
    finally:
        postgres.stop(place)
    assert Client().get("/closing/certificate/").status_code == 200


def test_a_named_database_is_reached_as_safely_as_its_address_says(tmp_path: Path) -> None:
    """The old database's way of being reached says nothing about the new one's."""
    target = dj_database_url.parse("postgresql://p:w@new.example:5433/portal?sslmode=verify-full&sslrootcert=/ca.pem")
    told = variables_of(target)
    assert (told["PGSSLMODE"], told["PGSSLROOTCERT"], told["PGPORT"]) == ("verify-full", "/ca.pem", "5433")
    with _as_fresh(target) as fresh:
        options = fresh.settings_dict["OPTIONS"]
        assert (options["sslmode"], "pool" in options) == ("verify-full", False)
        assert options.get("options") == settings.DATABASES["default"]["OPTIONS"].get("options")
    assert "PGSSLMODE" not in variables_of(connection.settings_dict)
