"""Which address is which call, and which parameters each one knows."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from malls.payments.simulator import balance, hosted, paying, reporting, saving
from malls.payments.simulator.shapes import Obj, invalid

Handler = Callable[..., Obj]
PAGING = {"limit", "starting_after", "created", "expand"}
INTENT = {
    "amount", "currency", "customer", "payment_method", "confirm", "off_session", "metadata", "description",
    "statement_descriptor_suffix", "automatic_payment_methods", "payment_method_types", "error_on_requires_action",
    "return_url", "expand", "receipt_email", "setup_future_usage",
}  # fmt: skip
SETUP = {
    "customer", "payment_method", "confirm", "usage", "metadata", "description", "automatic_payment_methods",
    "payment_method_types", "return_url", "expand",
}  # fmt: skip
SESSION = {
    "mode", "customer", "success_url", "cancel_url", "payment_method_types", "currency", "locale", "metadata",
    "client_reference_id",
}  # fmt: skip
CUSTOMER = {"description", "email", "metadata", "name", "phone", "invoice_settings", "expand"}


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the provider."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    knows: frozenset[str]


def _route(method: str, path: str, handler: Handler, knows: set[str] | None = None) -> Route:
    pattern = re.compile("^/v1/" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$")
    return Route(method, pattern, handler, frozenset((knows or set()) | {"expand"}))


ROUTES = [
    _route("POST", "payment_intents", paying.create_intent, INTENT),
    _route("GET", "payment_intents/search", paying.search_intents, {"query", "limit", "page"}),
    _route("GET", "payment_intents", paying.list_intents, PAGING | {"customer"}),
    _route("GET", "payment_intents/{intent_id}", paying.retrieve_intent),
    _route(
        "POST",
        "payment_intents/{intent_id}/confirm",
        paying.confirm_intent,
        {"payment_method", "off_session", "return_url"},
    ),
    _route("POST", "payment_intents/{intent_id}/cancel", paying.cancel_intent, {"cancellation_reason"}),
    _route("GET", "charges", paying.list_charges, PAGING | {"customer", "payment_intent"}),
    _route("GET", "charges/{charge_id}", paying.retrieve_charge),
    _route("POST", "refunds", paying.create_refund, {"charge", "payment_intent", "amount", "reason", "metadata"}),
    _route("GET", "refunds", paying.list_refunds, PAGING | {"charge", "payment_intent"}),
    _route("GET", "refunds/{refund_id}", paying.retrieve_refund),
    _route("GET", "disputes", paying.list_disputes, PAGING | {"charge", "payment_intent"}),
    _route("GET", "disputes/{dispute_id}", paying.retrieve_dispute),
    _route("POST", "disputes/{dispute_id}", paying.answer_dispute, {"evidence", "submit"}),
    _route("POST", "disputes/{dispute_id}/close", paying.close_dispute),
    _route("GET", "balance_transactions", balance.list_balance, PAGING | {"type", "currency", "payout", "source"}),
    _route("GET", "balance_transactions/{line_id}", balance.retrieve_balance_line),
    _route("GET", "balance", balance.balance),
    _route("POST", "customers", saving.create_customer, CUSTOMER),
    _route("GET", "customers", saving.list_customers, PAGING | {"email"}),
    _route("GET", "customers/{customer_id}", saving.retrieve_customer),
    _route("POST", "customers/{customer_id}", saving.update_customer, CUSTOMER),
    _route("GET", "customers/{customer_id}/payment_methods", saving.list_methods, PAGING | {"type"}),
    _route("POST", "payment_methods", saving.create_method, {"type", "card", "billing_details", "metadata"}),
    _route("GET", "payment_methods", saving.list_methods, PAGING | {"type", "customer"}),
    _route("GET", "payment_methods/{method_id}", saving.retrieve_method),
    _route("POST", "payment_methods/{method_id}/attach", saving.attach_method, {"customer"}),
    _route("POST", "payment_methods/{method_id}/detach", saving.detach_method),
    _route("POST", "setup_intents", saving.create_setup, SETUP),
    _route("GET", "setup_intents/{setup_id}", saving.retrieve_setup),
    _route("POST", "setup_intents/{setup_id}/confirm", saving.confirm_setup, {"payment_method", "return_url"}),
    _route("POST", "setup_intents/{setup_id}/cancel", saving.cancel_setup, {"cancellation_reason"}),
    _route("POST", "checkout/sessions", hosted.create_session, SESSION),
    _route("GET", "checkout/sessions/{session_id}", hosted.retrieve_session),
    _route("GET", "events", reporting.list_events, PAGING | {"type", "types", "delivery_success"}),
    _route("GET", "events/{event_id}", reporting.retrieve_event),
    _route("GET", "account", reporting.account_itself),
    _route(
        "POST", "webhook_endpoints", reporting.create_endpoint, {"url", "enabled_events", "description", "metadata"}
    ),
    _route("GET", "webhook_endpoints", reporting.list_endpoints, PAGING),
    _route("DELETE", "webhook_endpoints/{endpoint_id}", reporting.retire_endpoint),
]


def find_route(method: str, path: str, params: Obj) -> tuple[Handler, dict[str, Any]]:
    """The handler of a call and the ids in its address; unknown addresses and parameters are refused."""
    for route in ROUTES:
        match = route.pattern.match(path) if route.method == method else None
        if match is None:
            continue
        unknown = sorted(set(params) - route.knows)
        if unknown:
            raise invalid(f"Received unknown parameter: {unknown[0]}", param=unknown[0], code="parameter_unknown")
        return route.handler, match.groupdict()
    raise invalid(f"Unrecognized request URL ({method}: {path}).", status=404)
