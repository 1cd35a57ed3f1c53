"""The local governments that a municipality is opened from."""

from datetime import date

from tenants.municipalities.actions import check_slug
from tenants.municipalities.registry import local_governments, successors_of


def test_each_of_the_243_can_be_opened_as_it_is_listed():
    known = local_governments()
    assert len(known) == 243
    assert {len(code) for code in known} == {5}
    slugs = [one.slug for one in known.values()]
    for slug in slugs:
        check_slug(slug)
    assert len(set(slugs)) == 243
    assert {one.parent_code for one in known.values()} - known.keys() == {""}


def test_former_codes_are_dated_and_out_of_force():
    changed = [one for one in local_governments().values() if one.former_codes]
    former = {code for one in changed for code in one.former_codes}
    assert former.isdisjoint(local_governments())
    assert [one.code for one in changed if not date.fromisoformat(one.valid_from) <= date(2026, 7, 1)] == []
    assert [one.name_ko for one in successors_of("46780")] == ["보성군"]
    assert [(one.name_ko, one.valid_from) for one in successors_of("45770")] == [("순창군", "2024-01-18")]
