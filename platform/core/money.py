"""Won: whole numbers, never floats. Rates are basis points (100 bp = 1 %)."""

from collections.abc import Sequence
from typing import Any, NewType

from django.db import models

Won = NewType("Won", int)

BP = 10_000
VAT_BP = 1_000


class WonField(models.BigIntegerField):  # type: ignore[type-arg]
    """An amount in won; negative amounts are allowed unless a constraint of the model says otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", 0)
        super().__init__(*args, **kwargs)


class BasisPointsField(models.PositiveIntegerField):  # type: ignore[type-arg]
    """A rate in basis points: 1000 is 10 %."""


def share(total: int, weights: Sequence[int]) -> list[Won]:
    """Split `total` by `weights` to the won, by largest remainder; ties go to the earlier part.

    The parts always add up to `total`, which may be negative. All weights zero shares alike.
    """
    if not weights:
        if total:
            message = "nothing to share among"
            raise ValueError(message)
        return []
    if min(weights) < 0:
        message = "weights must not be negative"
        raise ValueError(message)
    whole = sum(weights) or len(weights)
    even = weights if sum(weights) else [1] * len(weights)
    sign = -1 if total < 0 else 1
    parts = [divmod(abs(total) * weight, whole) for weight in even]
    left = abs(total) - sum(quotient for quotient, _ in parts)
    order = sorted(range(len(parts)), key=lambda i: (-parts[i][1], i))
    lucky = set(order[:left])
    return [Won(sign * (quotient + (i in lucky))) for i, (quotient, _) in enumerate(parts)]


def rate_of(amount: int, rate_bp: int) -> Won:
    """`rate_bp` of `amount`, rounded half away from zero to the won."""
    sign = -1 if amount < 0 else 1
    return Won(sign * ((abs(amount) * rate_bp * 2 + BP) // (BP * 2)))


def vat_inside(total: int) -> tuple[Won, Won]:
    """Supply value and VAT inside a taxable `total` (부가가치세법 §29): supply rounded once, VAT is the rest."""
    sign = -1 if total < 0 else 1
    supply = sign * ((abs(total) * BP * 2 + BP + VAT_BP) // ((BP + VAT_BP) * 2))
    return Won(supply), Won(total - supply)


def cut_under_ten(amount: int) -> Won:
    """Cut what is under 10 won towards zero (지방회계법 §55 allows it)."""
    sign = -1 if amount < 0 else 1
    return Won(sign * (abs(amount) // 10 * 10))
