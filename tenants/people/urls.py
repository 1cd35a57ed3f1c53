"""Addresses of the second factor, in malls and in the portal, under /second-factor/."""

from django.urls import path

from tenants.people import second_factor as views

urlpatterns = [
    path("", views.second_factor, name="second-factor"),
    path("recovery/", views.recovery, name="recovery"),
    path("codes/", views.codes, name="recovery-codes"),
]
