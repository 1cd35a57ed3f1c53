"""Draws every MOVES table as a diagram: `make states`."""

import sys

from django.apps import apps
from django.utils import translation

HEAD = """# States

Who may move what from which state to which, drawn from the `MOVES` of the models by `make states`; a test compares. Every move
is one conditional update and leaves a `Transition` row: who, when, from where to where, why.
"""


def page() -> str:
    """The whole page."""
    things = [model for model in apps.get_models() if getattr(model, "MOVES", None)]
    return "\n".join([HEAD, *(_diagram(model) for model in things)])


def _diagram(model) -> str:
    with translation.override("ko"):
        name = model._meta.verbose_name
        labels = dict(model._meta.get_field("state").flatchoices)
        korean = {str(state): str(labels.get(state, "")) for state in model.MOVES}
    default = model._meta.get_field("state").get_default()
    lines = [f"    [*] --> {default}"] if default in korean else []
    lines += [f"    {state} : {state} · {korean[state]}" for state in korean if korean[state]]
    for before, after in model.MOVES.items():
        lines += [f"    {before} --> {to}" for to in sorted(after, key=list(korean).index)]
        lines += [] if after else [f"    {before} --> [*]"]
    title = f"## {model._meta.object_name} · {name}"
    return "\n".join([title, "", "```mermaid", "stateDiagram-v2", *lines, "```", ""])


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(page())
