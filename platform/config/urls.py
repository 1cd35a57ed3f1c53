"""Addresses of a mall. Each app brings its own list; one that is not installed yet is left out."""

from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from tenants.municipalities.media import media
from tenants.people import views as people


def _mounted(prefix: str, module: str) -> list[URLResolver]:
    """While the house is being built: an app whose addresses do not exist yet is left out."""
    from importlib.util import find_spec

    return [path(prefix, include(module))] if find_spec(module) else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("media/<path:name>", media, name="media"),
    path("invitation/<str:token>/", people.invitation, name="invitation"),
    path("second-factor/", people.second_factor, name="second-factor"),
    path("cms/documents/", include(wagtaildocs_urls)),
    path("cms/", include(wagtailadmin_urls)),
    *_mounted("webhooks/", "malls.payments.webhook_urls"),
    *_mounted("my/", "malls.payments.urls"),
    *_mounted("my/", "bundles.subscriptions.urls"),
    *_mounted("my/", "bundles.vouchers.my_urls"),
    *_mounted("redeem/", "bundles.vouchers.urls"),
    *_mounted("merchant/", "malls.fulfillment.merchant_urls"),
    *_mounted("statements/", "settlement.statements.urls"),
    *_mounted("showroom/", "showroom.displays.urls"),
    *_mounted("s/", "showroom.displays.short_urls"),
    *_mounted("", "bundles.billing.urls"),
    *_mounted("", "bundles.plans.urls"),
    *_mounted("", "malls.storefront.urls"),
    path("", include(wagtail_urls)),
]
