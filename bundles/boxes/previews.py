"""What a change of a box would mean, in won, before it is made. Nothing is kept."""

from dataclasses import dataclass, replace
from datetime import datetime

from bundles.boxes.actions.choosing import extra_for, must_be_left, swap_for
from bundles.boxes.models import AddOn, Alternative, Remedy, Share
from bundles.boxes.queries import Box, box_of, box_with
from bundles.subscriptions.models import Cycle


@dataclass(frozen=True, slots=True)
class Preview:
    """The box before and after a change."""

    before: Box
    after: Box

    @property
    def difference(self) -> int:
        """Won more than before; negative is less."""
        return self.after.price.total - self.before.price.total


def of_swap(cycle: Cycle, alternative: Alternative, *, at: datetime) -> Preview:
    """Swapping a component; refuses what the swap would refuse."""
    box = box_of(cycle)
    swap = swap_for(cycle, alternative, at)
    must_be_left(swap.alternative.product, swap.alternative.pieces * cycle.subscription.quantity)
    swaps = [one for one in box.chosen.swaps if one.component_id != swap.component_id]
    return Preview(box, box_with(cycle, box.edition, replace(box.chosen, swaps=[*swaps, swap])))


def of_extra(cycle: Cycle, add_on: AddOn, pieces: int, *, at: datetime) -> Preview:
    """Letting pieces of an add-on ride along; refuses what adding them would refuse."""
    box = box_of(cycle)
    extra = extra_for(cycle, add_on, pieces, at)
    mine = sum(one.pieces for one in box.chosen.extras if one.add_on_id == add_on.pk)
    must_be_left(extra.add_on.product, pieces - mine)
    extras = [one for one in box.chosen.extras if one.add_on_id != add_on.pk]
    return Preview(box, box_with(cycle, box.edition, replace(box.chosen, extras=[*extras, extra])))


def of_answer(share: Share, remedy: Remedy) -> Preview:
    """Deciding what is done about a product that is short."""
    box = box_of(share.cycle)
    tried = [_answered(one, remedy) if one.pk == share.pk else one for one in box.chosen.shares]
    return Preview(box, box_with(share.cycle, box.edition, replace(box.chosen, shares=tried)))


def _answered(share: Share, remedy: Remedy) -> Share:
    """The share as it would be, not kept."""
    return Share(
        pk=share.pk, shortage=share.shortage, cycle=share.cycle, is_served=False, remedy=remedy, pieces=share.pieces,
        substitute=share.substitute, substitute_pieces=share.substitute_pieces,
    )  # fmt: skip
