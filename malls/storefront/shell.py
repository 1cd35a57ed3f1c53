"""The mall's shell: name, navigation and the statutory footer for every page."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.models import Site

from core.generation import kept
from malls.storefront.models import LegalPage, MallSettings
from ui.shell import Disclosure, Link, Shell

FTC = "https://www.ftc.go.kr/bizCommPop.do?wrkr_no="


def shell_for(request: HttpRequest) -> Shell | None:
    """The shell of a mall's page; the portal has its own."""
    tenant = getattr(request, "tenant", None)
    if tenant is None or tenant.is_portal or not tenant.is_open:
        return None
    mall, legal = kept("shell", _frame)
    name = mall.name or _("%(place)s subscription market") % {"place": tenant.name}
    return Shell(
        name=name,
        line=mall.slogan,
        search="/search/",
        theme=f"/theme.css?v={mall.brand_color.lstrip('#')}",
        is_demo=bool(mall.is_demo or tenant.is_demo),
        nav=_nav(request.path),
        person=_person(request),
        legal=legal,
        operator=mall.operator,
        disclosures=disclosures(mall),
        notice=mall.intermediary_notice or _notice(name),
        logged_in=_is_known(request),
    )


def disclosures(mall: MallSettings) -> tuple[Disclosure, ...]:
    """What 전자상거래법 §10 and §12 want to be seen, only what is filled in."""
    digits = "".join(c for c in mall.business_no if c.isdigit())
    office = f" ({mall.mail_order_office})" if mall.mail_order_office else ""
    rows = (
        (_("Representative"), mall.representative, ""),
        (_("Business number"), mall.business_no, FTC + digits if digits and not mall.is_demo else ""),
        (_("Mail-order number"), mall.mail_order_no and mall.mail_order_no + office, ""),
        (_("Address"), mall.address, ""),
        (_("Phone"), mall.phone, f"tel:{mall.phone}"),
        (_("Hours"), mall.hours, ""),
        (_("E-mail"), mall.email, f"mailto:{mall.email}"),
        (_("Hosting"), mall.hosting, ""),
        (_("Privacy officer"), mall.privacy_officer, ""),
    )
    return tuple(Disclosure(label, value, href) for label, value, href in rows if value)


def _frame() -> tuple[MallSettings, tuple[Link, ...]]:
    """Settings and legal links."""
    site = Site.objects.filter(is_default_site=True).first()
    mall = MallSettings.for_site(site) if site else MallSettings()
    pages = LegalPage.objects.live().order_by("position", "pk")
    return mall, tuple(Link(page.title, f"/{page.slug}/") for page in pages)


def _nav(path: str) -> tuple[Link, ...]:
    places = (
        (_("Subscriptions"), "/subscriptions/"),
        (_("Products"), "/products/"),
        (_("Exhibitions"), "/exhibitions/"),
        (_("Stories"), "/stories/"),
        (_("Notices"), "/notices/"),
    )
    also = {"/subscriptions/": "/bundles/"}
    return tuple(Link(label, href, path.startswith((href, also.get(href, href)))) for label, href in places)


def _person(request: HttpRequest) -> tuple[Link, ...]:
    path = request.path
    if _is_known(request):
        first = Link(_("My page"), "/my/", path.startswith("/my/"))
        if getattr(request.user, "is_staff", False):
            first = Link(_("Staff desk"), "/cms/")
        return (first, Link(_("Log out"), "/logout/"))
    return (Link(_("Log in"), "/login/", path == "/login/"), Link(_("Sign up"), "/signup/", path == "/signup/"))


def _is_known(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return bool(user and user.is_authenticated)


def _notice(name: str) -> str:
    return _(
        "%(name)s is a mail-order intermediary and not a party to the sale. "
        "Each shop answers for its goods, their information and their sale."
    ) % {"name": name + _topic(name)}


def _topic(name: str) -> str:
    """The Korean topic particle after a name: 은 after a final consonant, else 는."""
    last = name[-1:]
    closed = "가" <= last <= "힣" and (ord(last) - ord("가")) % 28
    return "은" if closed else "는"
