"""The municipality's own account at the provider, and the gateway that speaks for it."""

import secrets
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.urls import reverse

from core.clock import now
from core.errors import GatewayError
from malls.payments.errors import KeyRefused, NoProviderAccount, ProviderFixed
from malls.payments.gateways import Gateway
from malls.payments.gateways.korean import KoreanGateway
from malls.payments.gateways.lines import HttpLine, InProcessLine
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.gateways.stripe import StripeGateway
from malls.payments.models import Charge, PaymentMethod, ProviderAccount, ProviderKind
from malls.payments.simulator.provider import Provider
from tenants.municipalities.models import Domain
from tenants.schema import current_schema

ONLY = 1
MINUTE = timedelta(minutes=1)
IN_THIS_PROCESS = Provider()
"""Tests without an address of a provider use this one."""


def open_gateway() -> Gateway:
    """The gateway of the municipality that is being served. Demo and tests open a simulated account when needed."""
    account = ProviderAccount.objects.filter(pk=ONLY).first() or open_simulated()
    return _gateway_of(account)


def _gateway_of(account: ProviderAccount) -> Gateway:
    bases = (settings.ENV.stripe_api_base, settings.ENV.korean_api_base)
    return _gateway(account.provider, account.secret_key, account.public_key, *bases)


@lru_cache(maxsize=64)
def _gateway(provider: str, secret_key: str, client_key: str, api_base: str, korean_base: str) -> Gateway:
    """`api_base` is the simulator's address where one runs; it speaks both shapes."""
    in_process = settings.ENV.mode == "test" and not api_base
    if provider == ProviderKind.STRIPE:
        return MemoryGateway(secret_key, IN_THIS_PROCESS) if in_process else StripeGateway(secret_key, api_base)
    base = IN_THIS_PROCESS.address if in_process else api_base or korean_base
    if not base:
        raise NoProviderAccount
    line = (
        InProcessLine(secret_key, IN_THIS_PROCESS) if in_process else HttpLine(secret_key, base, KoreanGateway.threads)
    )
    is_simulated = in_process or bool(api_base)
    return KoreanGateway(secret_key, line, page_origin=base, client_key=client_key, is_simulated=is_simulated)


def open_simulated(provider: str = ProviderKind.STRIPE) -> ProviderAccount:
    """An account of our own at the simulator; on the real provider an operator enters its keys."""
    if settings.ENV.is_production:
        raise NoProviderAccount
    name = f"{current_schema()}_{secrets.token_hex(12)}"
    secret_key, public_key = (
        (f"sk_test_{name}", "") if provider == ProviderKind.STRIPE else (f"test_sk_{name}", f"test_ck_{name}")
    )
    account, _created = ProviderAccount.objects.get_or_create(
        pk=ONLY,
        defaults={"provider": provider, "secret_key": secret_key, "public_key": public_key, "webhook_secret": ""},
    )
    secret = "" if account.webhook_secret else _listen(account)
    if secret and not ProviderAccount.objects.filter(pk=ONLY, webhook_secret="").update(webhook_secret=secret):
        account.refresh_from_db()  # another process listens too: both secrets are good
        account.webhook_secret = f"{account.webhook_secret} {secret}"
        account.save(update_fields=["webhook_secret"])
    return account


def _listen(account: ProviderAccount) -> str:
    """Have events posted to this mall; without a provider that answers, nobody listens yet."""
    try:
        return _gateway_of(account).add_endpoint(webhook_address(account.provider))
    except GatewayError:
        return ""


def webhook_address(provider: str) -> str:
    """Where a provider posts this mall's events."""
    return mall_address(reverse(f"{provider}-webhook"))


def mall_address(path: str) -> str:
    """The absolute address of a page of this mall."""
    domain = Domain.objects.filter(tenant__schema_name=current_schema(), is_primary=True).first()
    host = domain.domain if domain else settings.ENV.base_host
    return str(settings.ENV.address(host, path))


def connect_account(
    secret_key: str, provider: str = ProviderKind.STRIPE, *, public_key: str = "", webhook_secret: str = ""
) -> ProviderAccount:
    """Use these keys from now on, once the provider accepts them and posts its events here.

    The secret that signed events so far stays good, so that none on its way is lost. `webhook_secret` is for providers
    where a person registers our address. Another provider is refused once cards or charges stand at this one.
    """
    known = ProviderAccount.objects.filter(pk=ONLY).first()
    if known and known.provider != provider and (PaymentMethod.objects.exists() or Charge.objects.exists()):
        raise ProviderFixed
    account = ProviderAccount(pk=ONLY, provider=provider, secret_key=secret_key, public_key=public_key)
    secret = _accepted(account, webhook_secret)
    kept = known.webhook_secret.split()[:1] if known and known.provider == provider else []
    account.webhook_secret = " ".join(dict.fromkeys([secret, *kept]))
    account.save()
    return account


def _accepted(account: ProviderAccount, webhook_secret: str) -> str:
    """Ask the provider whether it knows the keys; the secret that signs its messages."""
    try:
        gateway = _gateway_of(account)
        if not webhook_secret:
            return gateway.add_endpoint(webhook_address(account.provider))
        at = now()
        next(iter(gateway.payments(at - MINUTE, at)), None)
    except (GatewayError, NoProviderAccount) as error:
        raise KeyRefused from error
    return webhook_secret


def webhook_secrets() -> list[str]:
    """The secrets that sign this mall's events; two while one replaces the other (separated by a space)."""
    account = ProviderAccount.objects.filter(pk=ONLY).first()
    return account.webhook_secret.split() if account else []
