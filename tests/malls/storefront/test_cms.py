from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from wagtail.models import Revision, Site

from core.generation import generation
from malls.catalog.models import Category
from malls.storefront.actions import announce, write_home
from malls.storefront.models import (
    ExhibitionIndexPage,
    HomePage,
    MallSettings,
    NoticeIndexPage,
    NoticePage,
    StoryIndexPage,
)
from tenants.people.duties import Duty
from tenants.people.models import User

migration = import_module("malls.storefront.migrations.0002_close_line_breaks")


@pytest.fixture
def desk(mall):
    staff = User.objects.create_user("manager@example.kr", "goeul-demo-72", is_staff=True)
    staff.groups.add(Group.objects.get(name=Duty.MANAGER))
    mall.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return mall


def test_staff_open_every_page_of_the_first_site(desk):
    for page in HomePage.objects.get().get_descendants(inclusive=True):
        assert desk.get(f"/cms/pages/{page.pk}/edit/").status_code == 200, page


def test_staff_open_what_was_written_in_two_lines(desk):
    home = write_home({"introduction": "첫 줄\n둘째 줄\n\n다음 문단"})
    notice = announce("두 줄 공지", "첫 줄\n둘째 줄", on=date(2026, 11, 2))
    for page in (home, notice):
        assert desk.get(f"/cms/pages/{page.pk}/edit/").status_code == 200, page


def test_pages_written_before_with_open_breaks_are_mended_live_and_in_their_revisions(desk):
    home, notice = HomePage.objects.get(), announce("두 줄 공지", "첫 줄", on=date(2026, 11, 2))
    home.introduction, notice.body = "<p>첫 줄<br>둘째 줄<br>셋째 줄</p>", "<p>첫 줄<br>둘째 줄</p>"
    home.save_revision().publish()
    NoticePage.objects.filter(pk=notice.pk).update(body=notice.body)
    others = list(Revision.objects.exclude(pk=home.latest_revision_id).values_list("pk", "content"))
    for _ in range(2):
        migration.close_breaks(apps, None)
    assert HomePage.objects.get().introduction == "<p>첫 줄<br/>둘째 줄<br/>셋째 줄</p>"
    assert (
        Revision.objects.get(pk=home.latest_revision_id).content["introduction"] == HomePage.objects.get().introduction
    )
    assert NoticePage.objects.get(pk=notice.pk).body == "<p>첫 줄<br/>둘째 줄</p>"
    assert list(Revision.objects.exclude(pk=home.latest_revision_id).values_list("pk", "content")) == others
    for page in (home, notice):
        assert desk.get(f"/cms/pages/{page.pk}/edit/").status_code == 200, page


@pytest.mark.parametrize(
    ("parent", "kind"),
    [(StoryIndexPage, "storypage"), (NoticeIndexPage, "noticepage"), (ExhibitionIndexPage, "exhibitionpage")],
)
def test_staff_can_add_below(desk, parent, kind):
    response = desk.get(f"/cms/pages/add/storefront/{kind}/{parent.objects.get().pk}/")
    assert response.status_code == 200


def test_staff_set_the_mall(desk):
    mall_settings = MallSettings.for_site(Site.objects.get())
    path = f"/cms/settings/storefront/mallsettings/{mall_settings.pk}/"
    assert desk.get(path, follow=True).status_code == 200
    response = desk.post(path, {"name": "순창 다달이상회", "brand_color": "파랑"})
    assert "색은 #과 여섯 자리" in response.content.decode()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Wagtail leaves a temporary file
def test_a_picture_that_staff_uploaded_replaces_the_still_life(mall, settings, tmp_path):
    from io import BytesIO

    from django.core.files.images import ImageFile
    from PIL import Image as Pillow
    from wagtail.images import get_image_model

    from tests.malls.storefront import shelf

    settings.MEDIA_ROOT = tmp_path
    file = BytesIO()
    Pillow.new("RGB", (900, 700), "#a33").save(file, "JPEG")
    photo = get_image_model().objects.create(title="장독대", file=ImageFile(file, name="jangdok.jpg"))
    shelf.product(shelf.merchant(), image=photo)
    html = mall.get("/products/찹쌀고추장/").content.decode()
    assert "/media/images/jangd" in html
    assert 'alt="찹쌀고추장"' in html


def test_what_staff_change_in_a_form_is_seen_at_once(desk, django_capture_on_commit_callbacks):
    category = Category.objects.create(slug="vinegar", name="식초")
    before = generation()
    with django_capture_on_commit_callbacks(execute=True):
        values = {"name": "장과 식초", "slug": "vinegar", "description": "", "family": "jang", "position": 0}
        response = desk.post(f"/cms/snippets/catalog/category/edit/{category.pk}/", values, follow=True)
    category.refresh_from_db()
    assert (response.status_code, category.name) == (200, "장과 식초")
    changed = generation()
    assert changed > before
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"/cms/snippets/catalog/category/delete/{category.pk}/")
    assert not Category.objects.filter(pk=category.pk).exists()
    assert generation() > changed
