"""Who acted, as it is stored and compared: separation of duties rests on it."""

from core.actor import Actor

ACCOUNT_CHECK = "system: account check"
"""Signs the hold of a statement whose payee has no verified account yet."""


def signature(actor: Actor) -> str:
    """A stable mark of a person: `person:17 김민수`; the system and programs sign by name."""
    return f"{actor.kind}:{actor.user_id or ''} {actor.name}"[:180]


def name_in(mark: str) -> str:
    """The name inside a signature, for people to read."""
    return mark.partition(" ")[2]
