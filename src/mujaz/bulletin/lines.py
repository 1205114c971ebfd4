"""Station lines, which the anchor says around the stories, from templates in ``mujaz.toml``.

Templates are jinja2 in its sandbox. They may use:

- everywhere: ``show``, ``edition``, ``date``, ``weekday``, ``hijri`` (empty unless set),
  ``hello`` (good morning or good evening), ``count`` (of stories), ``titles``;
- in ``section_line``: ``section``;
- in ``credit``: ``publisher``, ``author``, ``title``, ``section``.

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
from mujaz.bulletin.dates import BothForms, gregorian, hijri, words
from mujaz.bulletin.templates import render
from mujaz.domain import Kind, Sentence
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
        today = gregorian(occasion.day, config.text.months)
        islamic = (
            hijri(occasion.day, settings.hijri_adjust) if settings.hijri else BothForms("", "")
        )
        morning = occasion.moment.hour in _MORNING
        common = {
            "show": config.show.title,
            "edition": settings.edition,
            "weekday": WEEKDAYS[occasion.day.weekday()],
            "hello": words()["good_morning" if morning else "good_evening"],
            "count": len(occasion.titles),
            "titles": list(occasion.titles),
        }
        self._written = {**common, "date": today.written, "hijri": islamic.written}
        self._spoken = {**common, "date": today.spoken, "hijri": islamic.spoken}

    def title(self) -> str:
        """The bulletin's title, which is shown and not spoken."""
        return self._rendered("title", self._written) or self._config.show.title

    def disclosure(self) -> str:
        """The line that discloses the synthetic voice; never empty."""
        return self._rendered("disclosure", self._written) or BulletinConfig().disclosure

    def sentences(
        self, name: str, kind: Kind = Kind.STATION, story: int = -1, **values: str
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

    def _sentence(self, text: str, speak: str, kind: Kind, story: int) -> Sentence:
        spoken, words = self._reading.read(speak)
        if text != speak:
            # Written and spoken date have different words: word times are distributed evenly.
            words = spread(len(spoken.split()), len(text.split()))
        return Sentence(text, spoken, kind, -1, story, PAUSE_MS[kind], words)

    def _rendered(self, name: str, values: Mapping[str, Any]) -> str:
        template = str(getattr(self._config.bulletin, name))
        return render(template, values, f"bulletin.{name}", self._where)
