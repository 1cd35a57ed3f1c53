"""Why a machine or a tool of ours cannot start."""


class CannotStart(Exception):  # noqa: N818  a fact, as refusals are
    """One sentence that says what is wrong and how to mend it."""
