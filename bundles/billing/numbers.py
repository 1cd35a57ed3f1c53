"""Numbers of bundles, subscriptions and vouchers for the first page of the CMS."""

from collections.abc import Sequence

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from bundles.plans.models import Bundle, EditionState
from bundles.subscriptions.models import Subscription, SubscriptionState
from bundles.vouchers.models import Voucher, VoucherState, VoucherType
from core.clock import KST, add_months, kst_date, kst_midnight, now
from tenants.people.charting import by_month
from ui.charts import Bar, counted
from ui.templatetags.ui import won

MONTHS, MOST = 6, 8


def subscriptions_running() -> str:
    """Agreements that bring boxes."""
    return f"{Subscription.objects.filter(state=SubscriptionState.ACTIVE).count():,}"


def vouchers_owed() -> str:
    """What partners will be owed when every open voucher is used."""
    owed = Voucher.objects.filter(state=VoucherState.ISSUED).aggregate(won=Sum("worth", default=0))["won"]
    return won(owed)


def bundles_on_sale() -> int:
    """Bundles that are listed and can be subscribed to: with a published edition and a plan."""
    listed = Bundle.objects.filter(is_listed=True, editions__state=EditionState.APPROVED, plans__isnull=False)
    return listed.distinct().count()


def voucher_types() -> int:
    """Kinds of vouchers."""
    return VoucherType.objects.count()


def newcomers_by_month() -> Sequence[Bar]:
    """New subscriptions, by month."""
    today = kst_date(now())
    since = kst_midnight(add_months(today.replace(day=1), 1 - MONTHS))
    rows = (
        Subscription.objects.filter(subscribed_at__gte=since)
        .annotate(month=TruncMonth("subscribed_at", tzinfo=KST))
        .values("month")
        .annotate(many=Count("pk"))
    )
    return counted(by_month(((row["month"].date(), row["many"]) for row in rows), last=today, months=MONTHS))


def most_wanted() -> Sequence[Bar]:
    """The bundles with the most running subscriptions."""
    rows = (
        Bundle.objects.filter(plans__subscriptions__state=SubscriptionState.ACTIVE)
        .annotate(many=Count("plans__subscriptions"))
        .order_by("-many", "pk")
        .values_list("name", "many")[:MOST]
    )
    return counted(list(rows))
