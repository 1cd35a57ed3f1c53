"""Compose, submit, publish and retire editions."""

from datetime import datetime

from django.db import transaction

from bundles.plans import hooks, rules
from bundles.plans.errors import EditionFrozen
from bundles.plans.models import Component, Edition, EditionState
from bundles.plans.rules import Part
from core.actor import Actor
from core.errors import Refusal
from core.generation import raise_generation
from malls.catalog.models import ProductState
from malls.merchants.models import MerchantState

FROZEN = (EditionState.APPROVED, EditionState.RETIRED)


def parts_of(components: list[Component]) -> list[Part]:
    """The components as the rules weigh them. An unset price apart is the product's price or the voucher's charge."""
    return [_part(component) for component in components]


def problems_of(edition: Edition) -> list[Refusal]:
    """Every reason why a stored edition cannot be published."""
    return rules.problems(edition.price, edition.shipping, parts_of(_components(edition)))


@transaction.atomic
def compose_edition(edition: Edition) -> Edition:
    """Set prices apart, the worth and the allocation of an edition that is not published. Safe to call again."""
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.state in FROZEN:
        raise EditionFrozen(edition=edition)
    components = _components(edition)
    parts = parts_of(components)
    fit = components and min(part.unit_price for part in parts) >= 0 and edition.price > 0
    amounts = rules.allocate(edition.price, parts) if fit else [0] * len(parts)
    for component, part, amount in zip(components, parts, amounts, strict=True):
        component.unit_price, component.allocated = part.unit_price, amount
    Component.objects.bulk_update(components, ["unit_price", "allocated"])
    edition.list_price = sum(part.worth for part in parts)
    edition.save(update_fields=["list_price"])
    return edition


@transaction.atomic
def submit_edition(edition: Edition, *, by: Actor, at: datetime) -> Edition:
    """Hand an edition in for publication. Submitted before: nothing happens."""
    edition = _locked(edition)
    if edition.state == EditionState.SUBMITTED:
        return edition
    return edition.move(EditionState.SUBMITTED, by=by, at=at)


@transaction.atomic
def return_edition(edition: Edition, why: str, *, by: Actor, at: datetime) -> Edition:
    """Give a submitted edition back to its author."""
    return _locked(edition).move(EditionState.RETURNED, by=by, at=at, why=why)


@transaction.atomic
def publish_edition(edition: Edition, *, by: Actor, at: datetime) -> Edition:
    """Approve and freeze an edition; from its month on the bundle sells it. Published before: nothing happens."""
    edition = _locked(edition)
    if edition.state == EditionState.APPROVED:
        return edition
    if edition.state != EditionState.RETIRED:
        compose_edition(edition)
    found = problems_of(edition)
    if found:
        raise found[0]
    if edition.state in (EditionState.DRAFT, EditionState.RETURNED):
        edition.move(EditionState.SUBMITTED, by=by, at=at)
    edition.move(EditionState.APPROVED, by=by, at=at, published_at=at)
    show_anew()
    return edition


@transaction.atomic
def retire_edition(edition: Edition, *, by: Actor, at: datetime) -> Edition:
    """Take an edition off sale; boxes already ordered stay as promised."""
    edition = _locked(edition)
    if edition.state == EditionState.RETIRED:
        return edition
    edition.move(EditionState.RETIRED, by=by, at=at)
    show_anew()
    return edition


@transaction.atomic
def keep_to_days(*, by: Actor, at: datetime) -> None:
    """The mall's days have changed: what was agreed for days that are gone is agreed anew, and shown."""
    for hook in hooks.days_changed:
        hook(by, at)
    show_anew()


def show_anew() -> None:
    """Let the storefront's cached pages be drawn again once this is committed."""
    raise_generation()


def _locked(edition: Edition) -> Edition:
    return Edition.objects.select_for_update(of=("self",)).select_related("bundle").get(pk=edition.pk)


def _components(edition: Edition) -> list[Component]:
    rows = Component.objects.filter(edition_id=edition.pk).order_by("position", "pk")
    return list(rows.select_related("product__merchant", "voucher_type"))


def _part(component: Component) -> Part:
    product, voucher = component.product, component.voucher_type
    if product is not None:
        offered = product.state == ProductState.APPROVED and product.merchant.state == MerchantState.APPROVED
        return Part(product.name, component.unit_price or product.price, component.quantity, offered)
    if voucher is not None:
        return Part(voucher.name, component.unit_price or voucher.charge, component.quantity)
    return Part("", component.unit_price, component.quantity, is_offered=False)
