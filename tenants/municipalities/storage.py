"""Files: every path begins with the schema, in one place."""

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.utils.functional import cached_property


class _SchemaStorage(FileSystemStorage):
    root: str

    @property
    def base_location(self) -> str:
        """The folder of the present municipality; `public` has none."""
        schema = connection.schema_name  # type: ignore[attr-defined]
        if schema == "public":
            message = "files belong to a municipality; none is entered"
            raise RuntimeError(message)
        return str(getattr(settings, self.root) / schema)

    @property
    def location(self) -> str:
        """Not cached: it changes with the municipality."""
        return self.base_location


class MediaStorage(_SchemaStorage):
    """Pictures that anyone may see, served under /media/ of their own host only."""

    root = "MEDIA_ROOT"


class PrivateStorage(_SchemaStorage):
    """Statements, evidence, documents: never served by path."""

    root = "PRIVATE_ROOT"

    @cached_property
    def base_url(self) -> None:  # type: ignore[override]
        """No address at all."""
        return
