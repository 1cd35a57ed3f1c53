"""Migrations of an app form one line: two branches are merged by whoever comes second, by renaming theirs."""

import itertools

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

HOUSE = ("core", "tenants", "settlement", "malls", "bundles", "showroom", "ui")


def test_the_migrations_of_each_app_are_linear():
    graph = MigrationLoader(None).graph
    crooked = []
    for config in apps.get_app_configs():
        if config.name.partition(".")[0] not in HOUSE:
            continue
        names = sorted(name for label, name in graph.nodes if label == config.label)
        for before, after in itertools.pairwise(names):
            parents = {parent.key for parent in graph.node_map[config.label, after].parents}
            if (config.label, before) not in parents:
                crooked.append((config.label, before, after))
    assert crooked == []
