"""Users of one municipality. Staff, merchants, partners and residents are the same kind of row; duties are groups."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user with a normalised e-mail; without a password the account waits for its invitation."""
        user = self.model(email=email.strip().lower(), **fields)
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user with every permission of this municipality."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Log-in does not care about case."""
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person of this municipality; logs in by e-mail. Nobody exists in two municipalities."""

    username = None  # type: ignore[assignment]
    first_name = models.CharField(_("given name"), max_length=60, blank=True)
    last_name = models.CharField(_("family name"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), unique=True)
    phone = models.CharField(_("mobile phone"), max_length=20, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_ci"),)

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @property
    def is_waiting(self) -> bool:
        """Whether the account was never opened: its owner has set no password yet."""
        return not self.has_usable_password()

    def get_full_name(self) -> str:
        """Family name first, as in Korea."""
        return f"{self.last_name}{self.first_name}".strip()

    def get_short_name(self) -> str:
        """The whole name: Koreans are not called by the given name alone."""
        return self.get_full_name() or self.email


class Invitation(models.Model):
    """A single-use link that lets someone set a password. Only the hash of its token is stored."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations", verbose_name=_("user")
    )
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True)
    invited_by = models.CharField(_("invited by"), max_length=150)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.user} ({self.expires_at:%Y-%m-%d})"


class AccessRecord(models.Model):
    """Who looked at or took away whose personal data, from where, and why (안전성 확보조치 기준). Append only."""

    at = models.DateTimeField(_("at"), db_index=True)
    user_id = models.BigIntegerField(_("user"), null=True)
    user_name = models.CharField(_("name"), max_length=150)
    address = models.GenericIPAddressField(_("network address"), null=True)
    task = models.CharField(_("task"), max_length=60)
    subject = models.CharField(_("whose data"), max_length=200)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.user_name} {self.task} {self.subject}"


class RightsChange(models.TextChoices):
    """What happened to somebody's right to work with the municipality's data."""

    INVITED = "invited", _("invited")
    WITHDRAWN = "withdrawn", _("invitation withdrawn")
    GRANTED = "granted", _("right given")
    REMOVED = "removed", _("right taken away")
    DEACTIVATED = "deactivated", _("account closed")
    REACTIVATED = "reactivated", _("account opened again")
    SECOND_FACTOR_RESET = "second_factor_reset", _("second factor reset")


class RightsRecord(models.Model):
    """Who gave which right to whom, or took it away (안전성 확보조치 기준: kept three years). Append only, by trigger.

    Names and e-mails are copies: the record stays readable after an account is gone.
    """

    at = models.DateTimeField(_("at"), db_index=True)
    by_id = models.BigIntegerField(_("done by"), null=True)
    by_name = models.CharField(_("done by"), max_length=150)
    user_id = models.BigIntegerField(_("user"), db_index=True)
    user_name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"))
    change = models.CharField(_("change"), max_length=20, choices=RightsChange)
    right = models.CharField(_("right"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("change of rights")
        verbose_name_plural = _("changes of rights")
        ordering = ("-id",)
        permissions = (("manage_staff", "Can invite staff and change their duties"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.user_name} {self.get_change_display()} {self.right}".strip()


class RecoveryCode(models.Model):
    """A code that stands in for a lost authenticator app, once. Only its hash is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = (models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_once"),)

    def __str__(self) -> str:
        return f"{self.user} {self.pk}"
