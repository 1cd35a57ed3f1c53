"""Staff duties: one group each, with the permissions it needs and no more (지방회계법 §36 separates the last three)."""

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Duty(StrEnum):
    """Names of the staff groups, as staff read them."""

    MANAGER = "총괄 관리자"
    ONBOARDING = "입점 담당"
    BUNDLES = "꾸러미 담당"
    FINANCE = "정산 담당(작성)"
    APPROVER = "정산 결재(승인)"
    PAYER = "지급 담당(지출)"
    SHOWROOM = "전시화면 담당"
    SUPPORT = "고객 상담"
    AUDITOR = "감사(읽기 전용)"


# app label → model or "*" → verbs. "view" reads, "edit" is add+change+delete, else a permission's codename.
Grant = tuple[str, str, tuple[str, ...]]

CONTENT: list[Grant] = [
    ("wagtailimages", "image", ("add", "change", "view", "choose")),
    ("wagtaildocs", "document", ("add", "change", "view", "choose")),
]

GRANTS: dict[Duty, list[Grant]] = {
    Duty.MANAGER: [
        *CONTENT,
        ("merchants", "*", ("view", "edit")),
        ("catalog", "*", ("view", "edit")),
        ("customers", "*", ("view",)),
        ("notices", "*", ("view", "edit")),
        ("orders", "*", ("view", "edit")),
        ("fulfillment", "*", ("view", "edit")),
        ("payments", "*", ("view",)),
        ("payments", "provideraccount", ("change_provideraccount",)),
        ("payments", "dispute", ("change_dispute",)),
        ("payments", "difference", ("change_difference",)),
        ("storefront", "*", ("view", "edit")),
        ("vouchers", "*", ("view", "edit")),
        ("gates", "*", ("view", "edit")),
        ("plans", "*", ("view", "edit", "publish")),
        ("subscriptions", "*", ("view", "act_for_resident")),
        ("boxes", "*", ("view", "edit")),
        ("billing", "*", ("view",)),
        ("billing", "billingsetting", ("change_billingsetting",)),
        ("statements", "*", ("view",)),
        ("payouts", "*", ("view",)),
        ("playlists", "*", ("view", "edit", "publish")),
        ("displays", "*", ("view", "edit")),
        ("people", "rightsrecord", ("view", "manage_staff")),
        ("people", "accessrecord", ("view",)),
    ],
    Duty.ONBOARDING: [*CONTENT, ("merchants", "*", ("view", "edit")), ("catalog", "*", ("view", "edit"))],
    Duty.BUNDLES: [
        *CONTENT,
        ("merchants", "*", ("view",)),
        ("catalog", "*", ("view",)),
        ("vouchers", "*", ("view", "edit")),
        ("gates", "*", ("view", "edit")),
        ("plans", "*", ("view", "edit", "publish")),
        ("storefront", "*", ("view", "edit")),
        ("subscriptions", "*", ("view",)),
        ("boxes", "*", ("view", "edit")),
    ],
    Duty.FINANCE: [
        ("ledger", "*", ("view",)),
        ("statements", "*", ("view", "close_period")),
        ("statements", "terms", ("add", "change")),
        ("payouts", "*", ("view",)),
        ("orders", "*", ("view",)),
        ("payments", "*", ("view",)),
        ("payments", "difference", ("change_difference",)),
        ("merchants", "*", ("view",)),
        ("gates", "conflict", ("view", "change")),
    ],
    Duty.APPROVER: [
        ("ledger", "*", ("view",)),
        ("statements", "*", ("view", "approve_period")),
        ("payouts", "*", ("view",)),
    ],
    Duty.PAYER: [
        ("statements", "*", ("view",)),
        ("payouts", "*", ("view", "pay")),
        ("payouts", "bankfiletemplate", ("add", "change")),
    ],
    Duty.SHOWROOM: [*CONTENT, ("playlists", "*", ("view", "edit", "publish")), ("displays", "*", ("view", "edit"))],
    Duty.SUPPORT: [
        ("customers", "*", ("view",)),
        ("notices", "notice", ("view", "change")),
        ("orders", "*", ("view", "edit")),
        ("fulfillment", "*", ("view", "edit")),
        ("payments", "*", ("view",)),
        ("payments", "dispute", ("change_dispute",)),
        ("subscriptions", "*", ("view", "act_for_resident")),
        ("boxes", "*", ("view",)),
        ("vouchers", "*", ("view",)),
        ("gates", "*", ("view",)),
    ],
    Duty.AUDITOR: [
        ("people", "rightsrecord", ("view",)),
        ("people", "accessrecord", ("view",)),
        *(
            (app, "*", ("view",))
            for app in (
                "merchants", "catalog", "customers", "notices", "orders", "payments", "fulfillment", "vouchers",
                "gates", "plans", "subscriptions", "boxes", "billing", "ledger", "statements", "payouts", "displays",
                "playlists",
            )
        ),
    ],
}  # fmt: skip

# 지방회계법 §36: who draws up, who approves and who pays are three people.
APART = frozenset({Duty.FINANCE, Duty.APPROVER, Duty.PAYER})

# What each duty is there for, as staff read it when they give it.
WORK: dict[Duty, Any] = {
    Duty.MANAGER: _("Everything but settlement and payment; gives duties and reads the records."),
    Duty.ONBOARDING: _("Takes in the office's lists, reviews merchants and products."),
    Duty.BUNDLES: _("Composes bundles and editions, writes pages, stories and notices."),
    Duty.FINANCE: _("Closes the settlement period and draws up statements (maker)."),
    Duty.APPROVER: _("Checks and approves what the maker has drawn up (checker)."),
    Duty.PAYER: _("Draws up the bank file and records what the bank paid (payer)."),
    Duty.SHOWROOM: _("Composes playlists and looks after the screens."),
    Duty.SUPPORT: _("Answers residents: orders, boxes, refunds."),
    Duty.AUDITOR: _("Reads everything, also the records of access and of rights; changes nothing."),
}

# Groups that edit pages of the Wagtail tree.
PAGE_EDITORS = (Duty.MANAGER, Duty.BUNDLES)
