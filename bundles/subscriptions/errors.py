"""Every reason why a subscription cannot be made or changed."""

from core.errors import Refusal


class NoAddress(Refusal):
    """A box needs a place to go to."""

    code = "no_address"
    status = 400
    sentence = "Choose an address to send the box to."


class NoMethod(Refusal):
    """A subscription without a usable card is not begun."""

    code = "no_method"
    status = 400
    sentence = "Choose a saved card to pay with."


class PriceHasChanged(Refusal):
    """The resident agreed to another amount than what would be charged."""

    code = "price_has_changed"
    sentence = "The price has changed from %(agreed)s won to %(now)s won. Please look at it again before you agree."


class CannotSkip(Refusal):
    """Only a box that is still to come can be skipped."""

    code = "cannot_skip"
    sentence = "This box is %(state)s and cannot be skipped."


class LinkUnknown(Refusal):
    """The link was not made by this mall, or was broken on its way."""

    code = "link_unknown"
    status = 404
    sentence = "This link does not work. Please open the one in our message again, or look into my page."


class LinkUsed(Refusal):
    """A link skips once."""

    code = "link_used"
    status = 410
    sentence = "This link was used before. Whether the box comes can be seen and changed in my page."


class LinkOver(Refusal):
    """The box is being prepared."""

    code = "link_over"
    status = 410
    sentence = "This box can no longer be skipped: changes were possible until %(until)s."


class CannotUnskip(Refusal):
    """Only a skipped box can be taken back."""

    code = "cannot_unskip"
    sentence = "This box is %(state)s; there is no skip to take back."


class BadPause(Refusal):
    """A pause ends on a day between tomorrow and half a year from now."""

    code = "bad_pause"
    status = 400
    sentence = "Choose a day between %(first)s and %(last)s."


class CannotChange(Refusal):
    """The subscription's state does not allow it."""

    code = "cannot_change_subscription"
    sentence = "The subscription is %(state)s; this cannot be done."


class NothingToAgree(Refusal):
    """No consent is asked for."""

    code = "nothing_to_agree"
    sentence = "There is no new price that waits for your consent."


class CutOffPassed(Refusal):
    """The box is being prepared."""

    code = "cut_off_passed"
    sentence = "This box can no longer be changed: changes were possible until %(until)s. You can change the next one."


class BoxBeingPrepared(Refusal):
    """Between the cut-off and the billing day the whole subscription stands still."""

    code = "box_being_prepared"
    sentence = "The box of %(day)s is being prepared. This is possible again once it was billed on %(bill_on)s."


class PauseLeavesOutNothing(Refusal):
    """A pause that changes nothing would be a promise that deceives."""

    code = "pause_leaves_out_nothing"
    status = 400
    sentence = "No box would be left out before %(until)s. Choose a day after %(bill_on)s, when the next one is billed."


class BadQuantity(Refusal):
    """Between one and the most that the hub packs together."""

    code = "bad_quantity"
    status = 400
    sentence = "Choose between 1 and %(most)s boxes."


class NothingLeftToCome(Refusal):
    """The term has no further box."""

    code = "nothing_left_to_come"
    sentence = "No further box comes in this term; there is nothing to change."


class NoTermToRenew(Refusal):
    """Only a term can be followed by another one."""

    code = "no_term_to_renew"
    sentence = "This subscription has no end, so there is nothing to renew."


class CannotUndo(Refusal):
    """The change is not the last one, or its cut-off has passed."""

    code = "cannot_undo"
    sentence = "This change can no longer be taken back. You can make a new change instead."


class BadGift(Refusal):
    """A gift has some boxes and begins soon."""

    code = "bad_gift"
    status = 400
    sentence = "Choose between 1 and %(most)s boxes, and a start between %(first)s and %(last)s."


class RecipientDecides(Refusal):
    """Where a gift goes is the recipient's affair."""

    code = "recipient_decides"
    sentence = "This is a gift: the recipient changes the address behind the link."


class PrepaidStands(Refusal):
    """What was bought for a whole term stays until its end."""

    code = "prepaid_stands"
    sentence = "This term is paid in advance: the plan and the number of boxes stay as they are until it ends."


class PrepaidBeginsAnew(Refusal):
    """A whole term is bought with its total in view."""

    code = "prepaid_begins_anew"
    sentence = "A term is paid in advance by subscribing on the bundle's page, where its total is shown."


class NothingFollows(Refusal):
    """The bundle has no plan that is paid box by box."""

    code = "nothing_follows"
    sentence = "This bundle has no plan that is paid box by box, so nothing can follow the term."
