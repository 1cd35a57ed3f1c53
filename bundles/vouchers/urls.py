"""Addresses of the partner's pages; the gate itself is mounted by bundles.gates, which adds the offline part."""

from django.urls import path

from bundles.vouchers import partner_views, views

urlpatterns = [
    path("today/", views.today, name="redeem-today"),
    path("history/", partner_views.history, name="redeem-history"),
    path("payments/", partner_views.payments, name="redeem-payments"),
    path("<int:pk>/undo/", views.undo, name="redeem-undo"),
]
