"""Data requests and their clock, complaints about personal data, and breaches."""
