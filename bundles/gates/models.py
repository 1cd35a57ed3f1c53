"""Gates, what they scanned, and the cases that arise when two of them were cut off."""

from collections.abc import Mapping
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from bundles.vouchers.models import Partner, Redemption, Voucher
from core.money import WonField
from core.state import Stateful


class GateState(models.TextChoices):
    """A gate is one until it is revoked."""

    PAIRED = "paired", pgettext_lazy("gate", "in use")
    REVOKED = "revoked", pgettext_lazy("gate", "revoked")


class Gate(Stateful):
    """A partner's paired device (입구). Only the hash of its token is stored; what it says of itself is kept beside."""

    MOVES: ClassVar[Mapping[str, frozenset[str] | set[str]]] = {
        GateState.PAIRED: {GateState.REVOKED},
        GateState.REVOKED: set(),
    }

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="gates", verbose_name=_("partner"))
    name = models.CharField(_("name"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=GateState, default=GateState.PAIRED)
    token_hash = models.CharField(max_length=64, blank=True)
    paired_at = models.DateTimeField(_("paired at"))
    paired_by = models.CharField(_("paired by"), max_length=150)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True)
    listed_at = models.DateTimeField(_("last list"), null=True)
    clock_off = models.IntegerField(_("clock is off by (seconds)"), null=True)
    waiting = models.PositiveIntegerField(_("scans that wait on the device"), default=0)

    class Meta:
        verbose_name = _("gate")
        verbose_name_plural = _("gates")
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("token_hash",), condition=~Q(token_hash=""), name="gate_token_once"),
            models.CheckConstraint(
                condition=Q(state=GateState.PAIRED, revoked_at=None) & ~Q(token_hash="")
                | Q(state=GateState.REVOKED, revoked_at__isnull=False, token_hash=""),
                name="gate_revoked_has_no_token",
            ),
        )

    def __str__(self) -> str:
        return self.name


