"""What a posting is before it is written. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from settlement.ledger.accounts import KINDS
from settlement.ledger.errors import Unbalanced, UnknownAccount

Line = tuple[str, str, int]
"""Account code, owner ("" for none), signed won: positive debits, negative credits."""


@dataclass(frozen=True, slots=True)
class PostingDraft:
    """A posting to be written. Lines of zero won are left out; lines of the same account are added up."""

    kind: str
    source: str
    at: datetime
    memo: str
    entries: Sequence[Line]

    def lines(self) -> list[Line]:
        """The lines as they will be written; refuses what does not balance or is not in the chart."""
        sums: dict[tuple[str, str], int] = {}
        for code, owner, amount in self.entries:
            if code not in KINDS:
                raise UnknownAccount(code=code)
            sums[str(code), owner] = sums.get((str(code), owner), 0) + amount
        lines = [(code, owner, amount) for (code, owner), amount in sums.items() if amount]
        total = sum(amount for _, _, amount in lines)
        if total or not lines:
            raise Unbalanced(source=self.source, total=total)
        return lines

    @property
    def is_empty(self) -> bool:
        """Whether every line is of zero won: there is nothing to write."""
        return not any(amount for _, _, amount in self.entries)
