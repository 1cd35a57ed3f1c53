"""The account itself, its events and its webhook endpoints."""

import secrets

from malls.payments.simulator.account import Account
from malls.payments.simulator.shapes import Obj, invalid, new_id, page


def account_itself(account: Account, _params: Obj) -> Obj:
    """Whose key this is."""
    return {"id": account.id, "object": "account", "country": "KR", "default_currency": "krw", "charges_enabled": True}


def retrieve_event(account: Account, _params: Obj, event_id: str) -> Obj:
    """An event of this account."""
    return account.find("event", event_id)


def list_events(account: Account, params: Obj) -> Obj:
    """Events, newest first, of one type, several or all."""
    kinds = params.get("types") or ([params["type"]] if params.get("type") else None)
    rows = [row for row in account.newest("event") if kinds is None or row["type"] in kinds]
    return page(rows, params, "/v1/events")


def create_endpoint(account: Account, params: Obj) -> Obj:
    """Where events are posted; the secret is shown only now."""
    url, kinds = str(params.get("url", "")), params.get("enabled_events")
    if not url.startswith(("http://", "https://")) or not kinds:
        raise invalid("A webhook endpoint needs a URL and enabled_events.", param="url")
    endpoint = {
        "id": new_id("we"),
        "object": "webhook_endpoint",
        "created": account.clock.now(),
        "description": params.get("description"),
        "enabled_events": kinds,
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "secret": f"whsec_{secrets.token_hex(16)}",
        "status": "enabled",
        "url": url,
    }
    return account.put(endpoint)


def list_endpoints(account: Account, params: Obj) -> Obj:
    """The endpoints, without their secrets."""
    rows = [{key: value for key, value in row.items() if key != "secret"} for row in account.newest("webhook_endpoint")]
    return page(rows, params, "/v1/webhook_endpoints")


def retire_endpoint(account: Account, _params: Obj, endpoint_id: str) -> Obj:
    """Stop posting to an endpoint."""
    account.put(account.find("webhook_endpoint", endpoint_id), status="disabled")
    return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}
