"""Addresses of a mall. Each app brings its own list."""

from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from tenants.municipalities.media import media
from tenants.people import views as people

handler500 = "config.outage.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("media/<path:name>", media, name="media"),
    path("invitation/<str:token>/", people.invitation, name="invitation"),
    path("second-factor/", include("tenants.people.urls")),
    path("cms/documents/", include(wagtaildocs_urls)),
    path("cms/", include(wagtailadmin_urls)),
    path("webhooks/", include("malls.payments.webhook_urls")),
    path("my/", include("malls.notices.urls")),
    path("my/", include("malls.payments.urls")),
    path("my/", include("bundles.subscriptions.urls")),
    path("", include("bundles.subscriptions.link_urls")),
    path("my/", include("bundles.boxes.urls")),
    path("my/", include("bundles.vouchers.my_urls")),
    path("redeem/", include("bundles.gates.urls")),
    path("redeem/", include("bundles.vouchers.urls")),
    path("merchant/", include("malls.fulfillment.merchant_urls")),
    path("statements/", include("settlement.statements.urls")),
    path("showroom/", include("showroom.displays.urls")),
    path("s/", include("showroom.displays.short_urls")),
    path("", include("bundles.billing.urls")),
    path("", include("bundles.plans.urls")),
    path("", include("malls.storefront.urls")),
    path("", include(wagtail_urls)),
]
