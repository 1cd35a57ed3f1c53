"""The municipality's own account at the provider, and the gateway that speaks for it."""

import secrets
from functools import lru_cache

from django.conf import settings

from core.errors import GatewayError
from malls.payments.errors import KeyRefused, NoProviderAccount
from malls.payments.gateways import Gateway
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.gateways.stripe import StripeGateway
from malls.payments.models import ProviderAccount
from malls.payments.simulator.provider import Provider
from tenants.municipalities.models import Domain
from tenants.schema import current_schema

ONLY = 1
IN_THIS_PROCESS = Provider()
"""Tests without an address of a provider use this one."""


def open_gateway() -> Gateway:
    """The gateway of the municipality that is being served. Demo and tests open a simulated account when needed."""
    account = ProviderAccount.objects.filter(pk=ONLY).first() or _open_simulated()
    return _gateway(account.secret_key, settings.ENV.stripe_api_base)


@lru_cache(maxsize=64)
def _gateway(secret_key: str, api_base: str) -> Gateway:
    if settings.ENV.mode == "test" and not api_base:
        return MemoryGateway(secret_key, IN_THIS_PROCESS)
    return StripeGateway(secret_key, api_base)


def _open_simulated() -> ProviderAccount:
    """An account of our own at the simulator; on the real provider an operator enters its keys."""
    if settings.ENV.is_production:
        raise NoProviderAccount
    key = f"sk_test_{current_schema()}_{secrets.token_hex(12)}"
    account, _created = ProviderAccount.objects.get_or_create(
        pk=ONLY, defaults={"secret_key": key, "webhook_secret": ""}
    )
    secret = "" if account.webhook_secret else _listen(account.secret_key)
    if secret and not ProviderAccount.objects.filter(pk=ONLY, webhook_secret="").update(webhook_secret=secret):
        account.refresh_from_db()  # another process listens too: both secrets are good
        account.webhook_secret = f"{account.webhook_secret} {secret}"
        account.save(update_fields=["webhook_secret"])
    return account


def _listen(secret_key: str) -> str:
    """Have events posted to this mall; without a provider that answers, nobody listens yet."""
    try:
        return _gateway(secret_key, settings.ENV.stripe_api_base).add_endpoint(webhook_address())
    except GatewayError:
        return ""


def webhook_address() -> str:
    """Where the provider posts this mall's events."""
    domain = Domain.objects.filter(tenant__schema_name=current_schema(), is_primary=True).first()
    host = domain.domain if domain else settings.ENV.base_host
    return str(settings.ENV.address(host, "/webhooks/stripe/"))


def connect_account(secret_key: str) -> ProviderAccount:
    """Use this secret key from now on, once the provider accepts it and posts its events here.

    The secret that signed events so far stays good, so that none on its way is lost.
    """
    try:
        secret = _gateway(secret_key, settings.ENV.stripe_api_base).add_endpoint(webhook_address())
    except GatewayError as error:
        raise KeyRefused from error
    secrets_now = " ".join([secret, *webhook_secrets()[:1]])
    account, _created = ProviderAccount.objects.update_or_create(
        pk=ONLY, defaults={"secret_key": secret_key, "webhook_secret": secrets_now}
    )
    return account


def webhook_secrets() -> list[str]:
    """The secrets that sign this mall's events; two while one replaces the other (separated by a space)."""
    account = ProviderAccount.objects.filter(pk=ONLY).first()
    return account.webhook_secret.split() if account else []
