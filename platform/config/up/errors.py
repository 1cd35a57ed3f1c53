"""Why a one-machine run cannot start."""


class CannotStart(Exception):
    """One sentence that says what is wrong and how to mend it."""
