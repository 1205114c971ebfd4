"""Compare a script with the published episode that it corrects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from mujaz.domain import Episode, Kind, Script, Sentence

Heard = tuple[str, str, str]
# Share of its words that a sentence keeps when it is changed, and not another one.
_ALIKE = 0.5
_NEWS = (Kind.HEADLINE, Kind.BODY, Kind.SOUND)


class ChangeKind(StrEnum):
    """The kind of a change: a new sentence, one that is gone, or another pronunciation."""

    NEW = "new"
    GONE = "gone"
    SAID = "said otherwise"


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence by which a script differs from the published episode."""

    kind: ChangeKind
    text: str


def script_sentences(episode: Episode) -> list[Sentence]:
    """All sentences of an episode's script in order, those that could not be spoken included."""
    sentences = [cue.sentence for cue in episode.cues]
    for entry in sorted(episode.unspoken, key=lambda entry: entry.index):
        sentences.insert(entry.index, entry.sentence)
    return sentences


def changes(episode: Episode, script: Script) -> tuple[Change, ...]:
    """List the sentences that changed, in the order of the script; those that are gone last."""
    before = script_sentences(episode)
    known = Counter(sentence.text for sentence in before)
    said = {heard(sentence) for sentence in before}
    found: dict[tuple[ChangeKind, str], None] = {}
    for sentence in script.sentences:
        if known[sentence.text] <= 0:
            found[ChangeKind.NEW, sentence.text] = None
        elif heard(sentence) not in said:
            found[ChangeKind.SAID, sentence.text] = None
    now = {sentence.text for sentence in script.sentences}
    for sentence in before:
        if sentence.text not in now:
            found[ChangeKind.GONE, sentence.text] = None
    return tuple(Change(kind, text) for kind, text in found)


def rewritten(found: Sequence[Change]) -> dict[str, str]:
    """The new sentences that stand in the place of one that is gone, each with that one.

    A changed figure makes one sentence new and another one gone; these share most of their words.
    """
    gone = [change.text for change in found if change.kind is ChangeKind.GONE]
    pairs = {}
    for change in found:
        if change.kind is not ChangeKind.NEW or not gone:
            continue
        likeness = {text: _likeness(text, change.text) for text in gone}
        nearest = max(gone, key=lambda text: likeness[text])
        if likeness[nearest] >= _ALIKE:
            pairs[change.text] = nearest
            gone.remove(nearest)
    return pairs


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def corrected_sentences(episode: Episode, script: Script) -> tuple[str, ...]:
    """The sentences of news that are new in a correction.

    Sentences of stories that were not told before are additions, not corrections.
    """
    before = script_sentences(episode)
    known = {sentence.text for sentence in before if sentence.kind in _NEWS}
    played = {heard(sentence) for sentence in before if sentence.sound}
    told = {
        index
        for index in range(len(script.stories))
        if any(s.text in known for s in script.sentences if s.story == index and s.kind in _NEWS)
        or any(_same_story(script, index, episode, other) for other in range(len(episode.stories)))
    }
    found = [
        sentence.text
        for sentence in script.sentences
        if sentence.kind in _NEWS
        and sentence.story in told
        and (sentence.text not in known or (sentence.sound and heard(sentence) not in played))
    ]
    return tuple(dict.fromkeys(found))


def heard(sentence: Sentence) -> Heard:
    """A sentence as it is shown and said, with the hash of its recording."""
    return sentence.text, sentence.spoken, sentence.sound.sha256 if sentence.sound else ""


def _same_story(script: Script, index: int, episode: Episode, other: int) -> bool:
    one, two = script.stories[index], episode.stories[other]
    return bool(one.url) and one.url == two.url
