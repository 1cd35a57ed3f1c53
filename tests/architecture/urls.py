"""Every address of a mall, from the resolver, with arguments that name real rows of the municipality that is entered."""

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

ARGUMENT = re.compile(r"<(?:(?P<kind>[a-z_]+):)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>(?:[^()]|\([^()]*\))*\)")
ROWS = {
    "cms/boxes/editions/": "plans.Edition",
    "cms/boxes/shortages/": "boxes.Shortage",
    "cms/disputes/": "payments.Dispute",
    "cms/comparison/": "payments.ComparedDay",
    "cms/refunds/owed/": "payments.Refund",
    "cms/refunds/": "payments.Withdrawal",
    "cms/billing-desk/": "subscriptions.Subscription",
    "cms/provider-messages/": "payments.WebhookEvent",
    "cms/displays/": "displays.Display",
    "cms/payees/": "statements.Payee",
    "cms/settlement_terms/": "statements.Terms",
    "cms/bank_file_templates/": "payouts.BankFileTemplate",
    "cms/onboarding/": "merchants.ListImport",
    "cms/images/": "wagtailimages.Image",
    "cms/documents/": "wagtaildocs.Document",
    "cms/pages/": "storefront.HomePage",
    "cms/users/": "people.User",
    "cms/staff/": "people.User",
    "cms/groups/": "auth.Group",
    "cms/sites/": "wagtailcore.Site",
    "cms/notices/": "notices.Notice",
    "my/notices/": "notices.Letter",
    "my/addresses/": "customers.Address",
    "my/payment-methods/": "payments.PaymentMethod",
    "my/boxes/": "subscriptions.Cycle",
    "my/subscriptions/": "subscriptions.Subscription",
    "merchant/products/": "catalog.Product",
    "redeem/gates/": "gates.Gate",
    "redeem/": "vouchers.Redemption",
}


def patterns(urlconf: str = settings.ROOT_URLCONF) -> list[str]:
    """Every pattern of a URL configuration, as text, each once."""
    return sorted(set(_walk(get_resolver(urlconf).url_patterns, "")))


def _walk(found: list[Any], before: str) -> Iterator[str]:
    for one in found:
        text = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, text)
        elif isinstance(one, URLPattern):
            yield text


def filled(pattern: str, values: dict[str, Any]) -> str:
    """A path of the pattern: arguments by name from `values`, numbers name a row of the pattern's model, else 1."""
    pattern = pattern.replace(r"(\d+)", "1").replace("(.*)", "x")
    text = re.sub(r"^\^|\$$|\(\?:[^()]*(?:\([^()]*\)[^()]*)*\)\??", "", pattern.replace("^", "").replace("$", ""))
    return "/" + ARGUMENT.sub(lambda found: str(_value(found, pattern, values)), text).replace("\\.", ".").replace(
        "\\", ""
    )


def _value(found: re.Match[str], pattern: str, values: dict[str, Any]) -> Any:
    name = found["name"] or found["group"]
    if name in values:
        return values[name]
    if found["kind"] == "int" or name.endswith(("id", "pk")):
        return _row_of(pattern)
    return values.get("slug", "bundle")


def _row_of(pattern: str) -> int:
    snippet = re.match(r"cms/snippets/(?:choose/)?(\w+)/(\w+)/", pattern)
    label = (
        f"{snippet[1]}.{snippet[2]}"
        if snippet
        else next((row for start, row in ROWS.items() if pattern.startswith(start)), "")
    )
    first = apps.get_model(label)._default_manager.order_by("pk").first() if label else None
    return first.pk if first and isinstance(first.pk, int) else 1
