"""What a gate says, in the reader's language: its page asks nobody while it is offline."""

from django.utils.translation import gettext as _


def gate_words() -> dict[str, str]:
    """Every sentence of the gate's page. `why_…` answer for the reasons of docs/rules/offline-redemption.md."""
    return {
        "title": _("Gate"),
        "good": _("Let in"),
        "bad": _("Do not let in"),
        "good_offline": _("Accepted without the network"),
        "persons": _("For %s persons"),
        "worth": _("Worth %s won"),
        "named": _("Only for the person named on it"),
        "online": _("Connected"),
        "offline": _("No network: this device decides by its list"),
        "list_age": _("List of %s"),
        "no_list_yet": _("No list yet"),
        "clock_off": _("This phone's clock is off by %s minutes. We count with the right time."),
        "waits": _("%s scans wait to be sent"),
        "person": _("needs a person"),
        "sent": _("sent"),
        "waiting": _("waits"),
        "undo": _("Undo this use"),
        "case": _("second use: a case was opened"),
        "lost": _(
            "This device is no longer connected. Its lists were deleted; scans that were not sent yet are kept and are "
            "sent when it is connected again."
        ),
        "camera_failed": _("The camera cannot be used. Allow it in the browser's settings, or type the code."),
        "not_kept": _("This browser may delete what it keeps. Put the page on the home screen."),
        "no_contact": _("No contact with the mall. Please try again."),
        "why_unreadable": _("This code has a typing mistake. Please compare it with the voucher."),
        "why_no_list": _("This device has no list yet. It needs the network once."),
        "why_bad_token": _("This QR code was not issued by this mall."),
        "why_used_here": _("This voucher was used at this gate already."),
        "why_used": _("This voucher was used, refunded or withdrawn before."),
        "why_needs_network": _("Without the network only QR codes can be checked. Please scan the QR code."),
        "why_wrong_partner": _("This voucher is for another place."),
        "why_clock_jumped": _("This phone's clock was changed. It decides again when it reaches the mall."),
        "why_old_list": _("The list is too old. This device needs the network before it can accept vouchers."),
        "why_expired": _("This voucher has expired."),
        "why_not_yet": _("This voucher is not usable yet."),
        "why_wrong_weekday": _("This voucher is not for this day of the week."),
        "why_outside_hours": _("This voucher is not for this hour."),
        "why_blackout_day": _("This voucher cannot be used today."),
        "why_amount_needs_network": _("An amount voucher needs the network: only the mall knows what is left on it."),
        "why_over_the_cap": _("This device has accepted as much as it may without the network."),
        "why_interrupted": _("The page was closed before the answer. Please scan again."),
    }  # fmt: skip


def rule_words() -> dict[str, str]:
    """The lines of the table that names who pays for a double use."""
    return {
        "same_gate": _("The same device had let it in before."),
        "no_list": _("The device had no list."),
        "old_list": _("The device's list was too old."),
        "on_the_list": _("The list said already that the voucher had ended."),
        "over_the_cap": _("The device had accepted more than it may without the network."),
        "not_its_day": _("The voucher was not for that day or hour."),
        "good_faith": _("The device kept to its list: it could not know."),
    }
