"""Scenes as StreamField blocks: what staff choose, and for how long and when it is shown."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup, StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock

from showroom.playlists import sources
from showroom.playlists.rules import MAX_SECONDS, MIN_SECONDS, USUAL_SECONDS

Choices = Callable[[], list[tuple[str, str]]]


class SceneBlock(blocks.StructBlock):
    """What every scene has: how long, from which day to which, and at what hours."""

    seconds = blocks.IntegerBlock(
        label=_("seconds"), default=USUAL_SECONDS, min_value=MIN_SECONDS, max_value=MAX_SECONDS,
        help_text=_("How long the scene stays. Ten to fifteen seconds can be read in passing."),
    )  # fmt: skip
    first_day = blocks.DateBlock(label=_("first day"), required=False)
    last_day = blocks.DateBlock(
        label=_("last day"), required=False, help_text=_("After this day the scene leaves by itself.")
    )
    opens = blocks.TimeBlock(label=_("from (hour)"), required=False)
    closes = blocks.TimeBlock(label=_("until (hour)"), required=False)

    def clean(self, value: Any) -> Any:
        """Days in order, hours that differ."""
        cleaned = super().clean(value)
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            message = _now("The last day is before the first day.")
            raise StructBlockValidationError(block_errors={"last_day": ValidationError(message)})
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and opens == closes:
            message = _now("The scene would never be shown: both hours are the same.")
            raise StructBlockValidationError(block_errors={"closes": ValidationError(message)})
        return cleaned


def _one_of(choices: Choices, label: Any, *, newest: Any = "") -> blocks.ChoiceBlock:
    """A choice among what the mall has; left empty it takes the newest, where `newest` says so."""
    return blocks.ChoiceBlock(choices=choices, label=label, required=not newest, help_text=newest)


def _first(*names: str) -> BlockGroup:
    """What the scene is about first; when it may be shown is folded away."""
    return BlockGroup([*names, "seconds"], settings=["first_day", "last_day", "opens", "closes"])


class BundleBlock(SceneBlock):
    """One bundle with price, stock and QR."""

    subject = _one_of(sources.bundle_choices, _("bundle"))

    class Meta:
        form_layout = _first("subject")
        label = _("Bundle")
        icon = "tag"


class BundlesBlock(SceneBlock):
    """The bundles people subscribe to most, one scene each, chosen by the system."""

    how_many = blocks.IntegerBlock(label=_("how many"), default=5, min_value=1, max_value=12)

    class Meta:
        form_layout = _first("how_many")
        label = _("Popular bundles (chosen for you)")
        icon = "pick"


class ProductBlock(SceneBlock):
    """One product with price, stock and QR."""

    subject = _one_of(sources.product_choices, _("product"))

    class Meta:
        form_layout = _first("subject")
        label = _("Product")
        icon = "tag"


class StoryBlock(SceneBlock):
    """A merchant's story."""

    subject = _one_of(sources.story_choices, _("story"), newest=_("Left empty, the newest story is shown."))

    class Meta:
        form_layout = _first("subject")
        label = _("Story")
        icon = "openquote"


class NoticeBlock(SceneBlock):
    """A notice of the mall."""

    subject = _one_of(sources.notice_choices, _("notice"), newest=_("Left empty, the newest notice is shown."))

    class Meta:
        form_layout = _first("subject")
        label = _("Notice")
        icon = "info-circle"


class RankingBlock(SceneBlock):
    """The five bundles with the most subscriptions."""

    class Meta:
        form_layout = _first()
        label = _("Ranking")
        icon = "order-up"


class NumbersBlock(SceneBlock):
    """What the town is proud of: bundles, shops, promised days kept."""

    title = blocks.CharBlock(label=_("title"), required=False, max_length=40)

    class Meta:
        form_layout = _first("title")
        label = _("Numbers of the town")
        icon = "decimal"


class MessageBlock(SceneBlock):
    """A sentence of the town, with an optional bundle behind its QR."""

    eyebrow = blocks.CharBlock(label=_("small line above"), required=False, max_length=30)
    title = blocks.CharBlock(label=_("title"), max_length=40, help_text=_("One message: up to forty letters."))
    line = blocks.CharBlock(label=_("line below"), required=False, max_length=90)
    subject = _one_of(sources.bundle_choices, _("bundle"), newest=_("Its picture and QR are shown; may stay empty."))

    class Meta:
        form_layout = _first("eyebrow", "title", "line", "subject")
        label = _("Message")
        icon = "title"


class PictureBlock(SceneBlock):
    """A picture over the whole screen with a caption."""

    image = ImageChooserBlock(label=_("picture"))
    title = blocks.CharBlock(label=_("caption"), required=False, max_length=40)
    line = blocks.CharBlock(label=_("line below"), required=False, max_length=90)

    class Meta:
        form_layout = _first("image", "title", "line")
        label = _("Picture")
        icon = "image"


class ScenesBlock(blocks.StreamBlock):
    """The scenes of a playlist, in order."""

    bundles = BundlesBlock()
    bundle = BundleBlock()
    product = ProductBlock()
    story = StoryBlock()
    notice = NoticeBlock()
    ranking = RankingBlock()
    numbers = NumbersBlock()
    message = MessageBlock()
    picture = PictureBlock()

    class Meta:
        max_num = 40
        collapsed = True
