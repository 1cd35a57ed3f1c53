"""The people at a partner's gate, on the staff's desk."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bundles.vouchers.models import Partner, PartnerMember
from malls.merchants.crew import Crew, crew_page
from tenants.people.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("vouchers.change_partner", raise_exception=True)
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may redeem vouchers for a partner."""
    partner = get_object_or_404(Partner, pk=pk)
    crew = Crew(
        partner.name,
        _("partner: %(name)s") % {"name": partner.name},
        User.objects.filter(partner_member__partner=partner),
        lambda user: PartnerMember.objects.create(partner=partner, user=user),
        reverse("wagtailsnippets_vouchers_partner:edit", args=[pk]),
    )
    return crew_page(request, crew)
