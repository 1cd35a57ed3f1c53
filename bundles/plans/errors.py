"""Every reason why a bundle cannot be offered or seen."""

from core.errors import Refusal


class NoComponents(Refusal):
    """An edition must hold something."""

    code = "no_components"
    status = 400
    sentence = "Add at least one product or voucher to the edition."


class ComponentNotOffered(Refusal):
    """A product that is not approved, or whose merchant may not sell, cannot be promised."""

    code = "component_not_offered"
    status = 400
    sentence = "%(name)s is not on sale; take it out of the edition or put it on sale first."


class PriceNotPositive(Refusal):
    """A price of zero or less cannot be charged."""

    code = "price_not_positive"
    status = 400
    sentence = "The price must be more than 0 won."


class AmountNegative(Refusal):
    """Neither shipping nor a component's price may be negative."""

    code = "amount_negative"
    status = 400
    sentence = "%(name)s must not be less than 0 won."


class NothingPriced(Refusal):
    """The price needs at least one component that carries it."""

    code = "nothing_priced"
    status = 400
    sentence = "At least one component needs a price of its own to carry the edition's price."


class PriceAboveWorth(Refusal):
    """A bundle does not cost more than its parts."""

    code = "price_above_worth"
    status = 400
    sentence = "The price of %(price)s won is above the worth of the components, %(worth)s won."


class EditionFrozen(Refusal):
    """What was published does not change; make a new edition."""

    code = "edition_frozen"
    sentence = "%(edition)s is published and frozen. Make a new edition for the coming month."


class NotOffered(Refusal):
    """The bundle has no published edition or no plan on offer."""

    code = "bundle_not_offered"
    status = 404
    sentence = "%(bundle)s cannot be subscribed to at present."
