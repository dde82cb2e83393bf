"""Snapshots: computed from live data, published once, read by everybody who shows or downloads figures."""
