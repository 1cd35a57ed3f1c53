"""The mall as its municipality sets it up, and the page types."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from core.generation import raise_generation
from malls.storefront.pages import (
    ExhibitionIndexPage,
    ExhibitionPage,
    HomePage,
    LegalPage,
    NoticeIndexPage,
    NoticePage,
    StoryIndexPage,
    StoryPage,
)
from ui.palette import DEFAULT_BRAND

__all__ = [
    "ExhibitionIndexPage",
    "ExhibitionPage",
    "HomePage",
    "LegalPage",
    "MallSettings",
    "NoticeIndexPage",
    "NoticePage",
    "StoryIndexPage",
    "StoryPage",
]

COLOR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write the colour as # and six digits, such as #8f2d1e."))


@register_setting(icon="site")
class MallSettings(BaseSiteSetting):
    """Name, colour and the disclosures of the footer (전자상거래법 §10, §12, §20①)."""

    name = models.CharField(_("name of the mall"), max_length=60, blank=True)
    slogan = models.CharField(_("line under the name"), max_length=80, blank=True)
    brand_color = models.CharField(_("colour"), max_length=7, default=DEFAULT_BRAND, validators=[COLOR])
    operator = models.CharField(_("operator"), max_length=100, blank=True)
    representative = models.CharField(_("representative"), max_length=60, blank=True)
    business_no = models.CharField(_("business number"), max_length=12, blank=True)
    mail_order_no = models.CharField(_("mail-order number"), max_length=60, blank=True)
    mail_order_office = models.CharField(_("office that received it"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    hours = models.CharField(_("hours of the phone"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    hosting = models.CharField(_("hosting provider"), max_length=100, blank=True)
    privacy_officer = models.CharField(_("privacy officer"), max_length=100, blank=True)
    intermediary_notice = models.TextField(_("intermediary notice"), blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False)

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("slogan"), FieldPanel("brand_color")], _("The mall")),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("operator", "representative", "business_no", "mail_order_no",
                                           "mail_order_office", "address", "phone", "hours", "email", "hosting",
                                           "privacy_officer", "intermediary_notice")],
            _("Disclosures in the footer"),
        ),
    ]  # fmt: skip

    class Meta:
        verbose_name = _("mall")
        verbose_name_plural = _("malls")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep, and let visitors see it at once."""
        super().save(*args, **kwargs)
        raise_generation()
