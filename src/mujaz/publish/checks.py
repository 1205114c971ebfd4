"""Check a show folder with a list of small, independent checks; nothing is repaired.

To add a check, write a generator of problems and put it into ``EPISODE_CHECKS`` or ``SHOW_CHECKS``.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from mujaz.domain import AudioFile, Episode, Sentence
from mujaz.errors import MujazError, PublishError
from mujaz.publish.folder import layout, manifest
from mujaz.publish.folder.cleanup import named_media
from mujaz.publish.folder.excerpts import excerpt_of
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.retention import Division, divide
from mujaz.publish.folder.snapshot import read_snapshot, require_show_folder
from mujaz.publish.html.plain import (
    POP_EMBEDDING,
    RIGHT_TO_LEFT_EMBEDDING,
    RIGHT_TO_LEFT_MARK,
    one_line,
)
from mujaz.publish.rss import validation
from mujaz.publish.rss.names import MAIN_FEED
from mujaz.publish.rss.xml import qualified
from mujaz.publish.show import published_show
from mujaz.settings.values import ShowConfig
from mujaz.storage.hashing import sha256_of

# Rounding of times in manifests and transcripts, in seconds.
_TOLERANCE_S = 0.01
_TIMING = re.compile(r"^(\d+):(\d\d):(\d\d\.\d{3}) --> (\d+):(\d\d):(\d\d\.\d{3})$", re.M)
_VOICE_TAG = re.compile(r"^<v [^>]*>")
# A caption that is embedded as a whole; any other embedding is no part of the text.
_EMBEDDED = re.compile(f"^({RIGHT_TO_LEFT_MARK}?){RIGHT_TO_LEFT_EMBEDDING}(.*){POP_EMBEDDING}$")

# Checksums of stretches (start, end in seconds) of an audio file.
Checksums = Callable[[Path, list[tuple[float, float]]], list[str]]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong, and the file that it is in."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Subject:
    """An episode to check.

    Attributes:
        root: The show folder.
        checksums: Computes checksums as the manifest records them; see
            :func:`mujaz.audio.codecs.frames.stretch_checksums`.
    """

    root: Path
    stored: StoredEpisode
    checksums: Checksums

    @property
    def episode(self) -> Episode:
        """The episode."""
        return self.stored.episode

    @property
    def manifest_path(self) -> str:
        """Path of its manifest, relative to the show folder."""
        return layout.manifest_name(self.stored.folder)

    def side_file(self, suffix: str) -> Path:
        """Path of the file beside its audio with another suffix."""
        return self.root / layout.side_name(self.episode.media, suffix)


@dataclass(frozen=True, slots=True)
class Result:
    """Result of checking a show folder."""

    episodes: int
    sentences: int
    problems: list[Problem] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """The object that ``mujaz show check --json`` prints."""
        return {
            "episodes": self.episodes,
            "sentences": self.sentences,
            "problems": [{"where": p.where, "what": p.what} for p in self.problems],
        }


def check_show(root: Path, config: ShowConfig, checksums: Checksums) -> Result:
    """Check everything in a show folder.

    Args:
        root: The show folder.
        config: The ``[show]`` table; it says how many episodes the feed should hold.
        checksums: Computes checksums of stretches of an audio file.

    Raises:
        PublishError: If this is no show folder.
    """
    require_show_folder(root)
    found: list[Problem] = []
    division = _division(root, config, found)
    staying = [*division.kept, *division.resting]
    episodes = [Subject(root, stored, checksums) for stored in staying]
    excerpts = [
        Subject(root, excerpt_of(stored, excerpt), checksums)
        for stored in staying
        for excerpt in stored.episode.excerpts
    ]
    for subject in (*episodes, *excerpts):
        for check in EPISODE_CHECKS:
            found += check(subject)
    for show_check in SHOW_CHECKS:
        found += show_check(root, division)
    sentences = sum(len(s.episode.cues) for s in episodes)
    return Result(len(episodes), sentences, found)


def _division(root: Path, config: ShowConfig, found: list[Problem]) -> Division:
    try:
        snapshot = read_snapshot(root)
        show = published_show(config, snapshot.state)
        return divide(snapshot.episodes, show, snapshot.state.left, datetime.now(UTC))
    except PublishError as error:
        found.append(Problem(error.where, error.message))
        return Division((), (), ())


def audio_is_as_stated(subject: Subject) -> Iterator[Problem]:
    """The MP3 and the Opus file have the sizes and hashes of the manifest."""
    episode = subject.episode
    stated = {episode.media: AudioFile(episode.size, episode.sha256)}
    if episode.opus is not None:
        stated[episode.opus_media] = episode.opus
    for name, file in stated.items():
        where, path = f"media/{name}", layout.media_path(subject.root, name)
        if not path.is_file():
            yield Problem(where, "the audio file is missing")
        elif path.stat().st_size != file.size:
            yield Problem(where, f"has {path.stat().st_size} bytes, not {file.size}")
        elif sha256_of(path) != file.sha256:
            yield Problem(where, "its content is not that of the manifest (sha256)")


def every_sentence_is_heard(subject: Subject) -> Iterator[Problem]:
    """Each sentence has a stretch of the audio of its own, in order, within its length."""
    last = 0.0
    for number, cue in enumerate(subject.episode.cues, 1):
        text = cue.sentence.text[:40]
        if not cue.end > cue.start:
            yield Problem(subject.manifest_path, f"sentence {number} has no audio: {text}")
        if cue.start < last - _TOLERANCE_S:
            yield Problem(subject.manifest_path, f"sentence {number} begins too early: {text}")
        if cue.end > subject.episode.duration_s + _TOLERANCE_S:
            yield Problem(subject.manifest_path, f"sentence {number} outlasts the audio: {text}")
        last = cue.end


def every_sentence_is_the_one_recorded(subject: Subject) -> Iterator[Problem]:
    """The audio of each sentence has the checksum that was taken when it was made."""
    cues = subject.episode.cues
    path = layout.media_path(subject.root, subject.episode.media)
    for number, cue in enumerate(cues, 1):
        if not cue.checksum:
            what = f"sentence {number} has no checksum: {cue.sentence.text[:40]}"
            yield Problem(subject.manifest_path, what)
    if not path.is_file():
        return  # Another check says so.
    try:
        sums = subject.checksums(path, [(cue.start, cue.end) for cue in cues])
    except MujazError as error:
        yield Problem(f"media/{path.name}", error.message)
        return
    for number, (cue, found) in enumerate(zip(cues, sums, strict=True), 1):
        if cue.checksum and found != cue.checksum:
            what = f"the audio of sentence {number} is not what was recorded: "
            yield Problem(f"media/{path.name}", what + cue.sentence.text[:40])


def nothing_of_the_script_is_missing(subject: Subject) -> Iterator[Problem]:
    """Spoken and unspoken sentences together are the whole script, in order."""
    episode = subject.episode
    unspoken = {entry.index: entry for entry in episode.unspoken}
    for entry in episode.unspoken:
        if not entry.reason:
            what = f"a sentence is not spoken and no reason is given: {entry.sentence.text[:40]}"
            yield Problem(subject.manifest_path, what)
    heard = iter(cue.sentence for cue in episode.cues)
    whole: list[Sentence] = []
    for index in range(len(episode.cues) + len(unspoken)):
        sentence = unspoken[index].sentence if index in unspoken else next(heard, None)
        if sentence is not None:
            whole.append(sentence)
    if manifest.script_digest(whole) != episode.script_sha256:
        yield Problem(subject.manifest_path, "sentences of the script are missing or changed")


def every_story_is_heard(subject: Subject) -> Iterator[Problem]:
    """Each story of the manifest has at least one sentence, or its own stand as not spoken."""
    heard = {cue.sentence.story for cue in subject.episode.cues}
    heard |= {entry.sentence.story for entry in subject.episode.unspoken}
    for index, story in enumerate(subject.episode.stories):
        if index not in heard:
            yield Problem(subject.manifest_path, f"no sentence of a story is heard: {story.title}")


def every_sentence_is_in_the_json_transcript(subject: Subject) -> Iterator[Problem]:
    """The JSON transcript has every sentence, with rising times."""
    path = subject.side_file(".json")
    where = f"media/{path.name}"
    try:
        segments = json.loads(path.read_text(encoding="utf-8"))["segments"]
        bodies = [segment["body"] for segment in segments]
        starts = [float(segment["startTime"]) for segment in segments]
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield Problem(where, f"the transcript cannot be read: {error}")
        return
    if bodies != _written(subject.episode):
        yield Problem(where, "the transcript has not the sentences of the manifest")
    if any(later <= earlier for earlier, later in pairwise(starts)):
        yield Problem(where, "times of the transcript do not rise")


def every_sentence_is_in_the_captions(subject: Subject) -> Iterator[Problem]:
    """The VTT holds the whole text in valid, rising cues that end with the audio."""
    path = subject.side_file(".vtt")
    where = f"media/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        yield Problem(where, f"the captions cannot be read: {error}")
        return
    if not text.startswith("WEBVTT\n"):
        yield Problem(where, "the captions are not WebVTT")
    lines = [line for line in text.splitlines()[1:] if line and " --> " not in line]
    # Who speaks and marks of direction are no text.
    lines = [_EMBEDDED.sub(r"\1\2", _VOICE_TAG.sub("", line)) for line in lines]
    lines = [line.replace(RIGHT_TO_LEFT_MARK, "") for line in lines]
    shown = " ".join(lines).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    # Captions break between words, or inside a word that is longer than a caption.
    written = "".join(_written(subject.episode)).replace(RIGHT_TO_LEFT_MARK, "")
    if "".join(shown.split()) != "".join(written.split()):
        yield Problem(where, "the captions have not the text of the manifest")
    last = 0.0
    for match in _TIMING.finditer(text):
        start, end = _seconds(match.groups()[:3]), _seconds(match.groups()[3:])
        if start < last or end <= start:
            yield Problem(where, f"times of the captions do not rise at {match[0]}")
        last = end
    if last > subject.episode.duration_s + _TOLERANCE_S:
        yield Problem(where, "the captions outlast the audio")


def chapters_are_within_the_audio(subject: Subject) -> Iterator[Problem]:
    """Chapters begin at zero, rise, and end with the audio."""
    path = subject.side_file(".chapters.json")
    where = f"media/{path.name}"
    try:
        chapters = json.loads(path.read_text(encoding="utf-8"))["chapters"]
        starts = [float(chapter["startTime"]) for chapter in chapters]
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield Problem(where, f"the chapters cannot be read: {error}")
        return
    if len(starts) != len(subject.episode.chapters):
        yield Problem(where, "the chapters are not those of the manifest")
    if starts and (starts[0] != 0 or starts != sorted(starts)):
        yield Problem(where, "the chapters do not begin at zero or their times do not rise")
    if starts and starts[-1] > subject.episode.duration_s:
        yield Problem(where, "a chapter begins after the audio has ended")


def page_is_there(subject: Subject) -> Iterator[Problem]:
    """The listening page and the plain transcript exist and are not empty."""
    for path in (
        subject.root / layout.page_name(subject.stored.folder),
        subject.side_file(".html"),
    ):
        if not path.is_file() or not path.stat().st_size:
            yield Problem(str(path.relative_to(subject.root)), "the page is missing")


def feeds_keep_the_rules(root: Path, _: Division) -> Iterator[Problem]:
    """The feed and every other feed document is there and valid, its enclosures as stated."""
    names = sorted(path.name for path in root.glob("feed-*.xml"))
    for name in [*names, MAIN_FEED]:
        try:
            data = (root / name).read_bytes()
        except FileNotFoundError:
            yield Problem(name, "there is no feed")
            continue
        for problem in validation.problems(data, partial(layout.media_size, root)):
            yield Problem(name, problem)


def feeds_name_what_is_there(root: Path, _: Division) -> Iterator[Problem]:
    """Transcripts, chapters and archive pages that a feed names exist."""
    for feed in sorted(root.glob("feed*.xml")):
        try:
            channel = etree.parse(os.fsencode(feed), etree.XMLParser(resolve_entities=False)).find(
                "channel"
            )
        except (OSError, etree.XMLSyntaxError):
            continue  # Another check says so.
        if channel is None:
            continue
        for tag, place in (("podcast:transcript", "media"), ("podcast:chapters", "media")):
            for element in channel.iterfind(f"item/{qualified(tag)}"):
                name = _last_name(element.get("url", ""))
                if not (root / place / name).is_file():
                    yield Problem(feed.name, f"names {place}/{name}, which is not there")
        for link in channel.iterfind(qualified("atom:link")):
            name = _last_name(link.get("href", ""))
            if link.get("rel") != "hub" and not (root / name).is_file():
                yield Problem(feed.name, f"links to {name}, which is not there")


def the_feed_is_up_to_date(root: Path, division: Division) -> Iterator[Problem]:
    """The feed and its archives hold every episode that stays, and no other."""
    named = {name for feed in root.glob("feed*.xml") for name in named_media(feed)}
    staying = {stored.episode.media: stored.episode for stored in division.kept}
    for media in staying.keys() - named:
        yield Problem(MAIN_FEED, f"does not hold an episode: {staying[media].title}")
    parts = {part.media for stored in division.kept for part in stored.episode.excerpts}
    for name in sorted(named - staying.keys() - parts):
        yield Problem(MAIN_FEED, f"names {name}, which is not of an episode that stays")


def players_can_be_embedded(root: Path, division: Division) -> Iterator[Problem]:
    """Each episode of the feed has its player for other sites, and the description of it."""
    for stored in division.kept:
        for name in layout.embed_names(stored.folder):
            if not (root / name).is_file():
                yield Problem(name, "the embedded player is missing; run `mujaz show rebuild`")


def the_archive_is_up_to_date(root: Path, division: Division) -> Iterator[Problem]:
    """Each episode of the feed stands in the archive, whose search knows its sentences."""
    searched: dict[str, dict[str, Any]] = {}
    for path in sorted((root / "archive").glob("*.json")):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            searched |= {one["folder"]: one for one in data["episodes"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            yield Problem(f"archive/{path.name}", f"the search index cannot be read: {error}")
    for stored in division.kept:
        found = searched.pop(stored.folder, None)
        cues = stored.episode.cues
        texts = Counter(cue.sentence.text for cue in cues if cue.sentence.story >= 0)
        if found is None or texts != Counter(
            text for story in found["stories"] for _, text in story["sentences"]
        ):
            what = f"the search does not know an episode as it is: {stored.episode.title}"
            yield Problem(f"archive/{stored.episode.day:%Y-%m}.json", what)
    for folder in searched:
        yield Problem(
            "archive/index.html", f"holds an episode that the show does not have: {folder}"
        )


def nothing_is_a_link(root: Path, _: Division) -> Iterator[Problem]:
    """No public file or folder is a symbolic link, which server and publishing do not follow."""
    for name in layout.links_in(root):
        yield Problem(name, "is a symbolic link, which neither the server nor a copy follows")


EPISODE_CHECKS: tuple[Callable[[Subject], Iterator[Problem]], ...] = (
    audio_is_as_stated,
    every_sentence_is_heard,
    every_sentence_is_the_one_recorded,
    nothing_of_the_script_is_missing,
    every_story_is_heard,
    every_sentence_is_in_the_json_transcript,
    every_sentence_is_in_the_captions,
    chapters_are_within_the_audio,
    page_is_there,
)
SHOW_CHECKS: tuple[Callable[[Path, Division], Iterator[Problem]], ...] = (
    feeds_keep_the_rules,
    feeds_name_what_is_there,
    the_feed_is_up_to_date,
    players_can_be_embedded,
    the_archive_is_up_to_date,
    nothing_is_a_link,
)


def _written(episode: Episode) -> list[str]:
    texts = (one_line(cue.sentence.text) for cue in episode.cues)
    return [text for text in texts if text]


def _seconds(parts: tuple[str | Any, ...]) -> float:
    hours, minutes, seconds = parts
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _last_name(url: str) -> str:
    return unquote(urlsplit(url).path.rsplit("/", 1)[-1])
