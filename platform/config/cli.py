"""`goeul`: the command line. Commands load only when they are used, so that `--help` needs no configuration.

Whatever goes wrong, people get one sentence on stderr: exit 1, or 2 for wrong usage. A bug leaves its traceback in the
data folder's `errors.log`.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from config.sentences import sentence_of

COMMANDS = {
    "up": "Start every process of one machine.",
    "prepare": "Bring database and static files to this version.",
    "doctor": "Check this machine and say how to mend it.",
    "municipality": "Open, list, suspend, resume and archive municipalities.",
    "merchants": "Import the office's merchant list.",
    "billing": "Turn due cycles into orders and charges.",
    "settlement": "Close, approve and export periods.",
    "vouchers": "Redeem vouchers.",
    "displays": "Show what each screen plays.",
    "simulate": "Let a town live through months.",
    "verify": "Check the laws on the stored data.",
    "demo": "Load the demo municipalities.",
    "simulator": "Run the payment simulator.",
    "django": "Run one of Django's own commands.",
}
"""Each lives in `config.commands.<name>` as a click command or group of the same name."""


EXAMPLE = "\b\nExample:\n  goeul up --demo small\n  goeul municipality list --json"


class LazyGroup(click.Group):
    """Lists its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The table's names, in its order."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"config.commands.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list from the table alone."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXAMPLE,
)
@click.version_option(package_name="goeul", prog_name="goeul", message="%(prog)s %(version)s")
def goeul() -> None:
    """Goeul: subscription malls for local governments."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        done = goeul.main(args=arguments, prog_name="goeul", standalone_mode=False)
    except click.ClickException as error:
        _explain(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _complain("Stopped.")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001  people get a sentence, never a traceback
        _complain(sentence_of(error))
        return 1
    return done if isinstance(done, int) else 0


def _explain(error: click.ClickException) -> None:
    """Wrong usage also names the help; a group called alone shows it."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message())
        return
    where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else ""
    _complain(error.format_message() + (f" See: {where} --help" if where else ""))


def _complain(sentence: str) -> None:
    click.echo(" ".join(sentence.split()), err=True)


if __name__ == "__main__":
    sys.exit(main())
