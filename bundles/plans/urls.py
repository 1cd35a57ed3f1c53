"""Addresses of the subscription category and of bundles."""

from django.urls import path

from bundles.plans import views

urlpatterns = [
    path("subscriptions/", views.category, name="subscription-category"),
    path("bundles/<slug:slug>/", views.bundle, name="bundle"),
]
