"""Page types of a mall: what staff write. Products and bundles are no pages; they come in by queries."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.paginator import Page as Sheet
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.pages import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.blocks import CharBlock, StructBlock, TextBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model_string
from wagtail.models import Page

from core.clock import kst_date, now
from core.generation import raise_generation
from malls.merchants.models import Merchant
from malls.storefront import sections
from ui.cards import HERO_FILTER, Fact, Picture, StoryCard, picture_of

FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "hr", "link", "document-link", "image"]
SHEET = 12


QUESTION = StructBlock(
    [("question", CharBlock(label=_("question"))), ("answer", TextBlock(label=_("answer")))],
    label=_("question and answer"),
)


class GatheringForm(WagtailAdminPageForm):
    """Staff pick bundles and products from what is on offer; their addresses are kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in (("bundles", "bundle"), ("products", "product")):
            if name in self.fields:
                self.fields[name] = forms.MultipleChoiceField(
                    choices=sections.choices(kind),
                    required=False,
                    label=self.fields[name].label,
                    widget=forms.SelectMultiple(attrs={"size": 12}),
                    help_text=_("Hold Ctrl (or ⌘) to choose several."),
                )


class MallPage(Page):
    """What all pages of a mall share: changing one makes older copies of public pages unreachable."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Keep, and let visitors see it at once."""
        saved = super().save(*args, **kwargs)
        raise_generation()
        return saved

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Take away, also from older copies."""
        gone = super().delete(*args, **kwargs)
        raise_generation()
        return gone


class HomePage(MallPage):
    """The first page: one strong sentence, then what apps put on it."""

    eyebrow = models.CharField(_("small line above"), max_length=40, blank=True)
    headline = models.TextField(_("sentence"), max_length=120, help_text=_("A line break stays a line break."))
    lead = models.TextField(_("line of help"), max_length=300, blank=True)
    action_label = models.CharField(_("label of the button"), max_length=30, blank=True)
    introduction = RichTextField(_("about the place"), features=FEATURES, blank=True)
    image = models.ForeignKey(
        get_image_model_string(), models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    art = models.JSONField(_("still life objects"), default=list, blank=True)

    template = "storefront/home.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    content_panels = [
        TitleFieldPanel("title"),
        MultiFieldPanel(
            [
                FieldPanel("eyebrow"),
                FieldPanel("headline"),
                FieldPanel("lead"),
                FieldPanel("action_label"),
                FieldPanel("image"),
            ],
            _("Top of the page"),
        ),
        FieldPanel("introduction"),
    ]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The sections of the apps, those with something to show."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        filled = [(one.template, one.context(request)) for one in sections.home_sections()]
        context["sections"] = [(template, part) for template, part in filled if part]
        context["facts"] = [Fact(value, label) for value, label in sections.facts()]
        context["picture"] = picture_of(self.image, name=self.title, contents=self.art, size=HERO_FILTER)
        return context


class StoryIndexPage(MallPage):
    """사장님 이야기."""

    lead = models.TextField(_("line of help"), max_length=200, blank=True)

    template = "storefront/story_index.html"
    max_count = 1
    subpage_types: ClassVar[list[str]] = ["storefront.StoryPage"]
    parent_page_types: ClassVar[list[str]] = ["storefront.HomePage"]
    content_panels = [TitleFieldPanel("title"), FieldPanel("lead")]

    class Meta:
        verbose_name = _("list of stories")
        verbose_name_plural = _("lists of stories")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """A sheet of stories, newest first."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        found = StoryPage.objects.child_of(self).live().public().order_by("-first_published_at", "-pk")
        context["sheet"] = sheet_of(found.select_related("image", "merchant"), request)
        context["cards"] = [story.card for story in context["sheet"]]
        return context


class StoryPage(MallPage):
    """One merchant's story: a lead and questions with answers."""

    merchant = models.ForeignKey(
        Merchant, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("merchant")
    )
    person = models.CharField(_("person"), max_length=60, blank=True)
    lead = models.TextField(_("beginning"), max_length=600)
    questions = StreamField(
        [("question", QUESTION)],
        verbose_name=_("questions and answers"),
        blank=True,
    )
    goods = models.CharField(_("what it is about"), max_length=60, blank=True, help_text=_("Chooses the still life."))
    bundles = models.JSONField(_("bundles"), default=list, blank=True)
    image = models.ForeignKey(
        get_image_model_string(), models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )

    template = "storefront/story.html"
    subpage_types: ClassVar[list[str]] = []
    parent_page_types: ClassVar[list[str]] = ["storefront.StoryIndexPage"]
    content_panels = [
        TitleFieldPanel("title"),
        FieldPanel("merchant"),
        FieldPanel("person"),
        FieldPanel("lead"),
        FieldPanel("questions"),
        FieldPanel("goods"),
        FieldPanel("image"),
        FieldPanel("bundles"),
    ]
    base_form_class = GatheringForm

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    @property
    def picture(self) -> Picture:
        """The photograph, or the still life of the merchant's goods."""
        return picture_of(self.image, name=self.goods or self.title, category=self.goods)

    @property
    def card(self) -> StoryCard:
        """The story in a list."""
        shop = self.merchant.name if self.merchant else ""
        return StoryCard(self.url, self.title, self.lead, self.picture, " · ".join(filter(None, (shop, self.person))))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The bundles that the story speaks of."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["bundle_cards"] = sections.cards("bundle", self.bundles)
        return context


