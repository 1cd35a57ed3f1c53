"""Addresses of the gate and of the partner's other pages."""

from django.urls import path

from bundles.vouchers import partner_views, views

urlpatterns = [
    path("", views.gate, name="redeem"),
    path("today/", views.today, name="redeem-today"),
    path("history/", partner_views.history, name="redeem-history"),
    path("payments/", partner_views.payments, name="redeem-payments"),
    path("<int:pk>/undo/", views.undo, name="redeem-undo"),
]
