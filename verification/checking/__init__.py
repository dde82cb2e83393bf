"""The checks that people make: taking one, keeping what was found, deciding, and closing those that nobody has to decide."""
