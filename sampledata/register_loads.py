"""The register of the sample data: an earlier edition before the first order, the current one some weeks ago."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from badgeportal.actor import Actor
from sampledata.agenda import Agenda
from sampledata.editions import earlier_edition
from sampledata.register import SampleListing, listings
from sampledata.register_files import DATA_SHEET, write_contacts, write_hsca
from sampledata.working_days import HISTORY_DAYS, moment, working_day
from verification.reassessing import reassess_open_checks
from verification.register.importing import import_contacts, import_hsca

LISTINGS = 2000
# Working days ago, before the stories that are told one by one.
_CURRENT_LOADED = 24


class RegisterLoads:
    """Writes both editions into `folder` and loads them by the real import, with the contact extract after each."""

    def __init__(self, folder: Path, manager: Actor, *, now: datetime) -> None:
        self.folder = folder
        self.manager = manager
        self.now = now

    def load_the_earlier(self) -> None:
        loaded = self.now - timedelta(days=HISTORY_DAYS + 5)
        self._load(earlier_edition(listings(LISTINGS)), loaded)

    def plan_the_current(self, agenda: Agenda) -> None:
        """Have the current edition loaded when its day comes, and the open checks compared with it."""
        agenda.add(moment(working_day(self.now, _CURRENT_LOADED), "08:40"), self._load_the_current)

    def _load_the_current(self, now: datetime) -> None:
        self._load(listings(LISTINGS), now)
        reassess_open_checks(now=now + timedelta(minutes=1))

    def _load(self, places: Iterable[SampleListing], now: datetime) -> None:
        edition = _first_of_month(timezone.localdate(now))
        hsca = self.folder / f"{edition:%d_%B_%Y}_{DATA_SHEET}.ods"
        contacts = self.folder / f"contact_extract_{edition:%B_%Y}.csv"
        on_it = list(places)
        write_hsca(hsca, on_it, edition=edition)
        write_contacts(contacts, on_it)
        import_hsca(path=hsca, actor=self.manager, now=now)
        import_contacts(path=contacts, actor=self.manager, now=now + timedelta(minutes=12))


def _first_of_month(day: date) -> date:
    return day.replace(day=1)
