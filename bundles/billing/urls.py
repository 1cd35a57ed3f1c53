"""The address of joining."""

from bundles.billing import views
from django.urls import path

urlpatterns = [path("bundles/<slug:slug>/subscribe/", views.join, name="subscribe")]
