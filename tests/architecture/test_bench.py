"""Benches run seldom: what they import must still be there."""

from importlib import import_module

import pytest

from tests.bench import MODULES


@pytest.mark.parametrize("name", MODULES)
def test_every_bench_can_be_run(name):
    assert callable(import_module(f"tests.bench.{name}").run)
