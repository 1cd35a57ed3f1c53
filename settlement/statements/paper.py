"""What stands on the paper of a statement: the sum that explains its number, its lines, its check address."""

import base64
import io
from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.db import connection
from django.db.models import Count, F, Sum
from django.utils.translation import gettext as _

from settlement.statements.banks import bank_name
from settlement.statements.models import Statement
from settlement.statements.models.earnings import Earning, EarningKind, TaxType
from settlement.statements.models.payees import VatMode
from settlement.statements.people import name_in
from tenants.municipalities.models import Domain, Municipality

TEMPLATE = "statements/paper/statement.html"
STYLESHEET = "statements/paper/statement.css"
BUSINESS_NO = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the sum: what, why, how much. `mark` is "+", "−" or "=" and `weight` says how strongly it is set."""

    mark: str
    name: str
    note: str
    amount: int
    weight: str = ""


def steps_of(statement: Statement, rates: list[str]) -> list[Step]:
    """The statement as a sum on paper, from sales to payable. Lines of zero won that explain nothing are left out."""
    rate = " · ".join(rates)
    every = [
        Step("", _("Sales"), _("purchases confirmed and vouchers used in the period"), statement.sales),
        Step("−", _("Discounts you fund"),
             _("discounts by the municipality and the operator are paid to you in full"), statement.discount_merchant),
        Step("=", _("Settled amount"), "", statement.base, "sum"),
        Step("−", _("Commission"), _("of the settled amount: %(rate)s") % {"rate": rate} if rate else "",
             statement.commission),
        Step("−", _("VAT on commission"), _("a tax invoice for the commission is issued separately"),
             statement.commission_vat),
        Step("+", _("Shipping"), _("shipping fees that are yours"), statement.shipping),
        Step("+", _("Refunds and corrections"), _("lines of earlier sales taken back or corrected"),
             statement.corrections),
        Step("=", _("Earned this period"), _("%(count)s lines") % {"count": f"{statement.line_count:,}"},
             statement.earned, "sum"),
        Step("+", _("Carried in"), _("held or carried from the period before"), statement.carried_in),
        Step("−", _("Held back"), statement.held_reason, statement.held_amount),
        Step("−", _("Carried out"), _("goes into the next period"), statement.carried_out),
        Step("=", _("Payable"), "", statement.payable, "total"),
    ]  # fmt: skip
    return [step for step in every if step.amount or step.weight]


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading, with their sum."""

    name: str
    lines: list[dict[str, Any]]
    payable: int


def groups_of(statement: Statement) -> list[Group]:
    """The earnings added up by heading, description, kind, tax and rate: few rows also for thousands of lines."""
    keys = ("group", "kind", "description", "tax_type", "commission_bp")
    rows = (
        statement.lines.order_by()
        .values(*keys)
        .annotate(
            lines=Count("id"),
            quantity=Sum("quantity"),
            gross=Sum("gross"),
            funded=Sum("discount_merchant"),
            base=Sum("base"),
            fee=Sum(F("commission") + F("commission_vat")),
            payable=Sum("payable"),
        )
        .order_by("group", "kind", "description", "tax_type", "commission_bp")
    )
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        row["tax"] = TaxType(row["tax_type"]).label
        row["kind_name"] = EarningKind(row["kind"]).label
        groups.setdefault(row["group"] or row["kind_name"], []).append(row)
    return [Group(name, lines, sum(line["payable"] for line in lines)) for name, lines in groups.items()]


def rates_of(statement: Statement) -> list[str]:
    """The commission rates that its sales carry, each with whether VAT is inside."""
    sales = statement.lines.filter(kind__in=(EarningKind.GOODS, EarningKind.VOUCHER))
    rates = sales.order_by().values_list("commission_bp", "terms__vat_mode").distinct()
    words = {VatMode.INSIDE: _("%(rate)s with VAT inside"), VatMode.ON_TOP: _("%(rate)s plus VAT")}
    return [words[VatMode(mode)] % {"rate": f"{rate / 100:g}%"} for rate, mode in sorted(rates)]


def paper_of(statement: Statement) -> dict[str, Any]:
    """Everything that the template shows."""
    address = check_address(statement)
    period = statement.period
    return {
        "statement": statement,
        "period": period,
        "municipality": _here(),
        "steps": steps_of(statement, rates_of(statement)),
        "groups": groups_of(statement),
        "business_no": business_no_text(statement.business_no),
        "bank": bank_name(statement.bank_code),
        "maker": name_in(period.closed_by),
        "issued_on": statement.drawn_up_at,
        "check_address": address.partition("?")[0],
        "qr": qr_image(address),
    }


def business_no_text(digits: str) -> str:
    """A business number as it is written, 3-2-5; anything else as it stands."""
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}" if digits.isdigit() and len(digits) == BUSINESS_NO else digits


def check_address(statement: Statement) -> str:
    """The public page that confirms number, hash and amount without log-in."""
    path = f"/statements/check/{statement.number}?h={statement.content_hash[:16]}"
    return str(settings.ENV.address(host_of(_here()), path))


def _here() -> Municipality:
    tenant: Municipality = connection.tenant  # type: ignore[attr-defined]  # django-tenants' own attribute
    return tenant


def host_of(municipality: Municipality) -> str:
    """The municipality's own host name."""
    domain = Domain.objects.filter(tenant_id=municipality.pk, is_primary=True).values_list("domain", flat=True).first()
    return domain or f"{municipality.slug}.{settings.ENV.base_host}"


def qr_image(text: str) -> str:
    """A QR code as a data: address; a bitmap, because drawing its squares one by one takes a tenth of a document."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", border=0, scale=8)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def earnings_of(statement: Statement) -> list[Earning]:
    """Its lines one by one, oldest first."""
    return list(statement.lines.order_by("earned_at", "id"))
