"""Test cards: what each of the provider's published numbers does when it is saved and when it is charged."""

from dataclasses import dataclass

AUTHENTICATION = "authentication_required"


@dataclass(frozen=True, slots=True)
class TestCard:
    """A card's behavior. Empty text means that it goes well."""

    brand: str = "visa"
    on_saving: str = ""
    """Why saving (attaching, setting up) is refused."""
    on_charging: str = ""
    """Why a charge is declined."""
    dispute: str = ""
    """The reason of the dispute that follows a charge."""
    refund: str = "succeeded"
    """The state in which a refund is born."""


def _always(code: str) -> TestCard:
    """A card that can neither be saved nor charged."""
    return TestCard(on_saving=code, on_charging=code)


CARDS: dict[str, TestCard] = {
    "4242424242424242": TestCard(),
    "4000056655665556": TestCard(),
    "5555555555554444": TestCard(brand="mastercard"),
    "378282246310005": TestCard(brand="amex"),
    "3566002020360505": TestCard(brand="jcb"),
    "4000000000000002": _always("generic_decline"),
    "4000000000009995": _always("insufficient_funds"),
    "4000000000009987": _always("lost_card"),
    "4000000000009979": _always("stolen_card"),
    "4000000000000069": _always("expired_card"),
    "4000000000000127": _always("incorrect_cvc"),
    "4000000000000119": _always("processing_error"),
    "4000000000006975": _always("card_velocity_exceeded"),
    "4242424242424241": _always("incorrect_number"),
    "4000000000000341": TestCard(on_charging="generic_decline"),
    "4000002760003184": TestCard(on_charging=AUTHENTICATION),
    "4000002500003155": TestCard(),
    "4000000000000259": TestCard(dispute="fraudulent"),
    "4000000000002685": TestCard(dispute="product_not_received"),
    "4000000000007726": TestCard(refund="pending"),
    "4000000000005126": TestCard(refund="pending"),
}

NAMED: dict[str, str] = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_jcb": "3566002020360505",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedLostCard": "4000000000009987",
    "pm_card_chargeDeclinedStolenCard": "4000000000009979",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
    "pm_card_chargeDeclinedIncorrectCvc": "4000000000000127",
    "pm_card_chargeDeclinedProcessingError": "4000000000000119",
    "pm_card_chargeDeclinedVelocityLimitExceeded": "4000000000006975",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_createDisputeProductNotReceived": "4000000000002685",
    "pm_card_pendingRefund": "4000000000007726",
    "pm_card_refundFail": "4000000000005126",
}

_OWN_CODE = {
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "incorrect_number": "Your card number is incorrect.",
    AUTHENTICATION: "This transaction requires authentication.",
}
DECLINES = {
    "generic_decline": "Your card was declined.",
    "do_not_honor": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "lost_card": "Your card was declined.",
    "stolen_card": "Your card was declined.",
    "pickup_card": "Your card was declined.",
    "revocation_of_authorization": "Your card was declined.",
    "card_velocity_exceeded": "Your card was declined for making repeated attempts too frequently.",
    "fraudulent": "Your card was declined.",
    "try_again_later": "Your card was declined.",
    **_OWN_CODE,
}


def decline_words(decline: str) -> tuple[str, str]:
    """The provider's error code and message for a decline."""
    code = decline if decline in _OWN_CODE else "card_declined"
    return code, DECLINES.get(decline, "Your card was declined.")


def card_of(number: str) -> TestCard | None:
    """The behavior of a number; other numbers are no test cards."""
    return CARDS.get(number)
