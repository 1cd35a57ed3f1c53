"""Close the line breaks of rich text written before 0.3: Wagtail's editor stops at <br>, so these pages could not be edited.

Both what visitors see and what the editor opens, a page's revisions, are mended.
"""

from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Replace

RICH = (("homepage", "introduction"), ("noticepage", "body"), ("legalpage", "body"))
OPEN, CLOSED = "<br>", "<br/>"


def close_breaks(apps, _editor):
    for model, field in RICH:
        rows = apps.get_model("storefront", model).objects.filter(**{f"{field}__contains": OPEN})
        rows.update(**{field: Replace(field, Value(OPEN), Value(CLOSED))})
    for field in ("introduction", "body"):
        _close_revisions(apps.get_model("wagtailcore", "Revision"), field)


def _close_revisions(revisions, field):
    for revision in revisions.objects.filter(**{f"content__{field}__icontains": OPEN}).iterator(chunk_size=200):
        if isinstance(text := revision.content[field], str):
            revision.content[field] = text.replace(OPEN, CLOSED)
            revision.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [("storefront", "0001_initial"), ("wagtailcore", "0098_apitoken")]

    operations = [migrations.RunPython(close_breaks, migrations.RunPython.noop)]
