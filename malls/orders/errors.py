"""Why an order says no."""

from core.errors import Refusal


class NothingOrdered(Refusal):
    """An order needs a line."""

    code = "nothing_ordered"
    status = 400
    sentence = "An order needs at least one line."


class SumsWrong(Refusal):
    """Discount shares exceed the line, or an amount is negative."""

    code = "order_sums_wrong"
    status = 400
    sentence = "The amounts of %(name)s do not add up."


class OutOfStock(Refusal):
    """Something cannot be promised any more."""

    code = "out_of_stock"
    sentence = "There is not enough left of: %(names)s"


class PaymentUnderWay(Refusal):
    """A charge of the order is open at the provider; nobody knows yet whether it is paid."""

    code = "payment_under_way"
    sentence = "A payment for order %(number)s is under way. Please try again in a few minutes."


class PiecesGone(Refusal):
    """Fewer pieces of a line can still come off: the others were given back or used."""

    code = "pieces_gone"
    sentence = "Only %(left)s of %(name)s can still be given back, not %(wanted)s."


class ShippingGone(Refusal):
    """The shipping fee was given back before, or there was none."""

    code = "shipping_gone"
    sentence = "Nothing is left of the shipping fee of order %(number)s."


class NothingComesOff(Refusal):
    """No piece and no shipping fee was chosen, or all of it was given back or used."""

    code = "nothing_comes_off"
    sentence = "There is nothing to give back of order %(number)s."
