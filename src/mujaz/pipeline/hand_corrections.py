"""Keep what an editor changed in a script when the episode is made of its article again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mujaz.domain import PART_OF_KIND, Episode, Script, Sentence
from mujaz.errors import PublishError
from mujaz.pipeline.changes import Heard, heard, script_sentences
from mujaz.pipeline.identity import NEWS
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.speech.cast import Cast

_NAMED = 5


def require_no_loss(script: Script, existing: StoredEpisode | None, cast: Cast) -> None:
    """Refuse to replace an episode that was made from a script file by what its article says.

    A script file may replace every episode: it is what an editor wants.

    Args:
        script: The script that is to be made.
        existing: The published episode that it would replace.
        cast: The voices that read the script.

    Raises:
        PublishError: If the episode has sentences, spoken lines, recordings or voices that the
            script does not have, or lacks news that it has; the message names the sentences.
    """
    if existing is None or script.by_hand or not existing.episode.by_hand:
        return
    guid = existing.episode.guid
    lost = lost_sentences(script, existing.episode, cast)
    if lost:
        raise _refused(
            "this episode was published from a script; made of the article it would lose "
            f"{len(lost)} sentences: {_named(lost)}",
            guid,
        )
    added = added_sentences(script, existing.episode)
    if added:
        raise _refused(
            f"this episode was published from a script; the article has {len(added)} sentences "
            f"that the script does not have: {_named(added)}",
            guid,
        )


def _refused(message: str, guid: str) -> PublishError:
    return PublishError(
        message,
        where=guid,
        hint="correct the script and make it again: mujaz make FILE.script; "
        f"if the article is to replace it, add: --replaces {guid}",
    )


def _named(texts: Sequence[str]) -> str:
    """The first of some sentences in quotation marks."""
    named = " ".join(f"«{text}»" for text in texts[:_NAMED])
    return named + " …" * (len(texts) > _NAMED)


def lost_sentences(script: Script, episode: Episode, cast: Cast) -> tuple[str, ...]:
    """Sentences of an episode, as shown, that a script lacks or has read otherwise."""
    chosen = _chosen_voices(episode, cast)
    said = {heard(sentence) for sentence in script.sentences}
    read = {(*heard(s), s.voice or script.voices.get(_part(s), "")) for s in script.sentences}
    lost = {
        sentence.text: None
        for sentence in script_sentences(episode)
        if heard(sentence) not in said
        or ((voice := chosen.get(heard(sentence), "")) and (*heard(sentence), voice) not in read)
    }
    return tuple(lost)


def added_sentences(script: Script, episode: Episode) -> tuple[str, ...]:
    """Sentences of news of a script that an episode does not show: an editor may have cut them."""
    shown = {sentence.text for sentence in script_sentences(episode)}
    news = (sentence.text for sentence in script.sentences if sentence.kind in NEWS)
    return tuple(dict.fromkeys(text for text in news if text not in shown))


def _chosen_voices(episode: Episode, cast: Cast) -> dict[Heard, str]:
    """Voices that a script named for sentences, as far as the manifest shows it.

    A voice that reads most of the episode is that of the settings, then or now, unless the script
    named it for a part; the fallback voice reads what another could not.
    """
    most = Counter(cue.voice for cue in episode.cues).most_common(1)
    usual = {voice for voice, _ in most} | ({cast.fallback.name} if cast.fallback else set())
    return {
        heard(cue.sentence): cue.voice
        for cue in episode.cues
        if not cue.sentence.sound
        and (
            _part(cue.sentence) in episode.parts
            or cue.voice not in {*usual, cast.voice(cue.sentence).name}
        )
    }


def _part(sentence: Sentence) -> str:
    return PART_OF_KIND.get(sentence.kind, "body")
