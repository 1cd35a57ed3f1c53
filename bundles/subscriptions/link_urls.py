"""Addresses of signed links."""

from django.urls import path

from bundles.subscriptions import gift_views, link_views

urlpatterns = [
    path("links/price/<str:token>/", link_views.consent, name="consent-to-price"),
    path("links/skip/<str:token>/", link_views.skip, name="skip-by-link"),
    path("links/gift/<str:token>/", gift_views.gift, name="gift"),
    path("links/gift/<str:token>/address/", gift_views.address, name="gift-address"),
    path("links/gift/<str:token>/boxes/<int:cycle>/", gift_views.skip, name="gift-skip"),
]
