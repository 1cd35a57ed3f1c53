"""What a change will mean, in dates and won, told before it is made."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from bundles.subscriptions.models import Agreement, Cycle, CycleState, SkippedFor, Subscription
from ui.templatetags.ui import kdate, won


def agreed_amount(subscription: Subscription) -> int:
    """What the resident agreed to pay for each delivery."""
    newest = Agreement.objects.filter(subscription=subscription).order_by("-from_on", "-pk").first()
    return newest.amount if newest else 0


def scheduled(subscription: Subscription, after: date) -> list[Cycle]:
    """Boxes still to come after a day, in order, skipped ones too."""
    rows = subscription.cycles.filter(state__in=(CycleState.SCHEDULED, CycleState.SKIPPED), bill_on__gt=after)
    return list(rows.order_by("number"))


def of_skip(cycle: Cycle, after: Cycle | None, amount: int) -> list[str]:
    """Skipping one box."""
    told = [
        _("The box of %(deliver)s does not come, and %(amount)s is not charged on %(bill)s.")
        % {"deliver": kdate(cycle.deliver_on), "amount": won(amount), "bill": kdate(cycle.bill_on, "short")}
    ]
    if after:
        told.append(_comes(after, amount))
    if cycle.subscription.ends_on:
        told.append(
            _("The term still ends on %(day)s; your discount stays as it is.")
            % {"day": kdate(cycle.subscription.ends_on)}
        )
    return [*told, _until(cycle)]


def of_unskip(cycle: Cycle, amount: int) -> list[str]:
    """Taking a skip back."""
    return [_comes(cycle, amount), _("You can skip it again until the day before it is billed.")]


def of_pause(subscription: Subscription, today: date) -> list[str]:
    """Pausing: told before a day is chosen."""
    told = [
        _("Boxes billed before the day you choose do not come and are not charged."),
        _("From that day on the boxes come again by themselves. You can also go on earlier."),
    ]
    coming = [one for one in scheduled(subscription, today) if one.state == CycleState.SCHEDULED]
    if coming:
        told.append(
            _("The next box would be billed on %(bill)s (%(amount)s).")
            % {"bill": kdate(coming[0].bill_on), "amount": won(agreed_amount(subscription))}
        )
    return told


def of_resume(subscription: Subscription, today: date) -> list[str]:
    """Going on now."""
    back = [
        one
        for one in scheduled(subscription, today)
        if one.state == CycleState.SCHEDULED or one.skipped_for == SkippedFor.PAUSE
    ]
    amount = agreed_amount(subscription)
    told = [_("Nothing is charged today.")]
    return [*told, _comes(back[0], amount)] if back else told


def of_cancel(subscription: Subscription, cycles: Sequence[Cycle], on_the_way: Sequence[Cycle]) -> list[str]:
    """Leaving now."""
    told = [_("No further box comes and nothing more is charged.")]
    told += [
        _("The box of %(deliver)s is paid and still comes.") % {"deliver": kdate(one.deliver_on)} for one in on_the_way
    ]
    if subscription.ends_on:
        told.append(_("Discounts you already received are yours; nothing is asked back."))
    if cycles:
        told.append(
            _("You can take this back until the end of %(day)s.")
            % {"day": kdate(date.fromordinal(cycles[0].bill_on.toordinal() - 1))}
        )
    return told


def _comes(cycle: Cycle, amount: int) -> str:
    return _("The next box comes on %(deliver)s; %(amount)s is charged on %(bill)s.") % {
        "deliver": kdate(cycle.deliver_on),
        "amount": won(amount),
        "bill": kdate(cycle.bill_on, "short"),
    }


def _until(cycle: Cycle) -> str:
    last = date.fromordinal(cycle.bill_on.toordinal() - 1)
    return _("You can take this back until the end of %(day)s.") % {"day": kdate(last)}
