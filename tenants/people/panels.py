"""The first page of the CMS: what waits for whom, the way to opening, and how the month goes."""

from typing import Any

from django.forms import Media
from wagtail.admin.ui.components import Component

from tenants.people.charting import charts_for
from tenants.people.first_week import is_hidden, steps_for
from tenants.people.waiting import figures_for, waiting_for


class HomePanel(Component):
    """Everything that a duty sees first; each part only where there is something in it."""

    name = "waiting"
    order = 10
    template_name = "people/home.html"
    media = Media(css={"all": ["people/home.css"]})

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Count now."""
        steps = steps_for(self.user)
        return {
            "rows": waiting_for(self.user),
            "steps": [step for step in steps if not step.is_target],
            "targets": [step for step in steps if step.is_target],
            "done": sum(step.is_done for step in steps),
            "all": len(steps),
            "hidden": is_hidden(self.user),
            "figures": figures_for(self.user),
            "charts": charts_for(self.user),
            "request": parent_context["request"],
        }
