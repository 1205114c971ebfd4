"""Station lines: what the anchor says around the stories, from templates in ``mujaz.toml``.

Templates are jinja2 in its sandbox. They may name:

- everywhere: ``show``, ``edition``, ``date``, ``weekday``, ``hijri`` (empty unless set),
  ``hello`` (good morning or good evening), ``count`` (of stories), ``titles``;
- in ``section_line``: ``section``;
- in ``credit``: ``publisher``, ``author``, ``title``, ``section``.

``{date}`` is short for ``{{ date }}``. Text from outside reaches a template as a value, never as a
template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mujaz.arabic.calendar import WEEKDAYS
from mujaz.bulletin.dates import BothForms, gregorian, hijri
from mujaz.domain import Kind, Sentence
from mujaz.errors import ConfigError
from mujaz.settings.values import BulletinConfig, Config
from mujaz.text.script import PAUSE_MS, Reading
from mujaz.text.script_file import spread

_SHORT = re.compile(r"(?<!\{)\{\s*(\w+)\s*\}(?!\})")
_MORNING = range(4, 12)
# Written with enough diacritics for any diacritizer to read them right.
_GOOD_MORNING, _GOOD_EVENING = "صباحُ الخير", "مساءُ الخير"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the lines of one bulletin speak of.

    Attributes:
        day: The bulletin's date.
        moment: When it is made, in the show's time zone; kept through corrections.
        titles: Headlines of its stories.
    """

    day: date
    moment: datetime
    titles: Sequence[str] = ()


class Lines:
    """The station lines of one bulletin.

    Args:
        config: Its ``[show]``, ``[text]`` and ``[bulletin]`` tables.
        occasion: What it is about.
        reading: How text is spoken.
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
            "hello": _GOOD_MORNING if morning else _GOOD_EVENING,
            "count": len(occasion.titles),
            "titles": list(occasion.titles),
        }
        self._written = {**common, "date": today.written, "hijri": islamic.written}
        self._spoken = {**common, "date": today.spoken, "hijri": islamic.spoken}

    def title(self) -> str:
        """The bulletin's title, which is shown and not spoken."""
        return self._rendered("title", self._written) or self._config.show.title

    def disclosure(self) -> str:
        """The line that says that the voice is synthetic; never empty."""
        return self._rendered("disclosure", self._written) or BulletinConfig().disclosure

    def sentences(
        self, name: str, kind: Kind = Kind.STATION, story: int = -1, **values: str
    ) -> list[Sentence]:
        """The sentences of a line, in both forms; none if its template gives nothing.

        Args:
            name: Key of its template under ``[bulletin]``.
            kind: What its sentences are.
            story: The story that they belong to.
            values: What this line may name besides what all may.

        Raises:
            ConfigError: If the template is wrong.
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
            # The date is said in other words than it is written in: times are shared out evenly.
            words = spread(len(spoken.split()), len(text.split()))
        return Sentence(text, spoken, kind, -1, story, PAUSE_MS[kind], words)

    def _rendered(self, name: str, values: Mapping[str, Any]) -> str:
        from jinja2 import StrictUndefined, TemplateError
        from jinja2.sandbox import SandboxedEnvironment

        template = str(getattr(self._config.bulletin, name))
        environment = SandboxedEnvironment(undefined=StrictUndefined)
        try:
            text = environment.from_string(_SHORT.sub(r"{{ \1 }}", template)).render(values)
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise ConfigError(
                f"bulletin.{name} is not a template that can be filled: {error}",
                where=self._where,
                hint="it may name " + ", ".join(sorted(values)),
            ) from error
        return " ".join(text.split())
