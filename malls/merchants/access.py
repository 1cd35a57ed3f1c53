"""Who may open a merchant's pages."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from malls.merchants.errors import NotAMerchant
from malls.merchants.models import Merchant, MerchantMember


class MerchantRequest(HttpRequest):
    """A request of a merchant's person."""

    merchant: Merchant


def merchant_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send visitors to log in, refuse people of no merchant, and give the view `request.merchant`."""

    @wraps(view)
    def guarded(request: MerchantRequest, *args: object, **kwargs: object) -> HttpResponse:
        member = MerchantMember.objects.select_related("merchant").filter(user_id=request.user.pk).first()
        if member is None:
            raise NotAMerchant
        request.merchant = member.merchant
        return view(request, *args, **kwargs)

    return login_required(never_cache(guarded))
