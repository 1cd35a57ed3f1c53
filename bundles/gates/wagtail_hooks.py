"""What of gates waits for staff, and that rows are written by actions only."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.permissions import register_permission_policy

from bundles.gates.models import Conflict, ConflictState, Gate, Outcome, Scan
from bundles.vouchers.cms import ReadOnlyPolicy
from tenants.people.waiting import add_waiting

for model in (Gate, Scan, Conflict):
    register_permission_policy(model, ReadOnlyPolicy(model))

add_waiting(
    55,
    "gates.change_conflict",
    _("double uses that wait for a second person"),
    Conflict.objects.filter(state=ConflictState.PROPOSED).count,
    lambda: f"{reverse('wagtailsnippets_gates_conflict:list')}?state=proposed",
)
add_waiting(
    56,
    "gates.view_scan",
    _("scans that need a person"),
    Scan.objects.filter(outcome=Outcome.PERSON, closed_at=None).count,
    lambda: f"{reverse('wagtailsnippets_gates_scan:list')}?outcome=person",
)
