"""Municipalities and their hosts: the only business tables of the `public` schema."""

from enum import StrEnum

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from core.state import Stateful

PORTAL = "portal"
TEMPLATE = "goeul_template"


class MunicipalityState(StrEnum):
    """Life cycle of a municipality."""

    PROVISIONING = "provisioning"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ARCHIVED = "archived"


class Municipality(TenantMixin, Stateful):
    """A tenant: one schema. The operators' portal is one too (schema `portal`)."""

    MOVES = {
        MunicipalityState.PROVISIONING: {MunicipalityState.ACTIVE},
        MunicipalityState.ACTIVE: {MunicipalityState.SUSPENDED, MunicipalityState.ARCHIVED},
        MunicipalityState.SUSPENDED: {MunicipalityState.ACTIVE, MunicipalityState.ARCHIVED},
        MunicipalityState.ARCHIVED: set(),
    }
    auto_create_schema = False
    auto_drop_schema = False

    code = models.CharField(_("government code"), max_length=5, unique=True)
    name = models.CharField(_("name"), max_length=60)
    state = models.CharField(_("state"), max_length=20, default=MunicipalityState.PROVISIONING)
    is_demo = models.BooleanField(_("demo data"), default=False)
    opened_at = models.DateTimeField(_("opened at"), null=True)

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        constraints = (models.UniqueConstraint(Lower("schema_name"), name="municipality_schema_ci"),)

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        """The name in addresses; it is also the schema's name with hyphens."""
        return self.schema_name.replace("_", "-")

    @property
    def is_portal(self) -> bool:
        """Whether this is the operators' portal and not a mall."""
        return self.schema_name == PORTAL

    @property
    def is_open(self) -> bool:
        """Whether visitors are served."""
        return self.state == MunicipalityState.ACTIVE


class Domain(DomainMixin):
    """A host name of a municipality."""

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
