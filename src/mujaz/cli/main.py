"""The ``mujaz`` command: lazily imported sub-commands, and the only place that prints errors."""

from __future__ import annotations

import gc
import os
import signal
import sys
from importlib import import_module
from typing import Any

import click

from mujaz import __version__
from mujaz.cli.output import is_output_used, output_failure, set_up_streams
from mujaz.errors import MujazError
from mujaz.privacy import disable_telemetry

# name -> (module:attribute, one line of help); with these, --help imports no command.
_COMMANDS = {
    "archive": ("mujaz.cli.archive:archive", "Make an episode of each article of whole archives."),
    "make": ("mujaz.cli.make:make", "Make an episode of one or more articles."),
    "publish": ("mujaz.cli.publish:publish", "Copy a show folder to where it is served."),
    "bulletin": ("mujaz.cli.bulletin:bulletin", "Make the daily bulletin from its sources."),
    "init": ("mujaz.cli.init:init", "Write a commented mujaz.toml to start from."),
    "script": ("mujaz.cli.script:script", "The editable script of an episode."),
    "say": ("mujaz.cli.say:say", "Speak a text."),
    "show": ("mujaz.cli.show:show", "Check, rebuild, or withdraw from a show folder."),
    "text": ("mujaz.cli.text:text", "Run one stage of the text work."),
    "lexicon": ("mujaz.cli.lexicon:lexicon", "Manage words and their pronunciations."),
    "serve": ("mujaz.cli.serve:serve", "Serve the show folder to browsers and podcast apps."),
    "voices": ("mujaz.cli.voices:voices", "List voices and try them."),
    "cache": ("mujaz.cli.cache:cache", "Show or empty the clip cache."),
    "desk": ("mujaz.cli.desk:desk", "The editors' web application."),
    "doctor": ("mujaz.cli.doctor:doctor", "Tell what is installed and what works."),
}
_INTERRUPTED = 130
_GARBAGE_THRESHOLDS = (20_000, 20, 20)
# Options of all commands.
_COMMON = ("--config", "--lang")
# Commands whose work is done although their last lines cannot be printed.
_WORK_ELSEWHERE = ("make", "bulletin", "archive", "publish", "serve", "init", "desk")


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{attribute} is not a command")
        if _is_arabic():
            from mujaz.cli.arabic_help import localize

            localize(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        from mujaz.cli.arabic_help import in_arabic

        told = in_arabic if _is_arabic() else str
        with formatter.section(told("Commands")):
            rows = [(name, told(_COMMANDS[name][1])) for name in self.list_commands(ctx)]
            formatter.write_dl(rows)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config", "config_path", metavar="FILE", help="Configuration; default: mujaz.toml here."
)
@click.option("--lang", type=click.Choice(["ar", "en"]), help="Language of messages.")
@click.version_option(__version__, prog_name="mujaz")
@click.pass_context
def mujaz(ctx: click.Context, config_path: str | None, lang: str | None) -> None:
    """Arabic news as spoken bulletins: MP3 episodes, a podcast feed, a listening page.

    \b
    Example:
      mujaz make article.txt
    """
    ctx.obj = {"config": config_path}
    if lang:
        os.environ["MUJAZ_LANG"] = lang


def _is_arabic() -> bool:
    from mujaz.cli.messages import language

    return language() == "ar"


def _common_first(arguments: list[str]) -> list[str]:
    """Move ``--config`` and ``--lang`` before the command's name; they may stand anywhere.

    What follows ``--`` is text and stays.
    """
    first: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word in _COMMON:
            first += [word, *([value] if (value := next(words, None)) is not None else [])]
        elif word.startswith(tuple(f"{name}=" for name in _COMMON)):
            first.append(word)
        else:
            rest.append(word)
    return [*first, *rest]


def _choose_language(arguments: list[str]) -> None:
    """Set the language before anything is shown, help and usage errors included."""
    for place, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name != "--lang":
            if word in _COMMON or word.startswith("-"):
                continue
            if place and arguments[place - 1] in _COMMON:
                continue
            break
        chosen = value if equals else "".join(arguments[place + 1 : place + 2])
        if chosen in ("ar", "en"):
            os.environ["MUJAZ_LANG"] = chosen
    if _is_arabic():
        from mujaz.cli.arabic_help import localize, speak_arabic

        speak_arabic()
        localize(mujaz)


def main() -> None:
    """Entry point of the console script."""
    # Modules and tables make thousands of objects that stay: to search them for garbage is a tenth
    # of a short run.
    gc.set_threshold(*_GARBAGE_THRESHOLDS)
    set_up_streams()
    disable_telemetry()
    # Libraries look programs up in it.
    os.environ.setdefault("PATH", os.defpath)
    # As Ctrl-C does, so that unfinished files are removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(_checked_output(_run(sys.argv[1:])))


def _run(arguments: list[str]) -> int:
    arguments = _common_first(arguments)
    _choose_language(arguments)
    try:
        result: Any = mujaz.main(arguments, prog_name="mujaz", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        from mujaz.cli.messages import tell

        tell("interrupted")
        _print_json_error(arguments, "interrupted")
        return _INTERRUPTED
    except MujazError as error:
        _show(str(error), error.hint)
        _print_json_error(arguments, str(error), error.hint)
        return 1
    except (Exception, SystemExit) as error:
        if os.environ.get("MUJAZ_DEBUG"):
            raise
        message = f"mujaz met an unexpected fault: {type(error).__name__}: {error}"
        _show(message, "please report it; MUJAZ_DEBUG=1 shows where it happened")
        _print_json_error(arguments, message)
        return 1
    return result if isinstance(result, int) else 0


def _print_json_error(arguments: list[str], message: str, hint: str = "") -> None:
    """Print an object with the error if ``--json`` was given and nothing was printed before.

    ``make`` and ``bulletin`` print their report.
    """
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    if "--json" in options and not is_output_used():
        import json

        click.echo(json.dumps({"error": message, "hint": hint}, ensure_ascii=False))


def _checked_output(status: int) -> int:
    """Report results that could not be written, and return the exit status."""
    failure = output_failure()
    if failure is None:
        return status
    _show(
        f"standard output cannot be written: {failure.strerror}",
        "free some space, or send the output elsewhere",
    )
    command = next((word for word in sys.argv[1:] if word in _COMMANDS), "")
    return status if command in _WORK_ELSEWHERE else status or 1


def _show(message: str, hint: str) -> None:
    from mujaz.cli.messages import Level, show_line, translated

    show_line(f"{translated('Error')}: {translated(message)}", Level.ERROR)
    if hint:
        show_line(f"{translated('Hint')}: {translated(hint)}", Level.ERROR)