class ExhibitionIndexPage(MallPage):
    """기획전."""

    lead = models.TextField(_("line of help"), max_length=200, blank=True)

    template = "storefront/exhibition_index.html"
    max_count = 1
    subpage_types: ClassVar[list[str]] = ["storefront.ExhibitionPage"]
    parent_page_types: ClassVar[list[str]] = ["storefront.HomePage"]
    content_panels = [TitleFieldPanel("title"), FieldPanel("lead")]

    class Meta:
        verbose_name = _("list of exhibitions")
        verbose_name_plural = _("lists of exhibitions")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What runs today, then what comes; what is over is left out."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        today = kst_date(now())
        found = ExhibitionPage.objects.child_of(self).live().public().filter(ends_on__gte=today)
        context["sheet"] = sheet_of(found.order_by("starts_on").select_related("image"), request)
        context["cards"] = [exhibition.card for exhibition in context["sheet"]]
        return context


class ExhibitionPage(MallPage):
    """A page that gathers bundles and products for a time (both days inclusive)."""

    copy_text = models.TextField(_("text"), max_length=300)
    benefit = models.CharField(_("benefit"), max_length=100, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    goods = models.CharField(_("what it is about"), max_length=60, blank=True, help_text=_("Chooses the still life."))
    bundles = models.JSONField(_("bundles"), default=list, blank=True)
    products = models.JSONField(_("products"), default=list, blank=True)
    image = models.ForeignKey(
        get_image_model_string(), models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )

    template = "storefront/exhibition.html"
    subpage_types: ClassVar[list[str]] = []
    parent_page_types: ClassVar[list[str]] = ["storefront.ExhibitionIndexPage"]
    content_panels = [
        TitleFieldPanel("title"),
        FieldPanel("copy_text"),
        FieldPanel("benefit"),
        MultiFieldPanel([FieldPanel("starts_on"), FieldPanel("ends_on")], _("Days")),
        FieldPanel("goods"),
        FieldPanel("image"),
        FieldPanel("bundles"),
        FieldPanel("products"),
    ]
    base_form_class = GatheringForm

    class Meta:
        verbose_name = _("exhibition")
        verbose_name_plural = _("exhibitions")
        constraints = (
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="exhibition_days"),
        )

    @property
    def picture(self) -> Picture:
        """The photograph, or a still life."""
        return picture_of(self.image, name=self.goods or self.title, category=self.goods)

    @property
    def days(self) -> str:
        """From when until when, in numbers."""
        return f"{self.starts_on:%Y.%m.%d} – {self.ends_on:%Y.%m.%d}"

    @property
    def card(self) -> StoryCard:
        """The exhibition in a list."""
        return StoryCard(self.url, self.title, self.copy_text, self.picture, self.days)

    def is_running(self, day: date) -> bool:
        """Whether it runs on a day."""
        return self.starts_on <= day <= self.ends_on

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Its bundles and products as cards."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["bundle_cards"] = sections.cards("bundle", self.bundles)
        context["product_cards"] = sections.cards("product", self.products)
        context["running"] = self.is_running(kst_date(now()))
        return context


class NoticeIndexPage(MallPage):
    """공지사항."""

    template = "storefront/notice_index.html"
    max_count = 1
    subpage_types: ClassVar[list[str]] = ["storefront.NoticePage"]
    parent_page_types: ClassVar[list[str]] = ["storefront.HomePage"]

    class Meta:
        verbose_name = _("list of notices")
        verbose_name_plural = _("lists of notices")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Pinned ones first, then the newest."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        found = NoticePage.objects.child_of(self).live().public().order_by("-is_pinned", "-published_on", "-pk")
        context["sheet"] = sheet_of(found, request, size=20)
        return context


class NoticePage(MallPage):
    """A notice of a day."""

    kind = models.CharField(_("kind"), max_length=20, default="공지")
    published_on = models.DateField(_("day"))
    is_pinned = models.BooleanField(_("keep on top"), default=False)
    body = RichTextField(_("text"), features=FEATURES)

    template = "storefront/notice.html"
    subpage_types: ClassVar[list[str]] = []
    parent_page_types: ClassVar[list[str]] = ["storefront.NoticeIndexPage"]
    content_panels = [
        TitleFieldPanel("title"),
        FieldPanel("kind"),
        FieldPanel("published_on"),
        FieldPanel("is_pinned"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")


class LegalPage(MallPage):
    """Terms, privacy, withdrawal, reviews: what the law wants to be read. Its version is what residents agree to."""

    version = models.CharField(_("version of the text"), max_length=20, default="1")
    in_force_on = models.DateField(_("in force from"), null=True, blank=True)
    body = RichTextField(_("text"), features=FEATURES)
    position = models.PositiveSmallIntegerField(_("place in the footer"), default=0)

    template = "storefront/legal.html"
    subpage_types: ClassVar[list[str]] = []
    parent_page_types: ClassVar[list[str]] = ["storefront.HomePage"]
    content_panels = [
        TitleFieldPanel("title"),
        MultiFieldPanel([FieldPanel("version"), FieldPanel("in_force_on"), FieldPanel("position")], _("Validity")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("legal page")
        verbose_name_plural = _("legal pages")


def sheet_of(found: models.QuerySet[Any] | Sequence[Any], request: HttpRequest, *, size: int = SHEET) -> Sheet[Any]:
    """The sheet of a list that `?page=` asks for; a wrong number gives the nearest."""
    return Paginator(found, size).get_page(request.GET.get("page"))
