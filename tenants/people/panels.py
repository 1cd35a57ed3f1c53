"""The first page of the CMS: what waits for whom, and how the month goes."""

from typing import Any

from django.forms import Media
from wagtail.admin.ui.components import Component

from tenants.people.waiting import figures_for, waiting_for


class WaitingPanel(Component):
    """A tile for each kind of work that waits for this person, then the figures it may see."""

    name = "waiting"
    order = 10
    template_name = "people/waiting.html"
    media = Media(css={"all": ["people/waiting.css"]})

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Count now."""
        del parent_context
        return {"rows": waiting_for(self.user), "figures": figures_for(self.user)}
