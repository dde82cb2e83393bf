"""Closing the portal for good: decided by two managers, told to everybody, carried out by a worker, and proved."""
