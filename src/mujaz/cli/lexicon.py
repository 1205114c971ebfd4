"""``mujaz lexicon``: the newsroom's pronunciations."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from mujaz.cli.messages import tell, translated
from mujaz.cli.options import configuration
from mujaz.errors import ConfigError

if TYPE_CHECKING:
    from mujaz.arabic.lexicon_file import Entry
    from mujaz.diacritizers.doubts import Doubt, Line
    from mujaz.settings.values import Config

_REASONS = {
    "latin": "not in Arabic letters",
    "unread": "not read aloud",
    "spelling": "read in another spelling",
    "unknown": "not in the dictionary",
    "disagree": "the models disagree",
}


@click.group()
def lexicon() -> None:
    """Manage words and their pronunciations.

    \b
    Example:
      mujaz lexicon check article.txt
      mujaz lexicon add دباس دَبّاس
      mujaz lexicon say دباس
    """


@lexicon.command()
@click.argument("word")
@click.argument("spoken")
@click.option(
    "--class",
    "kind",
    type=click.Choice(["noun", "adjective", "name", "foreign", "particle", "verb"]),
    default="noun",
    show_default=True,
    help="Which prefixes and suffixes it takes.",
)
@click.pass_context
def add(ctx: click.Context, word: str, spoken: str, kind: str) -> int:
    """Add WORD to the newsroom's lexicon, or change it there.

    SPOKEN is the word with its marks; those that are left out are filled in by rule, and what is
    written is shown. The last letter stays bare: the sentence chooses the case ending. A number
    chooses a reading that `mujaz lexicon check` offered. SPOKEN in other letters is a respelling:
    the voice gets it, readers do not.

    \b
    Example:
      mujaz lexicon add رلى رُلى
      mujaz lexicon add كيليتشدار 2
      mujaz lexicon add فيسبوك فَايسبُوك
    """
    from mujaz.arabic.lexicon_file import store
    from mujaz.diacritizers import lexicon_path

    config = configuration(ctx)
    entry = _entry(word, spoken, kind, config)
    path = lexicon_path(config)
    click.echo(store(path, entry))
    tell(f"written to {path}")
    return 0


def _entry(word: str, spoken: str, kind: str, config: Config) -> Entry:
    """Make an entry of what the user gave.

    Raises:
        ConfigError: If the form is no form of the word, or the number is of no reading.
    """
    from mujaz.arabic.completion import complete
    from mujaz.arabic.lexicon_file import checked
    from mujaz.arabic.marks import strip_marks

    bare = " ".join(strip_marks(word).split())
    number = spoken.strip()
    if number.isdecimal():
        spoken = _chosen(bare, int(number), config)
    filled = complete(bare, spoken)
    respelled = strip_marks(filled) != bare
    return checked(bare, *((bare, filled) if respelled else (filled, "")), kind, where=word)


def _chosen(word: str, number: int, config: Config) -> str:
    """Return the reading of a number that the last check offered, without its case ending.

    Raises:
        ConfigError: If there is no such reading.
    """
    from mujaz.arabic.completion import without_case
    from mujaz.pipeline.checking import offered

    readings = offered(word, config)
    if not 1 <= number <= len(readings):
        count = len(readings)
        raise ConfigError(
            f"{number} is none of the {count} readings offered for {word!r}",
            where=word,
            hint="run `mujaz lexicon check` on the text again, or write the word with its marks",
        )
    return without_case(readings[number - 1])


@lexicon.command()
@click.argument("word")
@click.pass_context
def remove(ctx: click.Context, word: str) -> int:
    """Remove WORD from the newsroom's lexicon; what mujaz itself knows of it counts again.

    \b
    Example:
      mujaz lexicon remove رلى
    """
    from mujaz.arabic.lexicon_file import remove as remove_rows
    from mujaz.diacritizers import lexicon_path

    path = lexicon_path(configuration(ctx))
    removed = remove_rows(path, word)
    if not removed:
        raise ConfigError(
            f"{word!r} is not in the newsroom's lexicon",
            where=str(path),
            hint="`mujaz lexicon list` shows its words",
        )
    for row in removed:
        click.echo(row)
    tell(f"removed from {path}")
    return 0


@lexicon.command()
@click.argument("word")
@click.option("--voice", default="", metavar="NAME", help="Voice; see `mujaz voices list`.")
@click.option(
    "-o",
    "--output",
    default="word.wav",
    show_default=True,
    metavar="FILE",
    help="FILE.wav or FILE.mp3; - for stdout.",
)
@click.pass_context
def say(ctx: click.Context, word: str, voice: str, output: str) -> int:
    """Speak WORD in a sentence, as the lexicon and the diacritizer read it there.

    \b
    Example:
      mujaz lexicon say رلى -o word.mp3
    """
    from mujaz.cli.samples import sample
    from mujaz.cli.say import speak_to

    sentence = sample("carrier").replace("{word}", word)
    return speak_to(output, sentence, configuration(ctx), voice)


@lexicon.command(name="list")
@click.option("--all", "everything", is_flag=True, help="The shipped words too.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@click.pass_context
def list_(ctx: click.Context, everything: bool, as_json: bool) -> int:
    """List the newsroom's words.

    \b
    Example:
      mujaz lexicon list --all
    """
    from mujaz.arabic.lexicon_file import HEADER, row_of, shipped
    from mujaz.diacritizers import lexicon_for

    theirs = lexicon_for(configuration(ctx)).entries.values()
    original = set(shipped())
    rows = [entry for entry in theirs if everything or entry not in original]
    if as_json:
        cells = [row_of(entry).split("\t") for entry in rows]
        objects = [dict(zip(HEADER, row, strict=True)) for row in cells]
        click.echo(json.dumps(objects, ensure_ascii=False, indent=1))
        return 0
    for entry in rows:
        click.echo(row_of(entry))
    if not rows:
        tell(f"no words of your own yet; --all shows the {len(original)} that mujaz knows")
    return 0


@lexicon.command()
@click.argument("sources", nargs=-1, metavar="SOURCE...")
@click.option("--bulletin", "of_bulletin", is_flag=True, help="The configured bulletin of today.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@click.pass_context
def check(ctx: click.Context, sources: tuple[str, ...], of_bulletin: bool, as_json: bool) -> int:
    """List the words whose pronunciation is in doubt, with the readings that were weighed.

    SOURCE is a text, a folder of texts, a script, an address, or - for standard input. The first
    words are those where most is to be gained: the doubt times the number of occurrences.

    \b
    Example:
      mujaz lexicon check article.txt stories/
      mujaz lexicon check --bulletin
    """
    from mujaz.diacritizers import guard_for
    from mujaz.diacritizers.doubts import DoubtFinder
    from mujaz.pipeline.checking import remember_offers

    config = configuration(ctx)
    finder = DoubtFinder(guard_for(config))
    doubts = finder.find(_lines(sources, config, of_bulletin=of_bulletin))
    remember_offers(doubts, config)
    if as_json:
        click.echo(json.dumps([_fields(doubt) for doubt in doubts], ensure_ascii=False, indent=1))
        return 0
    for doubt in doubts:
        click.echo(_row(doubt))
    tell(
        "choose a reading by its number: mujaz lexicon add WORD NUMBER"
        if any(doubt.readings for doubt in doubts)
        else "no doubtful words"
    )
    return 0


def _lines(sources: Sequence[str], config: Config, *, of_bulletin: bool) -> Iterator[Line]:
    """Yield the sentences of the sources, of the bulletin, or of standard input.

    Raises:
        UsageError: If there is no source and standard input is a terminal.
    """
    from mujaz.pipeline.checking import lines_of, lines_of_script

    if not sources and not of_bulletin and sys.stdin is not None and sys.stdin.isatty():
        raise click.UsageError("name a text, a folder or a script, or give --bulletin")
    if of_bulletin:
        from mujaz.bulletin import plan_bulletin

        plan = plan_bulletin(config, config.home / "output")
        if plan.script is not None:
            yield from lines_of_script(plan.script, config, "bulletin")
    yield from lines_of(sources or (() if of_bulletin else ("-",)), config)


def _fields(doubt: Doubt) -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(doubt), "weight": round(doubt.weight, 3)}


def _row(doubt: Doubt) -> str:
    readings = " / ".join(f"{n} {form}" for n, form in enumerate(doubt.readings, 1)) or "-"
    return "\t".join(
        (
            doubt.word,
            f"{doubt.doubt:.2f}",
            translated(_REASONS[doubt.reason]),
            doubt.used or "-",
            readings,
            doubt.context,
            str(doubt.count),
            doubt.source,
        )
    )
