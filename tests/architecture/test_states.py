"""The diagrams in the documentation are those of the code."""

from config import catalog
from tests.architecture.states import page


def test_documented_states_are_the_models_own():
    written = (catalog.ROOT / "docs" / "states.md").read_text(encoding="utf-8")
    assert written == page(), "docs/states.md is old; its first lines say how to draw it anew"
