"""Check a script file: what is said against what is shown, doubtful words, length."""

from __future__ import annotations

from dataclasses import dataclass

from mujaz.diacritizers import guard_for
from mujaz.diacritizers.doubts import Doubt, DoubtFinder
from mujaz.errors import TextError
from mujaz.ingest.decode import decode
from mujaz.ingest.source import read_bytes
from mujaz.pipeline.checking import lines_of_script
from mujaz.pipeline.read import cached_reading, estimated_minutes
from mujaz.pipeline.recording_lines import announcer
from mujaz.pipeline.recordings import script_folders, with_checked_sounds
from mujaz.settings.values import Config
from mujaz.text.script_file import Note, Remark, check_script_file, is_script


@dataclass(frozen=True, slots=True)
class ScriptCheck:
    """The result of a check.

    Attributes:
        minutes: Estimated length.
        stories: Number of stories.
        notes: Sentences that are said otherwise than shown, or will be read anew.
        doubts: Words whose pronunciation is in doubt, most doubtful first.
        warnings: Recordings without a text.
    """

    title: str
    minutes: float
    stories: int
    sentences: int
    notes: tuple[Note, ...]
    doubts: tuple[Doubt, ...]
    warnings: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether nothing is said otherwise than it is shown."""
        return all(note.kind is Remark.READ_ANEW for note in self.notes)


def check_script(source: str, config: Config, *, any_sound: bool = False) -> ScriptCheck:
    """Check a script file; nothing is spoken or written.

    Args:
        source: Path of the file, or ``-`` for standard input.
        config: See :mod:`mujaz.settings.values`.
        any_sound: See :class:`mujaz.Options`.

    Raises:
        SourceError: If it cannot be read.
        TextError: If it is not a script.
        AudioError: If a recording cannot be played.
    """
    text = decode(read_bytes(source), where=source)
    if not is_script(text):
        raise TextError(
            "this is not a script", where=source, hint="write one: mujaz script make SOURCE"
        )
    with cached_reading(config) as how:
        script, notes = check_script_file(text, source, how, announcer(config, how))
    folders = script_folders(source, config, anywhere=any_sound)
    script, warnings = with_checked_sounds(script, folders)
    doubts = DoubtFinder(guard_for(config)).find(lines_of_script(script, config, source))
    minutes = round(estimated_minutes(script), 1)
    stories, sentences = len(script.stories), len(script.sentences)
    return ScriptCheck(
        script.title, minutes, stories, sentences, tuple(notes), tuple(doubts), tuple(warnings)
    )
