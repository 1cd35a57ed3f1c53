"""Why the books say no."""

from core.errors import Refusal


class Unbalanced(Refusal):
    """The entries of a posting do not sum to zero, or there are fewer than two."""

    code = "posting_unbalanced"
    sentence = "The posting %(source)s does not balance: its entries sum to %(total)s won."


class UnknownAccount(Refusal):
    """The account is not in the chart."""

    code = "account_unknown"
    sentence = "There is no account %(code)s in the chart of accounts."


class AlreadyReversed(Refusal):
    """A posting is reversed at most once."""

    code = "posting_already_reversed"
    sentence = "The posting %(source)s was reversed before."
