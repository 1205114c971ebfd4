"""Station lines, which the anchor says around the stories, from templates in ``mujaz.toml``.

Templates are jinja2 in its sandbox. They may use:

- everywhere but in ``recording_line``: ``show``, ``edition``, ``edition_name`` (the edition if it
  is in Arabic), ``date``, ``weekday``, ``hijri`` (empty unless set), ``hello`` (good morning or
  good evening), ``count`` (of stories), ``titles``;
- there also ``stories``, their number in words («ثلاثة أخبار»);
- in ``date``: ``weekday``, ``day``, ``month``, ``year``;
- in ``section_line``: ``section``, ``the_section`` (with the article), ``sections`` (how many),
  ``turn`` (its number, from 0);
- in ``credit``: ``publisher``, ``author``, ``title``, ``section``, ``run`` (how many stories it is
  for), ``turn`` (its number, from 0);
- in ``recording_line``: ``by`` (who is heard; may be empty) and ``show``, nothing else;
- in ``correction_line``: ``sentences`` (all that was corrected), ``corrections`` (a list).

``{date}`` is short for ``{{ date }}``. Text from outside is passed as a value, never as a template.
Each line is rendered twice: once with the date in figures (written), once with the date in words
and with all endings (spoken).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mujaz.arabic.calendar import WEEKDAYS
from mujaz.arabic.letters import has_arabic
from mujaz.arabic.marks import strip_marks
from mujaz.bulletin.dates import BothForms, gregorian_parts, hijri, said_once, words
from mujaz.domain import Kind, Sentence
from mujaz.pipeline.recording_lines import with_announced_recordings
from mujaz.pipeline.templates import render
from mujaz.settings.values import BulletinConfig, Config
from mujaz.text.script import PAUSE_MS, Reading
from mujaz.text.script_file import spread

_MORNING = range(4, 12)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Values that the lines of one bulletin may use.

    Attributes:
        day: The bulletin's date.
        moment: Time that it refers to, in the show's time zone; kept through corrections.
        titles: Headlines of its stories.
    """

    day: date
    moment: datetime
    titles: Sequence[str] = ()


class Lines:
    """The station lines of one bulletin.

    Args:
        config: Its ``[show]``, ``[text]`` and ``[bulletin]`` tables.
        occasion: Its date and headlines.
        reading: The configured way of reading text.
    """

    def __init__(self, config: Config, occasion: Occasion, reading: Reading) -> None:
        self._config = config
        self._reading = reading
        self._where = str(config.path or "the configuration")
        settings = config.bulletin
        parts = gregorian_parts(occasion.day, config.text.months)
        islamic = (
            hijri(occasion.day, settings.hijri_adjust) if settings.hijri else BothForms("", "")
        )
        edition = settings.label or settings.edition
        morning = occasion.moment.hour in _MORNING
        common = {
            "show": config.show.title,
            "edition": edition,
            # The key of an edition is no name for listeners, its label is.
            "edition_name": edition if has_arabic(edition) else "",
            "weekday": WEEKDAYS[occasion.day.weekday()],
            "hello": words()["good_morning" if morning else "good_evening"],
            "count": len(occasion.titles),
            "titles": list(occasion.titles),
            "stories": stories_in_words(len(occasion.titles)),
        }
        written = {name: part.written for name, part in parts.items()}
        spoken = {name: part.spoken for name, part in parts.items()}
        # Templates other than ``date`` may name the weekday, in its written form.
        self._written = {
            **common,
            "date": self._rendered("date", written),
            "hijri": islamic.written,
        }
        self._spoken = {
            **common,
            "date": said_once(self._rendered("date", spoken)),
            "hijri": islamic.spoken,
        }

    def title(self) -> str:
        """The bulletin's title, which is shown and not spoken."""
        return self._rendered("title", self._written) or self._config.show.title

    def disclosure(self) -> str:
        """The line that discloses the synthetic voice; never empty."""
        return self._rendered("disclosure", self._written) or BulletinConfig().disclosure

    def sentences(
        self, name: str, kind: Kind = Kind.STATION, story: int = -1, **values: object
    ) -> list[Sentence]:
        """Render a line as sentences, written and spoken; none if the template gives nothing.

        Args:
            name: Key of its template under ``[bulletin]``.
            kind: Kind of its sentences.
            story: Index of the story that they belong to.
            values: Values that only this line may use.

        Raises:
            ConfigError: If the template is wrong or has no end.
        """
        from mujaz.text.sentences import split_sentences

        written = self._rendered(name, {**self._written, **values})
        spoken = self._rendered(name, {**self._spoken, **values})
        if name == "disclosure" and not written:
            written = spoken = self.disclosure()
        shown, said = split_sentences(written), split_sentences(spoken)
        if len(shown) != len(said):
            shown, said = [written], [spoken]
        return [
            self._sentence(text, speak, kind, story)
            for text, speak in zip(shown, said, strict=True)
            if text.strip()
        ]

    def announced(self, sentences: Sequence[Sentence]) -> list[Sentence]:
        """The sentences of a story, each recording behind the line that announces it."""
        return with_announced_recordings(sentences, self._config, self._reading)

    def _sentence(self, text: str, speak: str, kind: Kind, story: int) -> Sentence:
        spoken, words = self._reading.read_in_any_case(speak)
        if text != speak:
            # Written and spoken date have different words: word times are distributed evenly.
            words = spread(len(spoken.split()), len(text.split()))
        return Sentence(text, spoken, kind, -1, story, PAUSE_MS[kind], words)

    def _rendered(self, name: str, values: Mapping[str, Any]) -> str:
        template = str(getattr(self._config.bulletin, name))
        return render(template, values, f"bulletin.{name}", self._where)


def stories_in_words(count: int) -> str:
    """A number of stories as it is said: «خبران», «ثلاثة أخبار»."""
    from mujaz.text.normalize.endings import Case
    from mujaz.text.normalize.numbers import Form, Gender, cardinal

    texts = words()
    if count in (1, 2):
        return texts["story_one" if count == 1 else "story_two"]
    rest = count % 100
    key = "story_few" if 3 <= rest <= 10 else "story_many" if rest > 10 else "story_hundreds"
    # Without the endings of a number that stands alone: the noun follows it.
    number = strip_marks(cardinal(count, Form(Gender.MASCULINE, Case.NOMINATIVE)))
    return texts[key].replace("{n}", number)
