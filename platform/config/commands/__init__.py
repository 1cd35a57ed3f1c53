"""The commands of `goeul`, one module per first word, each holding a click command or group of that name.

How to add one (say `goeul vouchers redeem`), in `config/commands/vouchers.py`:

    import click
    from config.commands import JSON, MUNICIPALITY, Goeul, emit, example, in_municipality

    @click.group(cls=click.Group, epilog=...)
    def vouchers() -> None:
        \"\"\"Redeem vouchers.\"\"\"

    @vouchers.command(cls=Goeul, epilog=example("goeul vouchers redeem ABCD-2345 --partner 3 --municipality sunchang"))
    @click.argument("code")
    @click.option("--partner", type=int, required=True, help="The partner's number.")
    @MUNICIPALITY
    @JSON
    def redeem(code: str, partner: int, municipality: str, as_json: bool) -> None:
        \"\"\"Redeem one voucher at a partner.\"\"\"
        from bundles.vouchers.actions import redeem_voucher

        with in_municipality(municipality):
            emit(redeem_voucher(code, partner, by=SYSTEM, at=now()), as_json=as_json)

`Goeul` commands set Django up before they run. Imports of apps stay inside the function, so that `--help` needs no
configuration. Refusals, ValidationErrors and failing services become one sentence in `config.sentences`; commands
catch nothing. The module's name must stand in `config.cli.COMMANDS`.
"""

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from tenants.municipalities.models import Municipality

T = TypeVar("T")


class Goeul(click.Command):
    """A command that needs the configured house."""

    def invoke(self, ctx: click.Context) -> Any:
        """Configure Django, then run."""
        import django
        from django.conf import settings

        settings.DATABASES["default"]["OPTIONS"].pop("pool", None)  # one connection is enough, and fails at once
        django.setup()
        return super().invoke(ctx)


class Day(click.ParamType[date]):
    """A civil date, YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date()
        except ValueError:
            return self.fail(f"“{value}” is not a date like 2026-11-30.", param, ctx)


class Period(click.ParamType[date]):
    """A month, YYYY-MM; its first day."""

    name = "YYYY-MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m").replace(tzinfo=UTC).date()
        except ValueError:
            return self.fail(f"“{value}” is not a month like 2026-11.", param, ctx)


MUNICIPALITY = click.option("--municipality", metavar="SLUG", required=True, help="Which municipality.")
SOME_MUNICIPALITY = click.option("--municipality", metavar="SLUG", help="Which municipality.")
ALL = click.option("--all", "every", is_flag=True, help="Every open municipality.")
ON = click.option("--on", "on", type=Day(), help="The Korean day to work for; today when left out.")
PERIOD = click.option("--period", type=Period(), required=True, help="The month.")
JSON = click.option("--json", "as_json", is_flag=True, help="Machine output.")


def example(*lines: str) -> str:
    """The epilog that shows how a command is used."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def in_municipality(slug: str) -> "AbstractContextManager[Municipality]":
    """Work inside one municipality; refuses an unknown slug."""
    from tenants.municipalities.door import inside_slug

    return inside_slug(slug)


def each_chosen(slug: str | None, *, every: bool) -> "Iterator[Municipality]":
    """The municipality of `--municipality`, or each open one for `--all`, entered in turn."""
    from tenants.municipalities.door import each_municipality, inside_slug

    if bool(slug) == every:
        raise click.UsageError("Give either --municipality SLUG or --all.")
    if slug is None:
        yield from each_municipality()
        return
    with inside_slug(slug) as municipality:
        yield municipality


@contextmanager
def progress(items: Sequence[T], label: str) -> Iterator[Iterable[T]]:
    """A progress bar over `items` on a terminal; silent elsewhere."""
    with click.progressbar(items, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield bar


def emit(data: Any, *, as_json: bool) -> None:
    """Print a result: a mapping or dataclass as lines, a list of them as a table, or all of it as JSON."""
    plain = _plain(data)
    if as_json:
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2, default=str))
    elif isinstance(plain, Mapping):
        width = max(map(len, plain), default=0)
        for key, value in plain.items():
            click.echo(f"{key:<{width}}  {_cell(value)}")
    elif isinstance(plain, list):
        table(plain)
    else:
        click.echo(_cell(plain))


def table(rows: Sequence[Any]) -> None:
    """Print mappings as aligned columns; Hangul counts double."""
    if not rows or not isinstance(rows[0], Mapping):
        for row in rows:
            click.echo(_cell(row))
        return
    heads = list(rows[0])
    lines = [heads, *([_cell(row.get(head)) for head in heads] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def _plain(data: Any) -> Any:
    if is_dataclass(data) and not isinstance(data, type):
        return {key: _plain(value) for key, value in asdict(data).items()}
    if isinstance(data, Mapping):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, Iterable) and not isinstance(data, str | bytes):
        return [_plain(one) for one in data]
    return data


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={_cell(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_cell(one) for one in value)
    return str(value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
