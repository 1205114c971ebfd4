"""Plan the station lines of a bulletin anew, after its stories were moved, dropped or restored.

A line that is still as it was planned for the stories before is replaced by what is planned for
those of now: «هذان الخبران» becomes «الخبر» when one of the two is dropped. A line that an editor
changed, wrote or took out stays as the editor left it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from mujaz.bulletin.dates import moment_of
from mujaz.bulletin.history import key_parts
from mujaz.bulletin.lines import Lines, Occasion
from mujaz.bulletin.rundown import teaser
from mujaz.bulletin.station_plan import CLOSING, OPENING, StationPlan, plan_lines
from mujaz.domain import Episode, Kind, Script, Sentence
from mujaz.settings.values import Config, with_edition
from mujaz.text.script import (
    PAUSE_MS,
    STORY_PAUSE_MS,
    Reading,
    headline_sentences,
    with_pauses,
)

# Origin of a sentence that was not there before.
_NEW = -1


@dataclass(frozen=True, slots=True)
class Placed:
    """A sentence of a script that was planned anew.

    Attributes:
        origin: Index of the sentence that it was made from; -1 for a new one.
        announces: Index of the story whose section it announces; -1 for all other sentences.
    """

    sentence: Sentence
    origin: int
    announces: int = -1


@dataclass(frozen=True, slots=True)
class Replanned:
    """A script that was planned anew.

    Attributes:
        title: Title of the bulletin.
        placed: All sentences in order.
        earlier: The plan for the stories before; None if the script is no bulletin.
    """

    title: str
    placed: tuple[Placed, ...]
    earlier: StationPlan | None = None


def replanned(
    before: Script,
    after: Script,
    places: Sequence[int],
    config: Config,
    reading: Reading,
    episode: Episode | None = None,
) -> Replanned:
    """Plan the station lines of a bulletin anew.

    Args:
        before: The bulletin as it was.
        after: It with the stories that are told now, and with the lines of before.
        places: For each story of ``after`` its index in ``before``; -1 if it was not told there.
        config: See :mod:`mujaz.settings.values`; without the settings of an edition.
        reading: The configured way of reading text.
        episode: The bulletin if it is published already.
    """
    planner = _Planner.of(after, config, reading, episode)
    if planner is None:
        kept = tuple(Placed(one, index) for index, one in enumerate(after.sentences))
        return Replanned(after.title, kept)
    # Only the texts of the old plan are compared, so nothing of it is diacritized.
    unread = replace(reading, diacritize=str)
    old = replace(planner, reading=unread).plan(before)
    new = planner.plan(after)
    return Replanned(
        new.title if after.title == old.title else after.title,
        tuple(_Replanning(before, after, places, old, new, planner).placed()),
        old,
    )


@dataclass(frozen=True, slots=True)
class _Planner:
    """Plans the station lines of one bulletin."""

    config: Config
    day: date
    moment: datetime
    reading: Reading

    @classmethod
    def of(
        cls, script: Script, config: Config, reading: Reading, episode: Episode | None
    ) -> _Planner | None:
        """The planner of a script; None if it is no bulletin, or its edition is not configured."""
        parts = key_parts(script.key)
        if parts is None or parts[1] not in ("", *config.bulletin.editions):
            return None
        day, edition = parts
        own = with_edition(config, edition)
        return cls(own, day, moment_of(episode, day, own), reading)

    def plan(self, script: Script) -> StationPlan:
        """Plan the lines for the stories of a script."""
        titles = [story.title for story in script.stories]
        lines = Lines(self.config, Occasion(self.day, self.moment, titles), self.reading)
        return plan_lines(
            script.stories,
            lines,
            self.config.bulletin,
            recordings=any(sentence.sound for sentence in script.sentences),
        )

    def paused(self, sentences: Iterable[Sentence]) -> list[Sentence]:
        """New sentences with the configured pauses."""
        return with_pauses(list(sentences), asdict(self.config.pauses))


class _Replanning:
    """One script that is planned anew."""

    def __init__(
        self,
        before: Script,
        after: Script,
        places: Sequence[int],
        old: StationPlan,
        new: StationPlan,
        planner: _Planner,
    ) -> None:
        self._before, self._after, self._places = before, after, places
        self._old, self._new, self._planner = old, new, planner
        self._sections_before = {s.text for lines in old.sections for s in lines}
        self._said_before = {s.text for s in before.sentences}

    def placed(self) -> Iterable[Placed]:
        """All sentences in their order."""
        everything = [Placed(one, index) for index, one in enumerate(self._after.sentences)]
        told = [index for index, one in enumerate(everything) if one.sentence.story >= 0]
        if not told:
            return everything
        opening, closing = everything[: told[0]], everything[told[-1] + 1 :]
        sections = self._section_lines(everything[: told[-1]])
        out = self._opening([one for one in opening if one.origin not in sections])
        story = -1
        for one in everything[told[0] : told[-1] + 1]:
            if one.origin in sections:
                continue
            if one.sentence.story > story:
                if story >= 0:
                    out = self._with_credit(out, story)
                story = one.sentence.story
                out += self._section(story, sections)
            out.append(one)
        out = self._with_credit(out, story)
        return [*out, *self._renewed(closing, CLOSING)]

    def _section_lines(self, placed: Sequence[Placed]) -> Mapping[int, Placed]:
        """The lines that announce a section as it was planned, by origin."""
        return {
            one.origin: one
            for one in placed
            if one.sentence.kind is Kind.STATION
            and one.sentence.story < 0
            and one.sentence.text in self._sections_before
        }

    def _section(self, story: int, earlier: Mapping[int, Placed]) -> list[Placed]:
        """The lines that announce the section of a story, if it is another than before."""
        lines = self._new.sections[story]
        section = self._after.stories[story].section
        before = [
            text.text
            for index, planned in enumerate(self._old.sections)
            if self._before.stories[index].section == section
            for text in planned
        ]
        if before and not set(before) & self._said_before:
            # An editor wrote it otherwise or took it out.
            return []
        same = [one for one in earlier.values() if one.sentence.text in before]
        made = _replaced(same[:1], self._planner.paused(lines))
        return [replace(one, announces=story) for one in made]

    def _with_credit(self, placed: list[Placed], story: int) -> list[Placed]:
        """Sentences placed so far, with the credit of the last story as it is planned now."""
        own = [one for one in placed if one.sentence.story == story]
        credits = [one for one in own if one.sentence.kind is Kind.CREDIT]
        texts = [one.sentence.text for one in credits]
        place = self._places[story]
        planned = [] if place < 0 else [one.text for one in self._old.credits[place]]
        if texts != planned:
            # An editor wrote it otherwise, took it out, or put one in.
            return placed
        new = self._new.credits[story]
        if texts == [one.text for one in new]:
            return placed
        rest = [one for one in placed if one not in credits]
        made = _replaced(credits, self._planner.paused(new))
        if bool(texts) != bool(made) and rest:
            rest[-1] = self._last(rest[-1], credited=bool(made))
        return [*rest, *made]

    def _last(self, one: Placed, *, credited: bool) -> Placed:
        """The last sentence of a story with the pause before a credit, or between stories."""
        pause = PAUSE_MS[Kind.CREDIT] if credited else STORY_PAUSE_MS
        (sentence,) = self._planner.paused([replace(one.sentence, pause_ms=pause)])
        return replace(one, sentence=sentence)

    def _opening(self, placed: Sequence[Placed]) -> list[Placed]:
        out = self._renewed(placed, OPENING)
        if self._old.headlines_ahead == self._new.headlines_ahead:
            return out
        rest = [one for one in out if one.sentence.kind is not Kind.TEASER]
        if not self._new.headlines_ahead:
            return rest
        # They were read before the only story; now they are read together.
        teasers = [one for one in out if one.sentence.kind is Kind.TEASER]
        behind = len(rest) - len(self._new.named["details_line"])
        return [*rest[:behind], *self._teasers(teasers), *rest[behind:]]

    def _teasers(self, known: Sequence[Placed]) -> Iterable[Placed]:
        """The headline of each story; those that are in the script already are kept."""
        for index, story in enumerate(self._after.stories):
            headline = headline_sentences(story.title, index, self._planner.reading)
            made = self._planner.paused(map(teaser, headline))
            texts = [one.text for one in made]
            same = [one for one in known if one.sentence.text in texts]
            yield from same or (Placed(one, _NEW) for one in made)

    def _renewed(self, placed: Sequence[Placed], keys: Sequence[str]) -> list[Placed]:
        """The lines of the opening or the closing, each key's as it is planned now."""
        out = list(placed)
        behind = 0
        for key in keys:
            old, new = self._old.named[key], self._new.named[key]
            texts = [one.text for one in old]
            at = _find([one.sentence.text for one in out], texts) if old else behind
            if at < 0:
                continue
            if texts != [one.text for one in new]:
                made = _replaced(out[at : at + len(old)], self._planner.paused(new))
                out[at : at + len(old)] = made
            behind = at + len(new)
        return out


def _replaced(old: Sequence[Placed], new: Sequence[Sentence]) -> list[Placed]:
    """New sentences in the place of old ones: voice and pause stay; an equal text stays whole."""
    out = []
    for index, sentence in enumerate(new):
        earlier = old[index] if index < len(old) else None
        if earlier is None:
            out.append(Placed(sentence, _NEW))
        elif earlier.sentence.text == sentence.text:
            out.append(earlier)
        else:
            kept = replace(
                sentence, voice=earlier.sentence.voice, pause_ms=earlier.sentence.pause_ms
            )
            out.append(Placed(kept, earlier.origin))
    return out


def _find(texts: Sequence[str], wanted: Sequence[str]) -> int:
    """Index at which a run of texts begins; -1 if it is not there."""
    count = len(wanted)
    return next((i for i in range(len(texts)) if texts[i : i + count] == wanted), -1)
