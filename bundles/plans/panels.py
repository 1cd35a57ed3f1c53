"""What apps above put on an edition's page in the CMS: a template and its context, added in AppConfig.ready()."""

from collections.abc import Callable
from typing import Any

from bundles.plans.models import Edition

edition_panels: list[tuple[str, Callable[[Edition], dict[str, Any]]]] = []
