"""Why the hub says no."""

from core.errors import Refusal


class UnknownCourier(Refusal):
    """Not a courier we know."""

    code = "courier_unknown"
    status = 400
    sentence = "%(courier)s is not a courier we know."


class TrackingNumberWrong(Refusal):
    """A tracking number is 8 to 20 digits, hyphens and spaces aside."""

    code = "tracking_number_wrong"
    status = 400
    sentence = "%(order)s: %(number)s is not a tracking number. It has 8 to 20 digits."


class TrackingNumberTwice(Refusal):
    """Two boxes cannot travel under one number."""

    code = "tracking_number_twice"
    status = 400
    sentence = "The tracking number %(number)s is already used by order %(order)s."