class GateCode(models.Model):
    """Six digits on a partner's page that turn a phone without a log-in into a gate, once and for ten minutes."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="gate_codes")
    code = models.CharField(max_length=6)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    expires_at = models.DateTimeField()
    gate = models.OneToOneField(Gate, models.CASCADE, null=True)

    class Meta:
        verbose_name = _("pairing code")
        verbose_name_plural = _("pairing codes")
        constraints = (models.UniqueConstraint(fields=("code",), condition=Q(gate=None), name="gate_code_once"),)

    def __str__(self) -> str:
        return self.code


class Outcome(models.TextChoices):
    """What became of a scan."""

    HONORED = "honored", pgettext_lazy("scan", "used")
    REFUSED = "refused", pgettext_lazy("scan", "not accepted")
    CONFLICT = "conflict", pgettext_lazy("scan", "let in a second time")
    TAKEN_BACK = "taken_back", pgettext_lazy("scan", "taken back")
    PERSON = "person", pgettext_lazy("scan", "needs a person")


class Scan(models.Model):
    """One scan of a gate with its answer, kept whether it succeeded or not. Its nonce makes telling it twice harmless.

    `is_offline`: the guest was answered by the device alone; `let_in` is what the guest was told.
    """

    gate = models.ForeignKey(Gate, models.PROTECT, related_name="scans", verbose_name=_("gate"))
    nonce = models.CharField(max_length=40)
    text = models.CharField(_("code"), max_length=400)
    voucher = models.ForeignKey(Voucher, models.PROTECT, null=True, related_name="scans", verbose_name=_("voucher"))
    amount = WonField(_("amount"), null=True, default=None)
    scanned_at = models.DateTimeField(_("scanned at"))
    device_clock = models.DateTimeField(_("device's clock"))
    received_at = models.DateTimeField(_("received at"))
    list_made_at = models.DateTimeField(_("list of"), null=True)
    is_offline = models.BooleanField(_("offline"))
    let_in = models.BooleanField(_("let in"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    message = models.CharField(_("answer"), max_length=300, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    redemption = models.OneToOneField(
        Redemption, models.PROTECT, null=True, related_name="scan", verbose_name=_("redemption")
    )

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ("-pk",)
        default_permissions = ("view", "change")
        constraints = (models.UniqueConstraint(fields=("gate", "nonce"), name="scan_once"),)
        indexes = (models.Index(fields=("outcome", "-id"), name="scan_outcome"),)

    def __str__(self) -> str:
        return f"{self.gate} {self.text[:20]}"


class Payer(models.TextChoices):
    """Who bears a second use."""

    MUNICIPALITY = "municipality", _("the municipality pays the partner")
    PARTNER = "partner", _("the partner bears it")


class Cause(models.TextChoices):
    """What had happened to the voucher that a gate let in."""

    USED = "used", _("used elsewhere")
    EXPIRED = "expired", _("expired before it was told")
    REFUNDED = "refunded", _("refunded")
    VOID = "void", _("void")
    TERMS = "terms", _("outside its days or hours")


class ConflictState(models.TextChoices):
    """A case is ruled when it arises; a change takes two people."""

    RULED = "ruled", _("decided by the rule")
    PROPOSED = "proposed", _("waits for a second person")
    SETTLED = "settled", _("decided by two people")


class Conflict(Stateful):
    """A guest was let in with a voucher that was not usable any more. It always names who pays, and why."""

    MOVES: ClassVar[Mapping[str, frozenset[str] | set[str]]] = {
        ConflictState.RULED: {ConflictState.PROPOSED},
        ConflictState.PROPOSED: {ConflictState.SETTLED, ConflictState.RULED},
        ConflictState.SETTLED: set(),
    }

    scan = models.OneToOneField(Scan, models.PROTECT, related_name="conflict", verbose_name=_("scan"))
    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="conflicts", verbose_name=_("voucher"))
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="conflicts", verbose_name=_("partner"))
    first = models.ForeignKey(
        Redemption, models.PROTECT, null=True, related_name="conflicts", verbose_name=_("the use that stands")
    )
    cause = models.CharField(_("cause"), max_length=10, choices=Cause)
    rule = models.CharField(_("rule"), max_length=20)
    worth = WonField(_("worth"))
    payer = models.CharField(_("who pays"), max_length=12, choices=Payer)
    state = models.CharField(_("state"), max_length=10, choices=ConflictState, default=ConflictState.RULED)
    arisen_at = models.DateTimeField(_("arisen at"))
    proposed_payer = models.CharField(_("proposed"), max_length=12, choices=Payer, blank=True)
    proposed_by_id = models.BigIntegerField(null=True)
    proposed_by = models.CharField(_("proposed by"), max_length=150, blank=True)
    proposed_why = models.CharField(_("reason"), max_length=300, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("double use")
        verbose_name_plural = _("double uses")
        ordering = ("-pk",)
        default_permissions = ("view", "change")
        constraints = (
            models.CheckConstraint(
                condition=Q(settled_by_id=None) | ~Q(settled_by_id=F("proposed_by_id")), name="conflict_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state=ConflictState.PROPOSED) | ~Q(proposed_payer=""), name="conflict_proposal_is_whole"
            ),
        )

    def __str__(self) -> str:
        return f"{self.voucher}"


@register_setting(icon="mobile-alt")
class OfflineLimits(BaseGenericSetting):
    """How long and up to how much a gate may decide without a network."""

    list_hours = models.PositiveSmallIntegerField(
        _("list valid for (hours)"), default=24, validators=[MinValueValidator(1), MaxValueValidator(168)],
        help_text=_("A gate that has not reached the mall for this long accepts nothing by itself."),
    )  # fmt: skip
    cap_amount = WonField(
        _("most that one gate accepts offline (won)"), default=500_000,
        help_text=_("Counted by face value since its last list."),
    )  # fmt: skip
    slack_minutes = models.PositiveSmallIntegerField(
        _("clock may be off by (minutes)"), default=20, validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("A device whose clock moves by more than this while it is cut off stops deciding."),
    )  # fmt: skip

    panels = [MultiFieldPanel([FieldPanel(name) for name in ("list_hours", "cap_amount", "slack_minutes")], _("Gates"))]

    class Meta:
        verbose_name = _("offline limits of gates")
