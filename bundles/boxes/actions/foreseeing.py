"""Looking ahead: what the boxes of the coming days need, what is short, and who should go without by the rule."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, QuerySet, Sum

from bundles.boxes.contents import Chosen, Pair, box_settings, chosen_of, pieces_of, wanted_slots
from bundles.boxes.models import Alternative, BoxSettings, Remedy, Share, Shortage, ShortageState, StockPolicy
from bundles.boxes.notices import SHORT
from bundles.boxes.queries import ON_SALE
from bundles.boxes.rules import Claimant, Slot, lot_of, share_out, substitute_for
from bundles.plans.models import Edition
from bundles.plans.queries import editions_by_day
from bundles.subscriptions.models import Cycle, CycleState, SubscriptionState
from core.actor import Actor
from core.clock import kst_date
from core.state import move_many
from malls.catalog.models import Stock
from malls.notices.queries import told_about
from malls.orders.stock import lock_available

AHEAD = timedelta(days=7)
REMEMBERED = timedelta(days=365)
BATCH = 2_000
PAYING = (SubscriptionState.PENDING, SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE)


@dataclass(slots=True)
class Want:
    """A box that needs a product that is short."""

    cycle: Cycle
    edition: Edition
    pieces: int
    slot: Slot


def foresee(on: date, *, by: Actor, at: datetime, ahead: timedelta = AHEAD) -> list[Shortage]:
    """Find what the boxes billed until `on + ahead` are short of and share it out by the rule; safe to call again.

    Open proposals are drawn up anew, confirmed ones stay and only take in boxes they do not know. What is short no more
    is over.
    """
    rows = boxes_until(on + ahead)
    needed: Counter[int] = Counter()
    for batch in _batches(rows):
        for _cycle, slots in _wanted(batch):
            needed.update(pieces_of(slots))
    there = {row.pk: row.available for row in Stock.objects.filter(pk__in=needed)}
    short = {product for product, pieces in needed.items() if there.get(product, 0) < pieces}
    _end(Shortage.objects.exclude(product__in=short), by, at)
    return propose(short, rows, by=by, at=at)


@transaction.atomic
def propose(products: set[int], rows: QuerySet[Cycle], *, by: Actor, at: datetime) -> list[Shortage]:
    """Share out each of these products among the boxes that need it. Stock is locked in the order of its keys."""
    if not products:
        return []
    lock_available(products)
    wants: dict[int, list[Want]] = defaultdict(list)
    demand: Counter[int] = Counter()
    for batch in _batches(rows):
        editions = dict(batch)
        for cycle, slots in _wanted(batch):
            pieces = pieces_of(slots)
            demand.update(pieces)
            for product in products & pieces.keys():
                slot = next(one for one in slots if one.product == product)
                wants[product].append(Want(cycle, editions[cycle], pieces[product], slot))
    left = _left_after(demand)
    return [_propose(product, wants[product], left, by, at) for product in sorted(wants)]


def boxes_until(day: date) -> QuerySet[Cycle]:
    """Boxes to be billed until a day, of subscriptions that pay."""
    rows = Cycle.objects.filter(
        state=CycleState.SCHEDULED, bill_on__lte=day, subscription__state__in=PAYING, subscription__parked_why=""
    )
    return rows.select_related("subscription__plan").order_by("pk")


def _batches(rows: QuerySet[Cycle]) -> Iterator[list[Pair]]:
    """Boxes with their editions, a few thousand at a time."""
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        yield _with_editions(batch)


def _with_editions(cycles: Sequence[Cycle]) -> list[Pair]:
    days: dict[date, set[int]] = defaultdict(set)
    for cycle in cycles:
        days[cycle.bill_on].add(cycle.subscription.plan.bundle_id)
    editions = editions_by_day(days)
    pairs = [(cycle, editions.get((cycle.bill_on, cycle.subscription.plan.bundle_id))) for cycle in cycles]
    return [(cycle, edition) for cycle, edition in pairs if edition is not None]


def _wanted(pairs: Sequence[Pair]) -> Iterator[tuple[Cycle, list[Slot]]]:
    """What each box's resident wants in it."""
    chosen = chosen_of([cycle for cycle, _ in pairs])
    for cycle, edition in pairs:
        yield cycle, wanted_slots(edition, cycle.subscription.quantity, chosen.get(cycle.pk, Chosen()))


def _left_after(demand: Mapping[int, int]) -> Counter[int]:
    """Pieces of every product that nobody needs: what may be put in as a substitute."""
    return Counter({row.pk: row.available - demand.get(row.pk, 0) for row in Stock.objects.filter(received__gt=0)})


