"""Recordings of reporters and quotations: found, checked, read.

Text may come from others than who runs mujaz, so a recording is looked for only in the folder of
the text that names it: a story must not play any other file of the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mujaz.domain import Clip, Cue, Quote, Script, Sentence, Sound, Voice
from mujaz.errors import AudioError
from mujaz.pipeline.wording import words
from mujaz.settings.values import Config

# No voice can have such a name, since voices are named after files.
_VOICE_PREFIX = "/sound-"
_VOICE_CHARS = 12


@dataclass(frozen=True, slots=True)
class SoundFolders:
    """Folders in which the recordings that a text names may lie.

    Attributes:
        home: Folder of the text; relative paths start there.
        others: Further folders.
        anywhere: Whether an absolute path may name any file.
    """

    home: Path
    others: tuple[Path, ...] = ()
    anywhere: bool = False

    def find(self, name: str) -> Path:
        """Return the file of a recording; links are followed before it is judged.

        Raises:
            AudioError: If it lies elsewhere.
        """
        try:
            path = (self.home / name).resolve()
            folders = [folder.resolve() for folder in (self.home, *self.others)]
        except (OSError, ValueError, RuntimeError) as error:
            raise AudioError(f"this path cannot be read: {error}", where=name[:200]) from error
        inside = any(path.is_relative_to(folder) for folder in folders)
        if not inside and not (self.anywhere and Path(name).is_absolute()):
            raise AudioError(
                "this recording lies outside the folder of the text that names it",
                where=name[:200],
                hint="copy it beside the text",
            )
        return path


def script_folders(source: str, config: Config, *, anywhere: bool) -> SoundFolders:
    """Folders for the recordings of a script file: its own, and those that drafts are made from."""
    stories = (config.home / s.path for s in config.bulletin.sources if s.path not in ("", "-"))
    others = (config.home, *(path if path.is_dir() else path.parent for path in stories))
    return SoundFolders(Path(source).parent, others, anywhere)


def checked_quotes(quotes: Iterable[Quote], source: str) -> tuple[Quote, ...]:
    """Read the recordings of an article, and give a text to those without one.

    Args:
        quotes: As the article's file names them.
        source: Its path.

    Raises:
        AudioError: If one cannot be played.
    """
    folders = SoundFolders(Path(source).parent)
    found = []
    for quote in quotes:
        sound = checked_sound(quote.sound, folders)
        found.append(Quote(sound, quote.text or _unwritten(sound)))
    return tuple(found)


def with_checked_sounds(script: Script, folders: SoundFolders) -> tuple[Script, list[str]]:
    """Read the recordings of a script file, and give a text to those without one.

    Returns:
        The script, and a warning for each recording that listeners cannot read.

    Raises:
        AudioError: If one cannot be played.
    """
    sentences, warnings = [], []
    for sentence in script.sentences:
        sound = sentence.sound
        if sound is not None:
            sound = checked_sound(sound, folders) if sound.file else sound
            if not sentence.text:
                warnings.append(without_text(sound))
            text = sentence.text or _unwritten(sound)
            sentence = replace(sentence, sound=sound, text=text, spoken=text)
        sentences.append(sentence)
    return replace(script, sentences=tuple(sentences)), warnings


def without_text(sound: Sound) -> str:
    """A warning that nobody can read what is heard."""
    return f"the recording {Path(sound.file).name} has no text for those who cannot hear it"


def checked_sound(sound: Sound, folders: SoundFolders) -> Sound:
    """Find a recording, and measure its hash and length.

    Raises:
        AudioError: If it lies elsewhere or cannot be played.
    """
    from mujaz.audio.mix.recordings import measured

    path = folders.find(sound.file)
    digest, seconds = measured(path)
    return replace(sound, file=str(path), sha256=digest, seconds=seconds)


def _unwritten(sound: Sound) -> str:
    texts = words()
    return texts["recording_of"].format(by=sound.by) if sound.by else texts["recording"]


def recording_voice(sound: Sound) -> Voice:
    """Return a substitute for the voice of a recording, named after its content."""
    name = _VOICE_PREFIX + sound.sha256[:_VOICE_CHARS]
    return Voice(name, sound.by or words()["recording"], "")


def recording(sentence: Sentence) -> tuple[Voice, Clip] | None:
    """Read the recording of a sentence; None if a voice reads it.

    Raises:
        AudioError: If it cannot be played any more.
    """
    from mujaz.audio.mix.recordings import recording_clip

    sound = sentence.sound
    if sound is None:
        return None
    return recording_voice(sound), recording_clip(Path(sound.file), sound.sha256)


def readers_of_recordings(cues: Sequence[Cue]) -> dict[str, str]:
    """Return the names of the people in recordings, by the name of the substitute voice."""
    voices = [recording_voice(cue.sentence.sound) for cue in cues if cue.sentence.sound]
    return {voice.name: voice.title for voice in voices}
