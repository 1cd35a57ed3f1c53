"""주문·배송 in the Wagtail admin: orders, the day's boxes, boxes under way."""

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from malls.fulfillment import account_desk, hub, inbox_desk, money_desk, notices_desk, orders_desk, refunds_desk
from tenants.people.menu import PAYMENTS, PEOPLE


class PermittedMenuItem(MenuItem):
    """Shown to those who may look."""

    def __init__(self, *args: Any, permission: str, **kwargs: Any) -> None:
        self.permission = permission
        super().__init__(*args, **kwargs)

    def is_shown(self, request: Any) -> bool:
        """Whether this person may open it."""
        return bool(request.user.has_perm(self.permission))


class DeskViewSet(ViewSet):
    """A place of its own with a permission to look."""

    permission = ""

    def get_menu_item(self, order: int | None = None) -> MenuItem:
        """The way there."""
        return PermittedMenuItem(
            label=self.menu_label,
            url=self.menu_url,
            name=self.name,
            icon_name=self.icon,
            order=self.get_menu_item_order(order),
            permission=self.permission,
        )


class OrdersViewSet(DeskViewSet):
    """주문: find one, see all of it, cancel or refund it."""

    name = "orders"
    icon = "list-ul"
    menu_label = _("Orders")
    permission = "orders.view_order"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The addresses."""
        return [
            path("", orders_desk.orders, name="index"),
            path("<str:number>/", orders_desk.order, name="order"),
            path("<str:number>/cancel/", orders_desk.cancel, name="cancel"),
            path("<str:number>/refund/", refunds_desk.refund, name="refund"),
            path("<str:number>/void/", orders_desk.void, name="void"),
        ]


class RefundsViewSet(DeskViewSet):
    """환불·청약철회: requests that wait for an answer, money that is owed."""

    name = "refunds"
    icon = "rotate"
    menu_label = _("Refunds")
    permission = "orders.view_order"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The addresses."""
        return [
            path("", refunds_desk.index, name="index"),
            path("rules/", refunds_desk.rules, name="rules"),
            path("<int:pk>/", refunds_desk.one, name="one"),
            path("<int:pk>/answer/", refunds_desk.answer, name="answer"),
            path("owed/<int:pk>/", refunds_desk.repaid, name="repaid"),
        ]


class HubViewSet(DeskViewSet):
    """배송: what must leave today, the pick list, what is under way."""

    name = "shipping"
    icon = "upload"
    menu_label = _("Boxes and shipping")
    permission = "fulfillment.view_shipment"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The addresses."""
        return [
            path("", hub.boxes, name="index"),
            path("pick-list/", hub.pick_list, name="pick_list"),
            path("under-way/", hub.under_way, name="under_way"),
        ]


class AccountViewSet(DeskViewSet):
    """결제대행사 계정: the municipality's own key."""

    name = "payment-account"
    icon = "key"
    menu_label = _("Payment provider")
    permission = "payments.change_provideraccount"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The one address."""
        return [path("", account_desk.account, name="index")]


class DisputesViewSet(DeskViewSet):
    """결제 이의: what card holders contest, with deadlines."""

    name = "disputes"
    icon = "warning"
    menu_label = _("Disputes")
    permission = "payments.view_dispute"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The addresses."""
        return [
            path("", money_desk.disputes, name="index"),
            path("<int:pk>/", money_desk.dispute, name="one"),
            path("<int:pk>/answer/", money_desk.answer, name="answer"),
        ]


class ComparisonViewSet(DeskViewSet):
    """결제 대사: each day against the provider's balance report."""

    name = "comparison"
    icon = "tasks"
    menu_label = _("Comparison with the provider")
    permission = "payments.view_comparedday"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The addresses."""
        return [
            path("", money_desk.days, name="index"),
            path("<int:pk>/", money_desk.day, name="day"),
            path("differences/<int:pk>/", money_desk.explain, name="explain"),
        ]


class InboxViewSet(DeskViewSet):
    """결제대행사 알림: messages and what waits."""

    name = "provider-messages"
    icon = "mail"
    menu_label = _("Messages of the provider")
    permission = "payments.view_webhookevent"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The addresses."""
        return [
            path("", inbox_desk.inbox, name="index"),
            path("<int:pk>/retry/", inbox_desk.retry, name="retry"),
        ]


class NoticesViewSet(DeskViewSet):
    """보낸 알림: what residents were told, what could not be sent."""

    name = "notices"
    icon = "mail"
    menu_label = _("Notices to residents")
    menu_hook = PEOPLE
    menu_order = 500
    permission = "notices.view_notice"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The addresses."""
        return [
            path("", notices_desk.notices, name="index"),
            path("again/", notices_desk.all_again, name="all-again"),
            path("<int:pk>/", notices_desk.notice, name="notice"),
            path("<int:pk>/again/", notices_desk.again, name="again"),
        ]


class WordingsViewSet(DeskViewSet):
    """알림 문구: the mall's own words."""

    name = "wordings"
    icon = "edit"
    menu_label = _("Wordings of notices")
    menu_hook = PEOPLE
    menu_order = 510
    permission = "notices.view_wording"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The addresses."""
        return [
            path("", notices_desk.wordings, name="index"),
            path("<slug:name>/", notices_desk.wording, name="one"),
            path("<slug:name>/reset/", notices_desk.reset, name="reset"),
        ]


class MessageAccountViewSet(DeskViewSet):
    """알림톡·문자 계정: the municipality's own key."""

    name = "message-account"
    icon = "key"
    menu_label = _("Phone messages")
    menu_hook = PEOPLE
    menu_order = 520
    permission = "notices.change_messageaccount"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The one address."""
        return [path("", notices_desk.account, name="index")]


class PaymentsGroup(ViewSetGroup):
    """결제: what failed, what is contested, what the provider says."""

    menu_label = _("Payments")
    menu_icon = "card"
    menu_name = "payments-group"
    menu_order = 320
    submenu_hook = PAYMENTS
    items = (DisputesViewSet(), ComparisonViewSet(), InboxViewSet(), AccountViewSet())


class OrdersGroup(ViewSetGroup):
    """주문·배송."""

    menu_label = _("Orders and shipping")
    menu_icon = "truck"
    menu_order = 300
    items = (OrdersViewSet(), HubViewSet(), RefundsViewSet())
