"""Dates and times on the staff pages: short enough for a column, and no "p.m.". What is not said here is Django's."""

DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
