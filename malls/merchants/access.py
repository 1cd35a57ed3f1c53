"""Who may open a merchant's pages."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from core.clock import now
from malls.merchants.errors import NotAMerchant
from malls.merchants.models import Merchant, MerchantMember
from tenants.people.actions import record_access
from tenants.people.models import User


def home_of(user: AbstractBaseUser | AnonymousUser) -> str:
    """Where a person's work is after logging in: staff, merchants, residents."""
    if getattr(user, "is_staff", False):
        return "/cms/"
    return "/merchant/" if MerchantMember.objects.filter(user_id=user.pk or 0).exists() else "/my/"


def keep_access(request: HttpRequest, task: str, subject: str) -> None:
    """Keep that the logged-in person saw or took away personal data."""
    user = request.user if isinstance(request.user, User) else None
    record_access(user, task, subject, at=now(), address=request.META.get("REMOTE_ADDR"))


class MerchantRequest(HttpRequest):
    """A request of a merchant's person."""

    merchant: Merchant


def merchant_required(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Send visitors to log in, refuse people of no merchant, and give the view `request.merchant`."""

    @wraps(view)
    def guarded(request: MerchantRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        member = MerchantMember.objects.select_related("merchant").filter(user_id=request.user.pk or 0).first()
        if member is None:
            raise NotAMerchant
        request.merchant = member.merchant
        return view(request, *args, **kwargs)

    return login_required(never_cache(guarded))
