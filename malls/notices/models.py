"""Facts to be told, the letters that told them, the municipality's wordings, and how residents want to be told."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.secret import EncryptedTextField
from malls.customers.models import Resident


class Way(models.TextChoices):
    """How a resident wants to be told."""

    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("phone message (알림톡)")


class Choice(models.Model):
    """A resident's wish; without one, e-mail."""

    resident = models.OneToOneField(Resident, models.CASCADE, related_name="notice_choice")
    way = models.CharField(_("told by"), max_length=5, choices=Way, default=Way.EMAIL)
    chosen_at = models.DateTimeField(_("chosen at"))

    class Meta:
        verbose_name = _("choice of how to be told")
        verbose_name_plural = _("choices of how to be told")

    def __str__(self) -> str:
        return f"{self.resident}: {self.get_way_display()}"


class Channel(models.TextChoices):
    """What carried a letter."""

    EMAIL = "email", _("e-mail")
    ALIMTALK = "alimtalk", "알림톡"
    SMS = "sms", "SMS"
    LMS = "lms", "LMS"


class Letter(models.Model):
    """What was sent, word for word, to whom and by what. Never changed, but for `to` when the resident leaves."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="letters", verbose_name=_("resident"))
    channel = models.CharField(_("sent by"), max_length=8, choices=Channel)
    to = models.CharField(_("sent to"), max_length=254, blank=True)
    title = models.CharField(pgettext_lazy("letter", "title"), max_length=200)
    text = models.TextField(_("text"))
    reference = models.CharField(_("number at the provider"), max_length=100, blank=True)
    sent_at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.title


class Outcome(models.TextChoices):
    """What became of a fact to be told."""

    WAITING = "waiting", pgettext_lazy("notice", "to be sent")
    SENDING = "sending", pgettext_lazy("notice", "being sent")
    SENT = "sent", pgettext_lazy("notice", "sent")
    DROPPED = "dropped", pgettext_lazy("notice", "no longer true, not sent")
    FAILED = "failed", pgettext_lazy("notice", "could not be sent")
    UNKNOWN = "unknown", pgettext_lazy("notice", "perhaps sent")


class Notice(models.Model):
    """One fact about one row (`subject`, an id of the kind's model), told at most once.

    `facts` are what was told, frozen when it was sent. `next_try_at` is when it may be sent. What was sent before
    letters were kept has none.
    """

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="notices", verbose_name=_("resident"))
    kind = models.CharField(_("kind"), max_length=20)
    subject = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    noted_at = models.DateTimeField(_("noted at"))
    outcome = models.CharField(_("state"), max_length=8, choices=Outcome, default=Outcome.WAITING)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try at"))
    tried_at = models.DateTimeField(_("tried at"), null=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    letter = models.ForeignKey(
        Letter, models.PROTECT, null=True, related_name="notices", verbose_name=_("letter")
    )  # fmt: skip

    class Meta:
        verbose_name = _("notice to a resident")
        verbose_name_plural = _("notices to residents")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("kind", "subject"), name="fact_told_once"),
            models.CheckConstraint(condition=Q(letter=None) | Q(outcome="sent"), name="letter_was_sent"),
        )
        indexes = (
            models.Index(fields=["next_try_at"], condition=Q(outcome="waiting"), name="notice_waiting"),
            models.Index(fields=["tried_at"], condition=Q(outcome="sending"), name="notice_sending"),
        )

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject}"

    @property
    def state(self) -> str:
        """The outcome, as lists show states."""
        return self.outcome

    def get_state_display(self) -> str:
        """The outcome in words."""
        return str(self.get_outcome_display())


class Wording(models.Model):
    """How a kind is worded from an instant on; the newest is in force. Without words it is the house's own again."""

    kind = models.CharField(_("kind"), max_length=20)
    title = models.CharField(pgettext_lazy("letter", "title"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    template_code = models.CharField(_("code of the approved 알림톡 template"), max_length=50, blank=True)
    at = models.DateTimeField(_("from"))
    by_name = models.CharField(_("by"), max_length=150)
    by_user_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ("-id",)
        indexes = (models.Index(fields=["kind", "-id"], name="wording_newest"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class MessageAccount(models.Model):
    """The municipality's account at its provider of phone messages; one row. `sender` is the registered number."""

    api_key = EncryptedTextField(_("key of the message provider"))
    sender = models.CharField(_("registered sender number"), max_length=20)
    profile = models.CharField(_("key of the 알림톡 profile"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("account for phone messages")
        verbose_name_plural = _("accounts for phone messages")
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="one_message_account"),)

    def __str__(self) -> str:
        return self.sender
