"""Construction of scripts from articles: sentences as written and as spoken, with pauses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mujaz.arabic.calendar import written_date
from mujaz.arabic.letters import has_arabic
from mujaz.arabic.pausal import pausal_line
from mujaz.domain import Article, Kind, Script, Sentence, Story
from mujaz.errors import DiacritizationError
from mujaz.text.normalize.line import normalize
from mujaz.text.sentences import split_sentences
from mujaz.text.unicode import normalize_unicode

_log = logging.getLogger(__name__)

PAUSE_MS: dict[Kind, int] = {
    Kind.STATION: 700,
    Kind.HEADLINE: 800,
    Kind.DATELINE: 700,
    Kind.BODY: 350,
    Kind.TEASER: 600,
    Kind.CREDIT: 350,
    Kind.SOUND: 650,
}
# Pause after a sentence by its last character, if it is not a full stop.
_PAUSE_AFTER_MS = dict.fromkeys("؟?!", 450)
_CLOSING = "\"'»”’)]"
_PARAGRAPH_PAUSE_MS = 650
STORY_PAUSE_MS = 1200


@dataclass(frozen=True, slots=True)
class Reading:
    """Settings for turning written text into spoken text.

    Attributes:
        diacritize: Function that adds marks to a normalized line.
        months: Region of month names in dates written by mujaz.
        pausal: Whether words before a pause take their pausal forms.
        at_commas: Whether there is a pause at commas too.
        marks: Whether the words for figures and signs carry marks before ``diacritize``.
        on_sentence: Called with each sentence of a story when it is read, and before the first
            with the station lines of :func:`opening_lines`.
    """

    diacritize: Callable[[str], str]
    months: str = "both"
    pausal: bool = True
    at_commas: bool = False
    marks: bool = True
    on_sentence: Callable[[Sentence], None] = lambda sentence: None

    def spoken(self, text: str) -> str:
        """Return the spoken form of a written sentence."""
        return self.read(text)[0]

    def read(self, text: str) -> tuple[str, tuple[int, ...]]:
        """Return the spoken form, and for each of its words the index of the written word."""
        return self._read(text, self.diacritize)

    def read_in_any_case(self, text: str) -> tuple[str, tuple[int, ...]]:
        """Like :meth:`read`, but without added marks if the diacritizer fails.

        For what belongs to no story: a fault there would cost all of them.
        """
        try:
            return self.read(text)
        except DiacritizationError as error:
            _log.warning("read without added marks: %s: %s", text, error)
            return self._read(text, lambda line: line)

    def word_map(self, text: str) -> tuple[int, ...]:
        """Return the second result of :meth:`read` without diacritizing, which takes far longer."""
        written = normalize_unicode(text)
        return normalize(written, self.months).word_map(written)

    def _read(self, text: str, diacritize: Callable[[str], str]) -> tuple[str, tuple[int, ...]]:
        written = normalize_unicode(text)
        normalized = normalize(written, self.months)
        marked = diacritize(normalized.marked if self.marks else normalized.text)
        if self.pausal:
            marked = pausal_line(marked, at_commas=self.at_commas)
        return marked, normalized.word_map(written)


def build_script(
    articles: Sequence[Article],
    reading: Reading,
    *,
    disclosure: str,
    title: str = "",
    day: date | None = None,
) -> Script:
    """Make the script of an episode of articles.

    Args:
        articles: The articles; at least one.
        reading: Settings for the spoken text.
        disclosure: Station line that says that the voice is synthetic.
        title: Title of the episode; by default the first headline.
        day: Date of the episode; by default the first article's.
    """
    stories = [
        (article, story_sentences(article, index, reading, day if index == 0 else None))
        for index, article in enumerate(articles)
    ]
    return script_of(stories, reading, disclosure=disclosure, title=title, day=day)


def script_of(
    stories: Sequence[tuple[Article, Sequence[Sentence]]],
    reading: Reading,
    *,
    disclosure: str,
    about_recordings: str = "",
    title: str = "",
    day: date | None = None,
) -> Script:
    """Put together the script of an episode.

    Args:
        stories: Each article with its :func:`story_sentences`; at least one.
        reading: Settings for the spoken text.
        disclosure: Station line that says that the voice is synthetic.
        about_recordings: Station line that follows it if there are recordings.
        title: Title of the episode; by default the first headline.
        day: Date of the episode; by default the first article's.
    """
    articles = [article for article, _ in stories]
    sentences = opening_lines(articles, reading, disclosure, about_recordings)
    for _, spoken in stories:
        sentences.extend(spoken)
    first = stories[0][0]
    kept = tuple(
        Story(
            article.title,
            article.url,
            article.source,
            article.author,
            article.day,
            publisher=article.publisher,
        )
        for article, _ in stories
    )
    return Script(title or first.title, kept, tuple(sentences), day or first.day)


def opening_lines(
    articles: Sequence[Article], reading: Reading, disclosure: str, about_recordings: str = ""
) -> list[Sentence]:
    """Make the station lines that an episode begins with; see :func:`script_of`."""
    lines = [_station(disclosure, reading)]
    if about_recordings and any(article.quotes for article in articles):
        lines.append(_station(about_recordings, reading))
    return lines


def _station(text: str, reading: Reading) -> Sentence:
    spoken = reading.read_in_any_case(text)[0]
    return Sentence(text, spoken, Kind.STATION, pause_ms=PAUSE_MS[Kind.STATION])


def story_sentences(
    article: Article,
    index: int,
    reading: Reading,
    day: date | None = None,
    *,
    dateline: bool = True,
) -> list[Sentence]:
    """Make the sentences of one story: headline, dateline, body.

    Args:
        article: The cleaned article.
        index: Index of the story in the episode.
        reading: Settings for the spoken text.
        day: Date of the story; by default the article's.
        dateline: Whether the date is read aloud.
    """
    out = headline_sentences(article.title, index, reading)
    day = day or article.day
    if day is not None and dateline:
        written = written_date(day, reading.months)
        spoken, words = reading.read(_stopped(written))
        pause = PAUSE_MS[Kind.DATELINE]
        out.append(Sentence(written, spoken, Kind.DATELINE, -1, index, pause, words))
        reading.on_sentence(out[-1])
    for number, paragraph in enumerate(article.paragraphs):
        pieces = _pieces(paragraph)
        for place, text in enumerate(pieces):
            last = place == len(pieces) - 1
            pause = _PARAGRAPH_PAUSE_MS if last else _pause_within(text)
            spoken, words = reading.read(text)
            out.append(Sentence(text, spoken, Kind.BODY, number, index, pause, words))
            reading.on_sentence(out[-1])
    for place, quote in enumerate(article.quotes, len(article.paragraphs)):
        pause = PAUSE_MS[Kind.SOUND]
        out.append(
            Sentence(quote.text, quote.text, Kind.SOUND, place, index, pause, sound=quote.sound)
        )
    if out:
        out[-1] = replace(out[-1], pause_ms=STORY_PAUSE_MS)
    return out


def headline_sentences(title: str, index: int, reading: Reading) -> list[Sentence]:
    """Make the sentences of a headline; ``index`` is that of its story."""
    out: list[Sentence] = []
    for text in _pieces(title):
        spoken, words = reading.read(_stopped(text))
        pause = PAUSE_MS[Kind.HEADLINE]
        out.append(Sentence(text, spoken, Kind.HEADLINE, -1, index, pause, words))
        reading.on_sentence(out[-1])
    return out


def with_pauses(sentences: Sequence[Sentence], pauses: Mapping[str, int]) -> list[Sentence]:
    """Replace the default pauses of sentences that were made here.

    Args:
        sentences: Sentences with default pauses.
        pauses: Milliseconds by kind of sentence, and for ``paragraph`` and ``story``.
    """
    return [replace(sentence, pause_ms=_pause(sentence, pauses)) for sentence in sentences]


def _pause(sentence: Sentence, pauses: Mapping[str, int]) -> int:
    if sentence.pause_ms == STORY_PAUSE_MS:
        return pauses["story"]
    if sentence.kind is Kind.BODY and sentence.pause_ms == _PARAGRAPH_PAUSE_MS:
        return pauses["paragraph"]
    return pauses[sentence.kind.value] + sentence.pause_ms - PAUSE_MS[sentence.kind]


def written_sentences(article: Article) -> list[str]:
    """Return the written sentences of a story, headline first, as :func:`story_sentences` does."""
    texts = [article.title, *article.paragraphs]
    return [piece for text in texts for piece in _pieces(text)]


def headline_pieces(title: str) -> list[str]:
    """Return the sentences that a headline is read in."""
    return _pieces(title)


def _pause_within(text: str) -> int:
    """Return the pause in ms after a sentence that is not the last of its paragraph."""
    return _PAUSE_AFTER_MS.get(text.rstrip(_CLOSING)[-1:], PAUSE_MS[Kind.BODY])


def _pieces(text: str) -> list[str]:
    """Split a text into sentences; join a piece without letters and digits to the one before."""
    out: list[str] = []
    for piece in split_sentences(text):
        if out and not has_arabic(piece) and not any(char.isalnum() for char in piece):
            out[-1] = f"{out[-1]} {piece}"
        else:
            out.append(piece)
    return out


def _stopped(text: str) -> str:
    """Add a full stop to a headline without one, for the right intonation."""
    return text if text[-1:] in ".!?؟…" else text + "."
