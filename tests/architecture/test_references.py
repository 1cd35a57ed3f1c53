"""Wagtail notes who refers to what when a row is saved: for what editors write, and for nothing that residents do."""

from wagtail.models import ReferenceIndex

EDITED = {
    "catalog.Product",
    "plans.Bundle",
    "plans.Component",
    "plans.Edition",
    "playlists.Playlist",
    "vouchers.VoucherType",
}


def test_only_what_editors_write_is_noted():
    noted = {model._meta.label for model in ReferenceIndex.tracked_models if "Page" not in model.__name__}
    assert {one for one in noted if not one.startswith("wagtail")} == EDITED
