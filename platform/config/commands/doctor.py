"""`goeul doctor`: this machine's health."""

from dataclasses import asdict

import click

from config.commands import JSON, emit, example


@click.command(epilog=example("goeul doctor", "goeul doctor --json"))
@JSON
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check configuration, services, migrations, clock and fonts; say how to mend each. Exit 1 if any is unwell."""
    from config.doctor import examine

    findings = []
    for finding in examine():
        findings.append(finding)
        if not as_json:
            click.echo(f"{'ok  ' if finding.well else 'FAIL'}  {finding.what:<13}  {finding.detail}")
            if not finding.well:
                click.echo(f"      {'':<13}  → {finding.mend}")
    if as_json:
        emit([asdict(finding) for finding in findings], as_json=True)
    if not all(finding.well for finding in findings):
        ctx.exit(1)
