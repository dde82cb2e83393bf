"""Plumbing that every app stands on."""

from badgeportal.celery import app as celery_app

__all__ = ["celery_app"]
