"""Addresses of my vouchers."""

from django.urls import path

from bundles.vouchers import my

urlpatterns = [
    path("vouchers/", my.index, name="my-vouchers"),
    path("vouchers/<str:code>/", my.detail, name="my-voucher"),
    path("vouchers/<str:code>/qr.svg", my.qr, name="my-voucher-qr"),
    path("vouchers/<str:code>/voucher.pdf", my.paper, name="my-voucher-paper"),
    path("vouchers/<str:code>/refund/", my.refund, name="my-voucher-refund"),
]