def _propose(product: int, wants: Sequence[Want], left: Counter[int], by: Actor, at: datetime) -> Shortage:
    """One product's shortage with a share for every box that needs it."""
    there = Stock.objects.filter(pk=product).first()
    available = there.available if there else 0
    facts = {
        "needed": sum(want.pieces for want in wants),
        "available": available,
        "first_on": min(want.cycle.bill_on for want in wants),
    }
    shortage = Shortage.objects.exclude(state=ShortageState.OVER).filter(product=product).first()
    if shortage is None:
        shortage = Shortage.objects.create(product_id=product, found_at=at, **facts)
    else:
        Shortage.objects.filter(pk=shortage.pk).update(**facts)
        if shortage.state == ShortageState.CONFIRMED and _promised(shortage) > available:
            shortage.move(ShortageState.OPEN, by=by, at=at, why="less stock than confirmed")
        if shortage.state == ShortageState.OPEN:
            _coming(shortage).filter(~told_about(SHORT), answered_at=None).delete()
    known = {one.cycle_id: one for one in _coming(shortage)}
    kept = sum(one.pieces for one in known.values() if one.is_served)
    fresh = [want for want in wants if want.cycle.pk not in known]
    served = share_out(available - kept, _claimants(product, fresh, kst_date(at)))
    shares = Sharing(shortage, box_settings(), left, at)
    Share.objects.bulk_create(shares.of(fresh, served), batch_size=1_000)
    return shortage


def _coming(shortage: Shortage) -> QuerySet[Share]:
    """The shares of boxes that are not billed yet; the others are history."""
    return shortage.shares.filter(cycle__state=CycleState.SCHEDULED)


def _promised(shortage: Shortage) -> int:
    pieces: int = _coming(shortage).filter(is_served=True).aggregate(n=Sum("pieces", default=0))["n"]
    return pieces


def _claimants(product: int, wants: Sequence[Want], on: date) -> list[Claimant]:
    """The boxes with what the rule looks at."""
    mine = {want.cycle.subscription_id for want in wants}
    lost = Share.objects.filter(cycle__subscription__in=mine, is_served=False, cycle__bill_on__gte=on - REMEMBERED)
    lost = lost.exclude(cycle__state=CycleState.SCHEDULED)
    without = dict(lost.order_by().values_list("cycle__subscription").annotate(n=Count("pk")))
    return [
        Claimant(
            want.cycle.pk, want.pieces, without.get(want.cycle.subscription_id, 0), want.cycle.subscription.anchor_on,
            lot_of(product, want.cycle.subscription_id, want.cycle.number),
        )
        for want in wants
    ]  # fmt: skip


@dataclass(slots=True)
class Sharing:
    """Drawing up the shares of one shortage; substitutes are taken from `left` as they are promised."""

    shortage: Shortage
    settings: BoxSettings
    left: Counter[int]
    at: datetime

    def of(self, wants: Sequence[Want], served: set[int]) -> Iterator[Share]:
        """A share for each box: served, or what is done instead by its subscriber's wish."""
        losers = [want for want in wants if want.cycle.pk not in served]
        wishes = dict(
            StockPolicy.objects.filter(subscription__in=[want.cycle.subscription_id for want in losers]).values_list(
                "subscription_id", "remedy"
            )
        )
        lists = _lists({want.slot.component for want in losers if want.slot.component})
        for want in wants:
            if want.cycle.pk in served:
                yield Share(shortage=self.shortage, cycle=want.cycle, pieces=want.pieces, is_served=True)
            else:
                wish = wishes.get(want.cycle.subscription_id, self.settings.policy)
                yield self._lacking(want, Remedy(wish), lists.get(want.slot.component or 0, []))

    def _lacking(self, want: Want, wish: Remedy, candidates: Sequence[tuple[int, int]]) -> Share:
        """A box that goes without. An add-on is only ever left out; a question comes only while it can be answered."""
        last_day = want.cycle.bill_on - timedelta(days=1)
        if want.slot.component is None:
            wish = Remedy.LEAVE_OUT
        elif wish == Remedy.ASK and last_day < kst_date(self.at):
            wish = Remedy(self.settings.fallback)
        share = Share(shortage=self.shortage, cycle=want.cycle, pieces=want.pieces, is_served=False, remedy=wish)
        boxes = want.cycle.subscription.quantity
        options = [(product, pieces * boxes) for product, pieces in candidates if product != self.shortage.product_id]
        found = substitute_for(options, self.left) if wish in (Remedy.SUBSTITUTE, Remedy.ASK) else None
        if found:
            share.substitute_id, share.substitute_pieces = found
            self.left[found[0]] -= found[1]
        elif wish == Remedy.SUBSTITUTE:
            share.remedy = Remedy.LEAVE_OUT
        if share.remedy == Remedy.ASK:
            share.answer_by = last_day
        return share


def _lists(components: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """Substitutes by component: what it may be swapped for, in the staff's order."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = Alternative.objects.filter(component__in=list(components), is_offered=True, **ON_SALE)
    for component, product, pieces in rows.order_by("position", "pk").values_list("component", "product", "pieces"):
        found[component].append((product, pieces))
    return found


def _end(rows: QuerySet[Shortage], by: Actor, at: datetime) -> None:
    """Stock came in, or every box is decided. What was never used is forgotten, what was stays as history."""
    live = list(rows.exclude(state=ShortageState.OVER))
    if not live:
        return
    Share.objects.filter(shortage__in=live, cycle__state=CycleState.SCHEDULED).delete()
    move_many(Shortage, live, ShortageState.OVER, by=by, at=at)
