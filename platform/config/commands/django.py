"""`goeul django …`: Django's own commands."""

import click

from config.commands import example


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []},
    epilog=example("goeul django showmigrations", "goeul django migrate"),
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def django(ctx: click.Context, arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands."""
    if arguments in {(), ("-h",), ("--help",)}:
        click.echo(ctx.get_help() + "\n")
        return
    from django.core.management import ManagementUtility

    ManagementUtility(["goeul django", *arguments]).execute()
