"""``mujaz text``: run one stage of text processing by itself."""

from __future__ import annotations

import json
import sys

import click

from mujaz.cli.messages import tell
from mujaz.cli.options import configuration, input_lines, read_input


@click.group()
def text() -> None:
    """Run one stage of text processing by itself.

    \b
    Example:
      mujaz text clean page.html
    """


@text.command()
@click.argument("file", default="-", metavar="[FILE|URL|-]")
@click.option("--keep-all", is_flag=True, help="Take every line for a paragraph.")
@click.option("--explain", is_flag=True, help="Print the page's lines and what becomes of each.")
@click.pass_context
def clean(ctx: click.Context, file: str, keep_all: bool, explain: bool) -> int:
    """Find the article in FILE (text, HTML, or an address) and print it as JSON.

    \b
    Example:
      mujaz text clean saved-page.txt
      mujaz text clean --explain https://news.example/article
    """
    from mujaz.ingest import read_source
    from mujaz.pipeline.read import fetcher_for, page_rules
    from mujaz.text.cleaning.article import clean as clean_page
    from mujaz.text.cleaning.explain import explain as explain_page

    config = configuration(ctx)
    with fetcher_for(file, config) as fetcher:
        page = read_source(file, fetcher, page_rules(config))
    if page.warning:
        tell(page.warning)
    if explain:
        _write([f"{one.fate or '?'}\t{one.line}" for one in explain_page(page)])
        return 0
    article = clean_page(page, keep_all=keep_all)
    data = {
        "title": article.title,
        "date": article.day.isoformat() if article.day else None,
        "time": article.time,
        "author": article.author,
        "paragraphs": list(article.paragraphs),
        "dropped": [{"line": d.line, "reason": d.reason} for d in article.dropped],
    }
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    return 0


@text.command()
@click.option("--marks", is_flag=True, help="Vocalise the words for figures and signs.")
@click.pass_context
def normalize(ctx: click.Context, marks: bool) -> int:
    """Print each line of standard input as it would be spoken, without added diacritics.

    \b
    Example:
      echo "ارتفع السعر 3.5%" | mujaz text normalize
    """
    from mujaz.text.normalize.line import normalize_line

    months = configuration(ctx).text.months
    _write([normalize_line(line, months, marks=marks) for line in input_lines()])
    return 0


@text.command()
@click.argument("file", default="-")
@click.option("--max-chars", type=click.IntRange(min=1), metavar="N", help="One clause a line.")
def split(file: str, max_chars: int | None) -> int:
    """Print one sentence a line; the text is not cleaned first.

    \b
    Example:
      mujaz text split article.txt --max-chars 166
    """
    from mujaz.arabic.clauses import split_clauses
    from mujaz.text.sentences import split_sentences

    sentences = split_sentences(read_input(file))
    if max_chars is not None:
        sentences = [piece for one in sentences for piece in split_clauses(one, max_chars)]
    _write(sentences)
    return 0


@text.command()
@click.option("--diacritizer", metavar="NAME", help="One that `mujaz doctor` lists.")
@click.option("--pausal", is_flag=True, help="Pausal forms before stops and at line ends.")
@click.pass_context
def diacritize(ctx: click.Context, diacritizer: str | None, pausal: bool) -> int:
    """Print each line of standard input with diacritics.

    \b
    Example:
      echo "ذهب الولد إلى المدرسة" | mujaz text diacritize --pausal
    """
    from mujaz.arabic.pausal import pausal_line
    from mujaz.diacritizers import guard_for

    config = configuration(ctx)
    guard = guard_for(config, diacritizer or "")
    lines = [guard.line(line) for line in input_lines()]
    if pausal:
        at_commas = config.text.pausal == "commas"
        lines = [pausal_line(line, at_commas=at_commas) for line in lines]
    _write(lines)
    return 0


@text.command()
def phonemes() -> int:
    """Print each line of standard input, vocalised Arabic, as the embedded voice's phonemes.

    Pausal forms are used before . ! ? ؟ ؛ : and …. At the end of a line without one of these, the
    last word keeps its ending.

    \b
    Example:
      echo "عَادَ الرَّئِيسُ إِلَى العَاصِمَةِ." | mujaz text phonemes
    """
    from mujaz.plugins import load_engine
    from mujaz.voices.catalog import load_voice, own_folder
    from mujaz.voices.defaults import EMBEDDED_VOICE

    engine = load_engine(load_voice(own_folder() / f"{EMBEDDED_VOICE}.toml").engine)
    _write([engine.phonemes(line) for line in input_lines()])
    return 0


def _write(lines: list[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()
