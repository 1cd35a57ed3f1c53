"""Every reason why a box cannot be changed."""

from core.errors import Refusal


class NotSwappable(Refusal):
    """Staff did not allow this swap, or allow it no more."""

    code = "not_swappable"
    status = 400
    sentence = "%(name)s cannot be swapped for this. Please choose from the list."


class TooManySwaps(Refusal):
    """The edition's limit is reached."""

    code = "too_many_swaps"
    sentence = "At most %(most)s things can be swapped in this box. Undo another swap first."


class NotOnTheShelf(Refusal):
    """The product does not ride along, or no more."""

    code = "not_on_the_shelf"
    status = 400
    sentence = "%(name)s cannot be added to a box at present."


class TooManyPieces(Refusal):
    """The limit of add-on pieces is reached."""

    code = "too_many_pieces"
    status = 400
    sentence = "At most %(most)s pieces can be added of %(name)s."


class BoxIsFull(Refusal):
    """The mall's limit of pieces per box is reached."""

    code = "box_is_full"
    status = 400
    sentence = "At most %(most)s add-on pieces fit into one box."


class NotEnoughLeft(Refusal):
    """Others were faster."""

    code = "not_enough_left"
    sentence = "%(left)s pieces of %(name)s are left. Please choose fewer, or something else."


class AmountHasChanged(Refusal):
    """The total is another one than what was shown."""

    code = "amount_has_changed"
    sentence = "The amount for this box is now %(now)s won, not %(shown)s won. Please look at it again."


class BoxNotOpen(Refusal):
    """Only a box that is still to come can be changed."""

    code = "box_not_open"
    sentence = "This box is %(state)s and cannot be changed."


class NothingSold(Refusal):
    """The bundle has no edition for that day."""

    code = "nothing_sold"
    status = 404
    sentence = "There is no edition of this bundle for %(day)s yet."


class NoQuestion(Refusal):
    """Nothing waits for an answer, or the day is over."""

    code = "no_question"
    sentence = "There is no question about this box that waits for your answer."


class NoSubstitute(Refusal):
    """Nothing on the list is left."""

    code = "no_substitute"
    sentence = "No substitute from the list is left. Please choose another way."


class SharesExceedStock(Refusal):
    """More boxes are to be served than there are pieces."""

    code = "shares_exceed_stock"
    sentence = "The chosen boxes need %(chosen)s pieces, but there are %(available)s. Please choose fewer boxes."


class ShortageOver(Refusal):
    """The shortage is decided."""

    code = "shortage_over"
    sentence = "This shortage is over; nothing can be changed any more."


class NotForSale(Refusal):
    """Only a product on sale may be an alternative or ride along."""

    code = "not_for_sale"
    status = 400
    sentence = "%(name)s is not on sale. Put it on sale first."


class AdultsOnly(Refusal):
    """Nobody checks the age at a box that is packed by itself (주세법·청소년보호법)."""

    code = "adults_only"
    status = 400
    sentence = "%(name)s is for adults only and cannot be put into boxes by choice."


class SameProduct(Refusal):
    """A component is not swapped for itself."""

    code = "same_product"
    status = 400
    sentence = "%(name)s is the component itself. Choose another product."


class ExtraNegative(Refusal):
    """A swap never makes a box cheaper."""

    code = "extra_negative"
    status = 400
    sentence = "The extra price must be 0 won or more."


class PaidInAdvance(Refusal):
    """Nothing is charged for a box that is paid."""

    code = "paid_in_advance"
    sentence = "This box is paid in advance, so only swaps without an extra price are possible."
