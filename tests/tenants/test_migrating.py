from django.core.management import call_command
from django.db import connection

from tenants.municipalities.migrating import behind, wanted

ALL = ["public", "portal", "sunchang", "boseong"]


def test_nobody_is_behind_after_a_deployment(sunchang):
    assert behind(ALL) == []


def test_public_has_the_migrations_of_its_own_tables_only(sunchang):
    shared = {"contenttypes", "municipalities"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT app FROM public.django_migrations")
        assert {app for (app,) in cursor.fetchall()} == shared
    assert {app for app, _name in wanted(["public"])["public"]} == shared
    assert shared < {app for app, _name in wanted(["sunchang"])["sunchang"]}


def test_public_is_migrated_app_by_app(sunchang, capsys):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM public.django_migrations WHERE app = 'contenttypes'")
    call_command("migrate_schemas", shared=True, interactive=False, fake=True)
    assert capsys.readouterr().out.count("Starting migration") == 2
    assert behind(ALL) == []


def test_a_plan_names_who_is_behind_and_of_public_only_its_own(sunchang, capsys):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM boseong.django_migrations WHERE app = 'ui'")
        cursor.execute("DELETE FROM boseong.django_migrations WHERE app = 'taggit' AND name LIKE '0006%'")
    call_command("migrate_schemas", interactive=False, plan=True)
    said = capsys.readouterr().out
    assert ("taggit.0006" in said, "standard:boseong" in said) == (True, True)
    assert ("standard:public" in said, "standard:sunchang" in said) == (False, False)
    assert behind(ALL) == ["boseong"]


def test_who_lacks_a_migration_or_has_none_is_behind_in_order(sunchang):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM boseong.django_migrations WHERE app = 'catalog' AND name LIKE '0001%'")
        cursor.execute("CREATE SCHEMA empty")
    assert behind(["empty", *ALL]) == ["empty", "boseong"]


def test_only_who_is_behind_is_migrated(sunchang, capsys):
    call_command("migrate_schemas", interactive=False)
    assert "Starting migration" not in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM boseong.django_migrations WHERE app = 'ui'")
        cursor.execute("DELETE FROM boseong.django_migrations WHERE app = 'taggit' AND name LIKE '0006%'")
    call_command("migrate_schemas", interactive=False, fake=True)
    assert capsys.readouterr().out.count("Starting migration") == 1
    assert behind(ALL) == []
