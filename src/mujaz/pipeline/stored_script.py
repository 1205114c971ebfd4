"""Restore the script of a published episode, without some of its stories."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from mujaz.domain import Episode, Kind, PulledStory, Script, Sentence
from mujaz.pipeline.identity import KEY_PREFIX, guid_of_address
from mujaz.publish.folder.tombstones import sentence_hashes
from mujaz.text.script import Reading
from mujaz.text.script_file import words_of_spoken


def pulled_story(episode: Episode, index: int) -> PulledStory:
    """Describe a story of an episode so that it is recognised and not told again."""
    story = episode.stories[index]
    news = (Kind.HEADLINE, Kind.BODY)
    texts = [
        cue.sentence.text
        for cue in episode.cues
        if cue.sentence.story == index and cue.sentence.kind in news
    ]
    return PulledStory(
        guid_of_address(story.url) if story.url else "",
        story.source,
        sentence_hashes(texts),
        datetime.now(UTC).replace(microsecond=0),
    )


def stored_script(episode: Episode, how: Reading, without: Collection[int] = ()) -> Script:
    """Restore the script that an episode was made from.

    Args:
        episode: The published episode.
        how: The configured way of reading text; used to time words again.
        without: Indices of stories that are left out, with their teasers, credits and sections.
    """
    voices = [cue.voice for cue in episode.cues]
    for entry in sorted(episode.unspoken, key=lambda entry: entry.index):
        voices.insert(entry.index, "")
    whole = [
        _restored(sentence, voice, episode, how)
        for sentence, voice in zip(_sentences(episode), voices, strict=True)
    ]
    left_out = _teasers(whole, episode, without) | _empty_sections(whole, episode, without)
    kept = [index for index in range(len(episode.stories)) if index not in without]
    places = {index: place for place, index in enumerate(kept)}
    sentences = tuple(
        replace(sentence, story=places.get(sentence.story, -1))
        for place, sentence in enumerate(whole)
        if sentence.story not in without and place not in left_out
    )
    stories = tuple(
        replace(story, source=KEY_PREFIX + story.source if story.source else "")
        for index, story in enumerate(episode.stories)
        if index in places
    )
    disclosure = episode.disclosure.rpartition(" (")[0]
    return Script(
        episode.title,
        stories,
        sentences,
        episode.day,
        episode.key,
        disclosure,
        dict(episode.parts),
        episode.by_hand,
    )


def _sentences(episode: Episode) -> list[Sentence]:
    from mujaz.pipeline.changes import script_sentences

    return script_sentences(episode)


def _restored(sentence: Sentence, voice: str, episode: Episode, how: Reading) -> Sentence:
    from mujaz.domain import PART_OF_KIND

    if sentence.sound is not None:
        return sentence
    own = "" if voice == episode.parts.get(PART_OF_KIND.get(sentence.kind, "body"), "") else voice
    words = words_of_spoken(sentence.text, sentence.spoken, how)
    return replace(sentence, voice=own, word_map=words)


def _teasers(
    sentences: list[Sentence], episode: Episode, without: Collection[int]
) -> frozenset[int]:
    """Places of the opening headlines of stories that are left out."""
    from mujaz.text.script import headline_pieces

    titles = {piece for index in without for piece in headline_pieces(episode.stories[index].title)}
    titles |= {s.text for s in sentences if s.story in without and s.kind is Kind.HEADLINE}
    return frozenset(
        place
        for place, sentence in enumerate(sentences)
        if sentence.kind is Kind.TEASER and sentence.text in titles
    )


def _empty_sections(
    sentences: list[Sentence], episode: Episode, without: Collection[int]
) -> frozenset[int]:
    """Places of the lines that announce a section of which no story is left."""
    kept = {story.section for index, story in enumerate(episode.stories) if index not in without}
    gone = {story.section for story in episode.stories if story.section} - kept
    found: set[int] = set()
    for place, sentence in enumerate(sentences):
        after = next((s.story for s in sentences[place + 1 :] if s.story >= 0), -1)
        before = any(s.story >= 0 for s in sentences[:place])
        first = next((s.story for s in sentences if s.story >= 0), -1)
        announces = sentence.kind is Kind.STATION and sentence.story < 0 and after >= 0
        if announces and episode.stories[after].section in gone and (before or after != first):
            found.add(place)
    return frozenset(found)
