"""The addresses of joining and of giving."""

from django.urls import path

from bundles.billing import gift_views, views

urlpatterns = [
    path("bundles/<slug:slug>/subscribe/", views.join, name="subscribe"),
    path("bundles/<slug:slug>/gift/", gift_views.gift, name="give"),
]
