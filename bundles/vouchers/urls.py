"""Addresses of the gate."""

from bundles.vouchers import views
from django.urls import path

urlpatterns = [
    path("", views.gate, name="redeem"),
    path("<int:pk>/undo/", views.undo, name="redeem-undo"),
]
