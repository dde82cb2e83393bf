"""Disclosure control: what may be shown, so that nobody can be found in the figures."""
