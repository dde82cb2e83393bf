"""What went wrong, said to the person at the terminal."""


class CannotStart(Exception):
    """A reason not to start, as a sentence that says what to do."""
