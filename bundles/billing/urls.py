"""The address of joining."""

from django.urls import path

from bundles.billing import views

urlpatterns = [path("bundles/<slug:slug>/subscribe/", views.join, name="subscribe")]
