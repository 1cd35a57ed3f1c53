"""Django app."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Bundles stand on the home page, in the search, in stories and exhibitions, and with their products."""

    name = "bundles.plans"
    label = "plans"

    def ready(self) -> None:
        """Show what we have."""
        from bundles.plans import showing  # noqa: PLC0415  needs models
        from malls.storefront import sections  # noqa: PLC0415

        sections.add_home_section(10, "plans/_home.html", showing.home)
        sections.add_fact(10, showing.count)
        sections.add_search_source(10, showing.search)
        sections.add_card_source("bundle", showing.cards)
        sections.add_choice_source("bundle", showing.choices)
        sections.add_product_section(10, "plans/_of_product.html", showing.of_product)
