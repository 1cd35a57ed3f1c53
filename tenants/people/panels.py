"""The first page of the CMS: what waits for whom."""

from typing import Any

from django.forms import Media
from wagtail.admin.ui.components import Component

from tenants.people.waiting import waiting_for


class WaitingPanel(Component):
    """A tile for each kind of work that waits for this person."""

    name = "waiting"
    order = 10
    template_name = "people/waiting.html"
    media = Media(css={"all": ["people/waiting.css"]})

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Count now."""
        del parent_context
        return {"rows": waiting_for(self.user)}
