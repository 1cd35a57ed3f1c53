"""Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    """Wires the shell and the storefront's own sections."""

    name = "malls.storefront"
    label = "storefront"
    verbose_name = _("storefront")

    def ready(self) -> None:
        """Register what this app shows."""
        from malls.storefront import home, my, queries, sections, shell  # noqa: PLC0415
        from ui.my import add_my_section  # noqa: PLC0415  the registries are filled once the apps are loaded
        from ui.shell import provide  # noqa: PLC0415

        provide(shell.shell_for)
        add_my_section(20, _("Orders"), "/my/orders/", template="storefront/_my_orders.html", context=my.recent)
        sections.add_home_section(20, "storefront/_home_exhibitions.html", home.exhibitions)
        sections.add_home_section(30, "storefront/_home_products.html", home.products)
        sections.add_home_section(40, "storefront/_home_stories.html", home.stories)
        sections.add_home_section(50, "storefront/_home_notices.html", home.notices)
        sections.add_fact(20, home.shops)
        sections.add_fact(30, home.goods)
        sections.add_search_source(20, queries.found_products)
        sections.add_search_source(40, queries.found_stories)
        sections.add_card_source("product", queries.cards_by_slug)
        sections.add_choice_source("product", queries.product_choices)
