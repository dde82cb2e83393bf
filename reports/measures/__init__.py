"""What is measured: every measure and table by name, with its text, unit, as-of rule and query."""
