"""The merchant's phone: what to prepare, stock on and off, statements. No resident's data is shown here."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.clock import kst_date, now
from malls.catalog.actions import set_stock
from malls.catalog.models import Product, ProductState
from malls.fulfillment.merchant_queries import days_to_prepare, statements_of
from malls.merchants.access import MerchantRequest, merchant_required

PER_PAGE = 30
LAST_SHIPMENT = 1_000_000


class StockForm(forms.Form):
    """How many pieces can be sold now."""

    available = forms.IntegerField(min_value=0, max_value=LAST_SHIPMENT)


@merchant_required
@require_safe
def today(request: MerchantRequest) -> HttpResponse:
    """What to bring to the hub, by day."""
    days = days_to_prepare(request.merchant.payee_ref)
    context = {"merchant": request.merchant, "days": days, "today": kst_date(now()), "tab": "today"}
    return render(request, "fulfillment/merchant_today.html", context)


@merchant_required
@require_safe
def products(request: MerchantRequest) -> HttpResponse:
    """My products with their stock."""
    mine = Product.objects.filter(merchant=request.merchant).exclude(state=ProductState.RETIRED).select_related("stock")
    page = Paginator(mine.order_by("name", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"merchant": request.merchant, "page_obj": page, "tab": "products"}
    return render(request, "fulfillment/merchant_products.html", context)


@merchant_required
@require_POST
def stock(request: MerchantRequest, pk: int) -> HttpResponse:
    """Say how many pieces can be sold, or that it is sold out."""
    product = get_object_or_404(Product, pk=pk, merchant=request.merchant)
    form = StockForm(request.POST)
    if "sold_out" in request.POST:
        set_stock(product.pk, 0)
        messages.success(request, _("%(product)s is marked as sold out.") % {"product": product.name})
    elif form.is_valid():
        said = form.cleaned_data["available"]
        set_stock(product.pk, said)
        messages.success(request, _("%(product)s: %(pieces)d can be sold.") % {"product": product.name, "pieces": said})
    else:
        messages.error(request, _("Write the number of pieces as a whole number, 0 or more."))
    return redirect("merchant-products")


@merchant_required
@require_safe
def statements(request: MerchantRequest) -> HttpResponse:
    """My statements, newest first."""
    page = Paginator(statements_of(request.merchant.payee_ref), PER_PAGE).get_page(request.GET.get("page"))
    context = {"merchant": request.merchant, "page_obj": page, "tab": "statements"}
    return render(request, "fulfillment/merchant_statements.html", context)


@merchant_required
@require_safe
def paper(request: MerchantRequest, number: str) -> FileResponse:
    """One statement as PDF; another merchant's does not exist here."""
    statement = statements_of(request.merchant.payee_ref).filter(number=number).first()
    if statement is None or not statement.pdf:
        raise Http404
    return FileResponse(statement.pdf.open("rb"), as_attachment=True, filename=f"{statement.number}.pdf")
