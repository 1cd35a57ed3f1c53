"""`goeul merchants import`: the office's list becomes merchants and products."""

from pathlib import Path

import click

from config.commands import JSON, MUNICIPALITY, Goeul, emit, example, in_municipality


@click.group()
def merchants() -> None:
    """Import the office's merchant list."""


@merchants.command(
    "import",
    cls=Goeul,
    epilog=example(
        "goeul merchants import 입점업체.xlsx --municipality sunchang --dry-run --report 확인.xlsx",
        "goeul merchants import 입점업체.xlsx --municipality sunchang --json",
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@MUNICIPALITY
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write every remark into this xlsx.")
@JSON
def import_(file: Path, municipality: str, dry_run: bool, report: Path | None, as_json: bool) -> None:
    """Read merchants, products and vouchers (xlsx, csv, tsv) and write the valid rows. Safe to run twice."""
    from core.actor import SYSTEM
    from core.clock import now
    from malls.catalog.importing import read_office_list, would_write, write_office_list
    from malls.merchants.onboarding.report import report_workbook

    data = file.read_bytes()
    with in_municipality(municipality):
        office = read_office_list(data, file.name)
        if report:
            report.write_bytes(report_workbook(office))
        done = would_write(office) if dry_run else write_office_list(office, data, file.name, by=SYSTEM, at=now())
    emit(done if as_json else _lines(done), as_json=as_json)


def _lines(done: dict[str, dict[str, object]]) -> list[dict[str, object]]:
    """One line per kind and count, then one per problem."""
    lines: list[dict[str, object]] = []
    for kind, counts in done.items():
        problems = counts.get("problems")
        lines += [
            {"kind": kind, "what": name, "rows": number} for name, number in counts.items() if isinstance(number, int)
        ]
        if isinstance(problems, dict):
            lines += [{"kind": kind, "what": f"· {code}", "rows": number} for code, number in problems.items()]
    return lines
