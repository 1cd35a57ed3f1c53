"""Django app."""

from django.apps import AppConfig


class VouchersConfig(AppConfig):
    name = "bundles.vouchers"
    label = "vouchers"
