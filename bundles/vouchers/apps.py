"""Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VouchersConfig(AppConfig):
    """Vouchers act when orders are paid or refunded, and have a page in the residents' corner."""

    name = "bundles.vouchers"
    label = "vouchers"

    def ready(self) -> None:
        """Join the orders' moves."""
        from bundles.vouchers.actions import following  # noqa: PLC0415  needs models
        from bundles.vouchers.actions.taking import compare, take_in_vouchers  # noqa: PLC0415
        from bundles.vouchers.my import panel  # noqa: PLC0415
        from bundles.vouchers.notices import KINDS  # noqa: PLC0415
        from bundles.vouchers.views import home  # noqa: PLC0415
        from malls.catalog.importing import TAKERS, Taker  # noqa: PLC0415
        from malls.customers.access import add_home  # noqa: PLC0415
        from malls.notices.kinds import add_kinds  # noqa: PLC0415
        from malls.orders import hooks  # noqa: PLC0415
        from ui.my import add_my_section  # noqa: PLC0415

        add_my_section(30, _("Vouchers"), "/my/vouchers/", template="vouchers/_panel.html", context=panel)
        add_home(home)
        hooks.paid.append(following.orders_paid)
        hooks.taking.append(following.pieces_taken)
        hooks.giving_back.append(following.pieces_given_back)
        hooks.spent.append(following.spent_pieces)
        hooks.gone.append(following.gone_pieces)
        add_kinds(KINDS)
        TAKERS["voucher"] = Taker(take_in_vouchers, compare)
