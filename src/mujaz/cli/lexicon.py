"""``mujaz lexicon``: the newsroom's pronunciations."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from mujaz.cli.messages import tell
from mujaz.cli.options import configuration

_REASONS = {
    "latin": "not in Arabic letters",
    "unknown": "not in the dictionary",
    "disagree": "the models disagree",
}


@click.group()
def lexicon() -> None:
    """Manage words and their pronunciations.

    \b
    Example:
      mujaz lexicon check article.txt
      mujaz lexicon add دباس دَبَّاس
    """


@lexicon.command()
@click.argument("word")
@click.argument("spoken")
@click.option(
    "--class",
    "kind",
    type=click.Choice(["noun", "adjective", "name", "particle", "verb"]),
    default="noun",
    show_default=True,
    help="Which prefixes and suffixes it takes.",
)
@click.pass_context
def add(ctx: click.Context, word: str, spoken: str, kind: str) -> int:
    """Add WORD to the newsroom's lexicon, or change it there.

    SPOKEN is the word with its marks; without a mark on the last letter, the case ending is chosen
    by the sentence. SPOKEN in other letters is a respelling: the voice gets it, readers do not.

    \b
    Example:
      mujaz lexicon add دباس دَبَّاس
      mujaz lexicon add فيسبوك فَيسبُوك
    """
    from mujaz.arabic.lexicon_file import checked, store
    from mujaz.arabic.marks import strip_marks
    from mujaz.diacritizers import lexicon_path

    bare = strip_marks(word)
    respelled = strip_marks(" ".join(spoken.split())) != " ".join(bare.split())
    marks = (bare, spoken) if respelled else (spoken, "")
    entry = checked(bare, marks[0], marks[1], kind, where=word)
    path = lexicon_path(configuration(ctx))
    click.echo(store(path, entry))
    tell(f"written to {path}")
    return 0


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
@click.argument("source", default="-")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@click.pass_context
def check(ctx: click.Context, source: str, as_json: bool) -> int:
    """List the words of SOURCE whose pronunciation is in doubt, most doubtful first.

    \b
    Example:
      mujaz lexicon check article.txt
    """
    from dataclasses import asdict

    from mujaz.diacritizers import lexicon_for
    from mujaz.diacritizers.doubts import DoubtFinder

    config = configuration(ctx)
    sentences = list(_sentences(source, config.text.months))
    doubts = DoubtFinder(lexicon_for(config)).find(sentences)
    if as_json:
        click.echo(json.dumps([asdict(doubt) for doubt in doubts], ensure_ascii=False, indent=1))
        return 0
    for doubt in doubts:
        readings = " / ".join(doubt.readings) or "-"
        click.echo(
            f"{doubt.word}\t{doubt.doubt:.2f}\t{_REASONS[doubt.reason]}\t{readings}"
            f"\t{doubt.context}\t{doubt.count}"
        )
    if not doubts:
        tell("no doubtful words")
    return 0


def _sentences(source: str, months: str) -> Iterator[str]:
    """The normalized sentences of an article."""
    from mujaz.ingest import read_source
    from mujaz.text.cleaning.article import clean
    from mujaz.text.normalize.line import normalize_line
    from mujaz.text.sentences import split_sentences
    from mujaz.text.unicode import normalize_unicode

    article = clean(read_source(source))
    for paragraph in (article.title, *article.paragraphs):
        for sentence in split_sentences(normalize_unicode(paragraph)):
            yield normalize_line(sentence, months)
