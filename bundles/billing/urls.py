"""The addresses of joining, of giving, and behind the links of mails."""

from django.urls import path

from bundles.billing import gift_views, link_views, views

urlpatterns = [
    path("links/payment/<str:token>/", link_views.payment, name="confirm-payment"),
    path("links/payment/<str:token>/back/", link_views.confirmed, name="payment-confirmed"),
    path("links/payment/<str:token>/card/<str:visit>/", link_views.card, name="payment-card"),
    path("my/subscriptions/<int:pk>/payment/", link_views.mine, name="my-payment"),
    path("bundles/<slug:slug>/subscribe/", views.join, name="subscribe"),
    path("bundles/<slug:slug>/gift/", gift_views.gift, name="give"),
]
