"""Staff duties: one group each, with the permissions it needs and no more (지방회계법 §36 separates the last three)."""

from enum import StrEnum


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
        ("orders", "*", ("view", "edit")),
        ("fulfillment", "*", ("view", "edit")),
        ("payments", "*", ("view",)),
        ("payments", "provideraccount", ("change_provideraccount",)),
        ("storefront", "*", ("view", "edit")),
        ("vouchers", "*", ("view", "edit")),
        ("plans", "*", ("view", "edit", "publish")),
        ("subscriptions", "*", ("view",)),
        ("boxes", "*", ("view", "edit")),
        ("billing", "*", ("view",)),
        ("statements", "*", ("view",)),
        ("payouts", "*", ("view",)),
        ("playlists", "*", ("view", "edit", "publish")),
        ("displays", "*", ("view", "edit")),
        ("people", "user", ("view", "add", "change")),
        ("people", "accessrecord", ("view",)),
    ],
    Duty.ONBOARDING: [*CONTENT, ("merchants", "*", ("view", "edit")), ("catalog", "*", ("view", "edit"))],
    Duty.BUNDLES: [
        *CONTENT,
        ("merchants", "*", ("view",)),
        ("catalog", "*", ("view",)),
        ("vouchers", "*", ("view", "edit")),
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
        ("merchants", "*", ("view",)),
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
        ("orders", "*", ("view", "edit")),
        ("fulfillment", "*", ("view", "edit")),
        ("payments", "*", ("view",)),
        ("subscriptions", "*", ("view",)),
        ("boxes", "*", ("view",)),
        ("vouchers", "*", ("view",)),
    ],
    Duty.AUDITOR: [
        (app, "*", ("view",))
        for app in (
            "merchants", "catalog", "customers", "orders", "payments", "fulfillment", "vouchers", "plans",
            "subscriptions", "boxes", "billing", "ledger", "statements", "payouts", "displays", "playlists", "people",
        )
    ],
}  # fmt: skip

# Groups that edit pages of the Wagtail tree.
PAGE_EDITORS = (Duty.MANAGER, Duty.BUNDLES)
