"""Registers the residents' list."""

from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from malls.customers.cms import ReadOnlyPolicy, ResidentViewSet
from malls.customers.models import Resident

register_permission_policy(Resident, ReadOnlyPolicy(Resident))
register_snippet(ResidentViewSet)
