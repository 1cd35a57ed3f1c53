"""Addresses of my vouchers."""

from bundles.vouchers import my
from django.urls import path

urlpatterns = [
    path("vouchers/", my.index, name="my-vouchers"),
    path("vouchers/<str:code>/", my.detail, name="my-voucher"),
    path("vouchers/<str:code>/qr.svg", my.qr, name="my-voucher-qr"),
]
