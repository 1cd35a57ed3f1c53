"""What the mall's own pages still lack, for the first page of the CMS."""

from wagtail.models import Site

from malls.storefront.legal import LEGAL
from malls.storefront.models import LegalPage, MallSettings

DISCLOSED = ("operator", "representative", "business_no", "mail_order_no", "address", "phone", "email", "hosting")
"""What the law wants in the footer (전자상거래법 §10)."""


def legal_texts_of_our_own() -> int:
    """Legal pages that are published and no longer carry the first text as it came."""
    first = {slug: body.strip() for slug, _title, body in LEGAL}
    pages = LegalPage.objects.filter(live=True, slug__in=first).values_list("slug", "body")
    return sum(body.strip() != first[slug] for slug, body in pages)


def footer_filled() -> int:
    """How many of the footer's disclosures are filled in."""
    site = Site.objects.filter(is_default_site=True).first()
    found = MallSettings.objects.filter(site=site).values_list(*DISCLOSED).first() or ()
    return sum(bool(value) for value in found)
