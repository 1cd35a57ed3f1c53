"""Addresses of the subscription category and of bundles."""

from bundles.plans import views
from django.urls import path

urlpatterns = [
    path("subscriptions/", views.category, name="subscription-category"),
    path("bundles/<slug:slug>/", views.bundle, name="bundle"),
]
