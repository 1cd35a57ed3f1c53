"""Addresses of the gate; its page itself is mounted by bundles.gates, which adds the offline part."""

from django.urls import path

from bundles.vouchers import views

urlpatterns = [
    path("<int:pk>/undo/", views.undo, name="redeem-undo"),
]
