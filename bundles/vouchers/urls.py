"""Addresses of the gate."""

from django.urls import path

from bundles.vouchers import views

urlpatterns = [
    path("", views.gate, name="redeem"),
    path("<int:pk>/undo/", views.undo, name="redeem-undo"),
]
