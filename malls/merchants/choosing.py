"""Choosers of the CMS that find by words: among hundreds of things nobody turns pages."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet


class WordsForm(BaseFilterForm):
    """One field for words; what is found holds each of them in one of `looked_in`."""

    looked_in: ClassVar[tuple[str, ...]] = ()

    q = forms.CharField(label=_("Search"), widget=forms.TextInput(attrs={"placeholder": _("Search")}), required=False)

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what holds every word."""
        said: str = self.cleaned_data.get("q") or ""
        for word in said.split():
            anywhere = Q()
            for name in self.looked_in:
                anywhere |= Q(**{f"{name}__icontains": word})
            objects = objects.filter(anywhere)
        self.is_searching, self.search_query = bool(said.strip()), said
        return objects


def finding_by(*names: str) -> type[SnippetChooserViewSet]:
    """A chooser that looks for words in these fields."""
    form = type("WordsForm", (WordsForm,), {"looked_in": names})
    views = {
        "choose_view_class": type("ChooseByWords", (ChooseView,), {"filter_form_class": form}),
        "choose_results_view_class": type("ResultsByWords", (ChooseResultsView,), {"filter_form_class": form}),
    }
    return type("ChooserByWords", (SnippetChooserViewSet,), views)
