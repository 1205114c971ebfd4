"""Articles become a script: sentences in order, in both forms, with their pauses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from mujaz.arabic.calendar import written_date
from mujaz.arabic.letters import has_arabic
from mujaz.arabic.pausal import pausal_line
from mujaz.domain import Article, Kind, Script, Sentence, Story
from mujaz.text.dates import spoken_date
from mujaz.text.normalize.line import normalize_line
from mujaz.text.sentences import split_sentences

_PAUSE_MS = {Kind.STATION: 700, Kind.HEADLINE: 800, Kind.DATELINE: 700, Kind.BODY: 350}
_PARAGRAPH_PAUSE_MS = 650
_STORY_PAUSE_MS = 1200


@dataclass(frozen=True, slots=True)
class Reading:
    """How written text is turned into spoken text.

    Attributes:
        diacritize: A normalized line -> the same with marks.
        months: Region of month names in dates that mujaz itself writes.
        pausal: Whether words before a pause lose their endings.
    """

    diacritize: Callable[[str], str]
    months: str = "both"
    pausal: bool = True

    def spoken(self, text: str) -> str:
        """The spoken form of a written sentence."""
        marked = self.diacritize(normalize_line(text))
        return pausal_line(marked) if self.pausal else marked


def build_script(
    articles: Sequence[Article],
    reading: Reading,
    *,
    disclosure: str,
    title: str = "",
    day: date | None = None,
) -> Script:
    """The script of an episode.

    Args:
        articles: At least one.
        reading: How text is spoken.
        disclosure: The station line that says that the voice is synthetic.
        title: Of the episode; the first headline without one.
        day: Date of the episode; the first article's without one.
    """
    sentences = [_station(disclosure, reading)]
    for index, article in enumerate(articles):
        sentences.extend(_story(article, index, reading, day if index == 0 else None))
    stories = tuple(
        Story(article.title, article.url, article.source, article.author, article.day)
        for article in articles
    )
    return Script(title or articles[0].title, stories, tuple(sentences), day or articles[0].day)


def _station(text: str, reading: Reading) -> Sentence:
    return Sentence(text, reading.spoken(text), Kind.STATION, pause_ms=_PAUSE_MS[Kind.STATION])


def _story(article: Article, index: int, reading: Reading, day: date | None) -> list[Sentence]:
    out: list[Sentence] = []
    for text in _pieces(article.title):
        spoken = reading.spoken(_stopped(text))
        out.append(Sentence(text, spoken, Kind.HEADLINE, -1, index, _PAUSE_MS[Kind.HEADLINE]))
    day = day or article.day
    if day is not None:
        spoken = reading.diacritize(spoken_date(day, reading.months)) + "."
        spoken = pausal_line(spoken) if reading.pausal else spoken
        written = written_date(day, reading.months)
        out.append(Sentence(written, spoken, Kind.DATELINE, -1, index, _PAUSE_MS[Kind.DATELINE]))
    for number, paragraph in enumerate(article.paragraphs):
        pieces = _pieces(paragraph)
        for place, text in enumerate(pieces):
            last = place == len(pieces) - 1
            pause = _PARAGRAPH_PAUSE_MS if last else _PAUSE_MS[Kind.BODY]
            out.append(Sentence(text, reading.spoken(text), Kind.BODY, number, index, pause))
    if out:
        last_one = out[-1]
        out[-1] = Sentence(
            last_one.text,
            last_one.spoken,
            last_one.kind,
            last_one.paragraph,
            index,
            _STORY_PAUSE_MS,
        )
    return out


def _pieces(text: str) -> list[str]:
    """Sentences of a text; a piece without a letter or digit joins the one before it."""
    out: list[str] = []
    for piece in split_sentences(text):
        if out and not has_arabic(piece) and not any(char.isalnum() for char in piece):
            out[-1] = f"{out[-1]} {piece}"
        else:
            out.append(piece)
    return out


def _stopped(text: str) -> str:
    """A headline with the full stop that its intonation needs."""
    return text if text[-1:] in ".!?؟…" else text + "."
