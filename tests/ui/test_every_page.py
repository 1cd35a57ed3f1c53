"""Every page, by whoever may open it, on a phone: axe finds nothing, and nothing is wider than the screen.

The addresses come from the resolver (tests/ui/pages.py): a new page is walked without a line here. One that answers
nobody with a page must be named in NO_PAGES.
"""

import re

import pytest

from tests.ui.browser import look
from tests.ui.pages import lived_town, pages

READ_ONLY = "people/(access|rights)|snippets/(billing/billingrun|customers/resident|gates/(conflict|gate|scan)|vouchers/voucher|subscriptions/subscription)"
NO_PAGES = [
    r"art/|favicon|media/|theme\.css|showroom/art/|my/vouchers/<str:code>/(qr\.svg|voucher\.pdf)",  # pictures, papers
    r"cms/(onboarding/<int:pk>/report|settlement/(batches|periods|statements)/.*file)|cms/documents/\^",  # files
    r"my/(account/news|notices/way|addresses/<int:pk>/remove|boxes/.*/(take-out|undo)|orders/.*/(confirm|take-back)|subscriptions/.*/price)/",
    r"links/gift/.*/boxes/|merchant/products/.*/stock/|redeem/(gates/(code|new)/)",  # sent by forms of pages
    r"cms/(billing-desk/.*/go-on|comparison/differences|disputes/.*/answer|first-week|onboarding/.*/(commit|discard)|dismissibles)/",
    r"cms/(notices/.*again|provider-messages/.*/retry|wordings/.*/reset)/",
    r"cms/(refunds/(.*/answer|owed/.*|rules)/|snippets/.*/(decide|close|move)/)",
    r"redeem/(list|scans|today|pair/claim|sw\.js|gate\.webmanifest)|showroom/(?!player|pair/$)|webhooks/",  # asked by machines
    r"my/payment-methods/back/|links/payment/<str:token>/(back|card)/",  # back from the provider, then lead elsewhere
    r"my/subscriptions/<int:pk>/payment/|s/<str:code>|console/logout/|merchant/statements/<str:number>/|second-factor/(codes|recovery)/",  # lead elsewhere
    rf"cms/({READ_ONLY})/(add|new|edit|delete|usage)/",  # nobody may
    r"\^\(\(|cms/\^\.\*|_util/authenticate",  # Wagtail's own pages, walked by their tree; restricted ones
    # Of Wagtail, only for what this town has not: revisions to compare, restricted collections, running workflows.
    r"cms/(collections/<|documents/(authenticate|delete|edit|usage)|editing-sessions/|images/<|images/(usage|multiple)|redirects/(<|import/process))",
    r"cms/pages/(<int:page_id>/(convert_alias|lock|unlock|privacy|revisions|workflow_history/detail)|.*set_position|.*add_subpage|\^|add/|create/|usage/|workflow/)",
    r"cms/(settings/<slug:app_name>/<slug:model_name>/$|snippets/playlists/playlist/history/\(|workflows/(enable|remove|tasks/(add|enable|select)))",
    r"my/subscriptions/<int:pk>/undo/",
]

# What Wagtail 8 itself does, from its own templates and scripts: the rule, and a part of the place's selector or markup.
KNOWN = {
    ("landmark-unique", "section"): "the panels of a group's permissions have no names of their own",
    ("aria-allowed-role", "h2[role"): "the count of a search for pages is an alert and a heading at once",
    ("empty-table-header", "th"): "the column of buttons of a workflow's tasks is named by a label only",
    ("heading-order", "other-searches"): "the links to other searches stand before the result's heading",
    ("aria-required-parent", "tab-roles"): "the button to a new user's roles is a tab outside of the list of tabs",
}


@pytest.mark.browser
@pytest.mark.slow
def test_every_page_is_open_to_everyone(sunchang):
    left: set[str] = set()
    looks = {
        f"{kept.host}{path}": look(kept, path, width=390, is_known=is_wagtails)
        for kept, path in pages(lived_town(), left)
    }
    wrong = {page: found for page, one in looks.items() if (found := one.result())}
    unopened = {one for one in left if not any(re.match(known, one) for known in NO_PAGES)}
    assert (wrong, unopened) == ({}, set())


def is_wagtails(path: str, rule: str, place: str) -> bool:
    return path.startswith("/cms/") and any(rule == known and part in place for known, part in KNOWN)
