"""What loading the register costs: `.venv/bin/python bench/import_register.py [listings]` (60,000 unless told).

Runs on servers of its own under `.data/bench-register`, with fsync on. Each figure is the median of three runs in processes
of their own, so that memory is that of the one thing measured. The baseline reads the same file with the same reader and
COPYs the same columns into an empty table, unchecked.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".data" / "bench-register"
sys.path.insert(0, str(ROOT))
os.environ.update(PORTAL_ENV="local", DATA_DIR=str(FOLDER), LOG_LEVEL="ERROR")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "badgeportal.settings")
RUNS = 3


def main(listings: int) -> None:
    """Make the files, measure each thing, print a table."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from badgeportal.embedded.services import services
    from sampledata.register_files import write_sample_register

    with services(settings.EMBEDDED_FOLDER, keep=False, say=print):
        call_command("migrate", verbosity=0)
        files = write_sample_register(FOLDER / "files", listings=listings)
        print(f"{listings:,} listings, {files.current.stat().st_size / 1e6:.0f} MB packed")
        baseline = _measure("baseline", files.current, empty=True)
        _report("same reader + COPY", baseline, baseline)
        _report("first load", _measure("hsca", files.current, empty=True), baseline)
        _report("the same file again", _measure("hsca", files.current), baseline)
        _report("contact extract, first load", _measure("contacts", files.contacts, forget_contacts=True), baseline)
        _report("contact extract again", _measure("contacts", files.contacts), baseline)


Measured = tuple[float, float, float]


def _measure(what: str, path: Path, *, empty: bool = False, forget_contacts: bool = False) -> Measured:
    """Median seconds by the clock and of the processor, and most megabytes, of RUNS child processes."""
    outcomes = []
    for _ in range(RUNS):
        if empty or forget_contacts:
            _empty(keep_listings=forget_contacts)
        child = subprocess.run(
            [sys.executable, __file__, "--one", what, str(path)], check=True, stdout=subprocess.PIPE, text=True
        )
        outcomes.append(json.loads(child.stdout.splitlines()[-1]))
    clock, processor, peaks = zip(*outcomes, strict=True)
    return statistics.median(clock), statistics.median(processor), max(peaks)


def _report(name: str, measured: Measured, baseline: Measured) -> None:
    clock, processor, peak = measured
    print(
        f"{name:28} {clock:6.2f} s {clock / baseline[0]:5.2f} x    Python's processor {processor:6.2f} s"
        f" {processor / baseline[1]:5.2f} x   {peak:4.0f} MB",
        flush=True,
    )


def _empty(*, keep_listings: bool) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if keep_listings:
            cursor.execute("TRUNCATE verification_listedemail, verification_providercode")
            cursor.execute("UPDATE verification_listing SET site_ods_code = '', site_ods_code_from_extract = false"
                           " WHERE site_ods_code_from_extract")  # fmt: skip
        else:
            cursor.execute("TRUNCATE verification_registerimport CASCADE")


def one(what: str, path: Path) -> None:
    """Do one thing in this process and print its seconds and peak memory in MB."""
    import django

    django.setup()
    from django.utils import timezone

    from badgeportal.actor import Actor
    from verification.register.importing import import_contacts, import_hsca

    actor = Actor.system("bench")
    started, processor = time.perf_counter(), time.process_time()
    if what == "baseline":
        _bare_copy(path)
    elif what == "hsca":
        import_hsca(path=path, actor=actor, now=timezone.now())
    else:
        import_contacts(path=path, actor=actor, now=timezone.now())
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    print(json.dumps([seconds, processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def _bare_copy(path: Path) -> None:
    from django.db import connection, transaction

    from verification.register.columns import HSCA_COLUMNS
    from verification.register.ods import read_rows

    with transaction.atomic(), connection.cursor() as cursor:
        columns = ", ".join(f"c{number} text" for number in range(18))
        cursor.execute(f"CREATE TEMPORARY TABLE bare ({columns}) ON COMMIT DROP")
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for sheet, _, cells in read_rows(path, columns=len(HSCA_COLUMNS)):
                if sheet == "HSCA_Active_Locations":
                    copy.write_row(cells[:18])


if __name__ == "__main__":
    if "--one" in sys.argv:
        one(sys.argv[2], Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 60_000)
