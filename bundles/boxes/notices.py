"""Residents are told what their boxes will not hold, and asked where they want to be asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from bundles.boxes.models import Remedy, Share, ShortageState
from bundles.boxes.showing import told_of
from bundles.subscriptions.models import CycleState
from malls.notices.kinds import Facts, Form, Kind, Variable


def decided_shares(at: datetime) -> QuerySet[Share]:  # noqa: ARG001  a kind's shape
    """What is decided, and what is to be answered; not a proposal that staff may still change."""
    sure = Q(shortage__state=ShortageState.CONFIRMED) | Q(remedy=Remedy.ASK) | ~Q(cycle__state=CycleState.SCHEDULED)
    late = Q(remedy=Remedy.ASK) & ~Q(cycle__state=CycleState.SCHEDULED)
    rows = Share.objects.filter(sure & ~late, is_served=False).exclude(cycle__state=CycleState.CANCELLED)
    return rows.select_related("shortage__product", "substitute", "cycle__subscription__plan__bundle")


def short(shares: Sequence[Share], at: datetime) -> Mapping[int, Facts]:  # noqa: ARG001  a kind's shape
    """What is short, what is done, and the page on which it can be answered."""
    return {share.pk: _facts(share) for share in shares}


def _facts(share: Share) -> Facts:
    subscription = share.cycle.subscription
    asked = share.remedy == Remedy.ASK
    name, args = ("box-question", [share.cycle_id, share.pk]) if asked else ("my-subscription", [subscription.pk])
    return {
        "bundle": subscription.plan.bundle.name,
        "deliver_on": share.cycle.deliver_on.isoformat(),
        "what": told_of(share),
        "link": reverse(name, args=args),
    }


SHORT = "short"
KINDS = (
    Kind(
        SHORT, gettext_lazy("something in the box is short"), decided_shares, "cycle__subscription__resident", short,
        (
            Variable("bundle", gettext_lazy("bundle"), "첫 장독 상자"),
            Variable("deliver_on", gettext_lazy("delivery day"), "2027-01-20", Form.DAY),
            Variable("what", gettext_lazy("what is short"), "고추장이 모자라서 빼고 보내요.", is_needed=True),
            Variable("link", gettext_lazy("page on which it is answered"), "/my/boxes/1/", Form.LINK, is_needed=True),
        ),
        gettext_lazy("{{bundle}}: about the box of {{deliver_on}}"),
        gettext_lazy("{{name}}, {{what}}\n\n{{link}}"),
        finds=decided_shares,
    ),
)  # fmt: skip
