"""Every period that the inventory names has its setting and a sweep that keeps to it, and no such sweep is left out of it."""

from __future__ import annotations

from django.conf import settings

from badgeportal.inventory import declarations
from badgeportal.watch.recording import sweeps
from tests.plugin import ROOT

# Carries out what a person asked for, whenever their last order has ended: no period.
NOT_A_PERIOD = {"accounts.sweep_erasures"}


def periods():
    return [(label, one) for label, declaration in declarations().items() for one in declaration.kept_for]


def test_every_period_is_a_setting_above_nothing():
    assert [(label, one.setting) for label, one in periods() if not getattr(settings, one.setting, 0) > 0] == []


def test_every_period_has_a_sweep_on_the_timetable_and_every_sweep_a_period():
    named = {one.task for _, one in periods()}
    assert named == {task for task in sweeps() if ".sweep_" in task} - NOT_A_PERIOD


def test_operators_are_told_of_every_period():
    readme = (ROOT / "README.md").read_text()
    # The length of a session is Django's own setting, and the page on security tells it.
    told = {one.setting for _, one in periods()} - {"SESSION_COOKIE_AGE"}
    assert {setting for setting in told if f"`{setting}`" not in readme} == set()


def test_a_retention_in_words_that_names_a_setting_names_the_period():
    """`UPLOAD_DAYS (365)` in the words for people is the number that the sweep uses."""
    faults = []
    for label, one in periods():
        for name, field in declarations()[label].personal.items():
            if (
                one.setting in field.retention
                and f"{one.setting} ({getattr(settings, one.setting)})" not in field.retention
            ):
                faults.append(f"{label}.{name}")
    assert faults == []
