"""Decide what to do with a script: nothing, refuse it, or make an episode. Nothing is read here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from mujaz.domain import Correction, PulledStory, Script, Sentence, Voice
from mujaz.pipeline.changes import corrected_sentences
from mujaz.pipeline.identity import identify, with_guid
from mujaz.pipeline.voices import LoadedVoices
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.snapshot import Snapshot
from mujaz.publish.show import Show
from mujaz.settings.values import Config

# Fields of a sentence that episodes made before them do not have in their fingerprint.
_ADDED = ("voice", "sound")


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The episode is in the folder already, complete and made from the same input."""

    existing: StoredEpisode


@dataclass(frozen=True, slots=True)
class Refused:
    """The episode was retracted; it is made again only on request."""

    guid: str
    retracted: datetime


@dataclass(frozen=True, slots=True)
class Make:
    """An episode is to be made.

    Attributes:
        folder: Name of its folder under ``episodes/``.
        day: The date that it bears.
        fingerprint: See :func:`fingerprint`.
        first_published: First publication of the episode that it corrects or restores.
        track: Its number in the show, in the order of publication, from 1.
        pulled: Stories that were taken out of it, those that are now taken out included.
        corrections: What was corrected in it, this correction included.
        books: Kinds of books that were asked for.
        image: Name of its own picture.
    """

    guid: str
    folder: str
    day: date
    fingerprint: str
    first_published: datetime | None
    track: int
    pulled: tuple[PulledStory, ...] = ()
    corrections: tuple[Correction, ...] = ()
    books: tuple[str, ...] = ()
    image: str = ""


Decision = Unchanged | Refused | Make


def decide(
    script: Script,
    snapshot: Snapshot,
    sources: Sequence[str],
    made_from: str,
    now: datetime,
    replaces: str = "",
    *,
    space: str = "",
    pulled: Sequence[PulledStory] = (),
    picture: str = "",
    guid: str = "",
) -> Decision:
    """Decide what to do with a script.

    Args:
        script: The script.
        snapshot: The show folder.
        sources: :func:`mujaz.pipeline.identity.source_keys` of the stories.
        made_from: Its :func:`fingerprint`.
        now: In the show's time zone; gives the date of an episode without a date.
        replaces: Guid of the episode to correct.
        space: Guid of the show; new guids of bulletins are made from it.
        pulled: Stories that are now taken out of the episode.
        picture: Hash of its own picture, as in the picture's name; the one it has if empty.
        guid: The episode's guid, if it is known whatever the script says.

    Raises:
        PublishError: If ``replaces`` names no episode.
    """
    if guid:
        found = with_guid(guid, snapshot)
    else:
        found = identify(script, snapshot, sources, replaces, space)
    existing, withdrawn = found.existing, found.withdrawn
    pictured = existing is not None and picture in existing.episode.image
    if existing is not None and pictured and _is_current(existing, snapshot, made_from):
        return Unchanged(existing)
    if withdrawn is not None and not replaces:
        return Refused(found.guid, withdrawn.retracted)
    day = script.day or (existing.episode.day if existing else now.date())
    earlier = existing.episode if existing else withdrawn
    published = earlier.published if earlier else None
    older = snapshot.count_until(published or now, found.guid)
    folder = snapshot.folder_for(found.guid, day)
    taken_out = (*earlier.pulled, *pulled) if earlier else tuple(pulled)
    return Make(
        found.guid,
        folder,
        day,
        made_from,
        published,
        older + 1,
        taken_out,
        _corrections(existing, script, now),
    )


def _corrections(
    existing: StoredEpisode | None, script: Script, now: datetime
) -> tuple[Correction, ...]:
    """The recorded corrections, and this one if it changes the news."""
    if existing is None:
        return ()
    sentences = corrected_sentences(existing.episode, script)
    before = existing.episode.corrections
    return (*before, Correction(now.replace(microsecond=0), sentences)) if sentences else before


def _is_current(existing: StoredEpisode, snapshot: Snapshot, made_from: str) -> bool:
    episode = existing.episode
    return (
        episode.fingerprint == made_from
        # Sentences that could not be spoken are tried again.
        and not episode.unspoken
        and snapshot.is_whole(episode)
    )


def fingerprint(
    script: Script, show: Show, voices: LoadedVoices, config: Config, files: Sequence[str]
) -> str:
    """Hash everything that can be heard or read in the episode; equal means nothing to do.

    Args:
        script: The script.
        show: The channel.
        voices: Voices and engines.
        config: Its ``[audio]`` table.
        files: Digests of the station's sounds and the cover.
    """
    data = {
        "script": [_sentence_fields(sentence) for sentence in script.sentences],
        "title": script.title,
        "stories": [
            [s.title, s.url, s.author, *filter(None, (s.section, s.publisher))]
            for s in script.stories
        ],
        "day": script.day.isoformat() if script.day else "",
        "voices": [voice_fields(voice) for voice in voices.cast.all()],
        "engines": [[engine.name, engine.version] for engine in voices.engines.values()],
        # Without Opus the key is left out, so that episodes from before Opus keep their hash.
        "audio": {
            key: value for key, value in asdict(config.audio).items() if value or key != "opus_kbps"
        },
        "files": list(files),
        **({"stories": "also"} if script.key and config.bulletin.stories == "also" else {}),
        "show": [show.title, show.author, show.language],
    }
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _sentence_fields(sentence: Sentence) -> dict[str, object]:
    """All fields of a sentence; those added later only if they are set, so that hashes last."""
    fields = asdict(sentence)
    if sentence.sound is not None:
        # Its content and not its place.
        fields["sound"] = {"by": sentence.sound.by, "sha256": sentence.sound.sha256}
    return {name: value for name, value in fields.items() if value or name not in _ADDED}


def voice_fields(voice: Voice) -> dict[str, object]:
    """All fields of a voice except the place of its file."""
    fields = {name: getattr(voice, name) for name in voice.__slots__ if name != "home"}
    return {**fields, "settings": dict(voice.settings)}
