"""Speaks lines on the workers of a cluster, which find the voices or are sent them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from mujaz.domain import Voice
from mujaz.errors import ClusterError, MissingPackageError, VoiceError
from mujaz.parallel.cluster.files import Files, FilesMissingError, folder_with, needed_files
from mujaz.parallel.cluster.job import worker_address
from mujaz.plugins import voice_files
from mujaz.speech.cast import Cast
from mujaz.speech.clip_inputs import clip_inputs
from mujaz.storage.content_cache import cache_key

# Makes an executor; it gets the files that workers may lack, by their hash.
ClusterExecutorMaker = Callable[[Mapping[str, Path]], Executor]


class SpokenLine(Protocol):
    """A line with its voices; a dataclass."""

    @property
    def voice(self) -> Voice: ...

    @property
    def fallback(self) -> Voice | None: ...


Line = TypeVar("Line", bound=SpokenLine)
Spoken = TypeVar("Spoken")


@dataclass(frozen=True, slots=True)
class VoiceNeeds:
    """Requirements that a worker must meet to speak with a voice.

    Attributes:
        inputs: Hash of all that can change a sample.
        files: Files of the voice.
    """

    inputs: str
    files: Files


@dataclass(frozen=True, slots=True)
class WorkerSpeech(Generic[Line, Spoken]):
    """Speaks a line on a worker of the cluster; picklable.

    Attributes:
        speak: Speaks the line where its voices are.
        needs: By voice name.
        folders: Returns the folders of the worker in which voices are installed.
    """

    speak: Callable[[Line], Spoken]
    needs: Mapping[str, VoiceNeeds]
    folders: Callable[[], Sequence[Path]]

    def __call__(self, line: Line) -> Spoken:
        """Find the line's voices on this machine and speak it.

        Raises:
            FilesMissingError: If files have to be sent first.
            ClusterError: If this worker would speak differently.
            VoiceError, MissingPackageError: If an engine cannot be used here.
            EngineError: If the line cannot be spoken.
        """
        try:
            voices = [self._found(voice) for voice in (line.voice, line.fallback) if voice]
        except (VoiceError, MissingPackageError) as error:
            error.where = f"worker {worker_address()}"
            raise
        fallback = voices[1] if line.fallback else None
        return self.speak(replace(line, voice=voices[0], fallback=fallback))  # type: ignore[type-var]

    def _found(self, voice: Voice) -> Voice:
        needs = self.needs[voice.name]
        home = _HOMES.get(needs)
        if home is None:
            home = folder_with(needs.files, [voice.home, *self.folders()])
            if home is None:
                raise FilesMissingError(worker_address(), needs.files)
            _refuse_other_sound(replace(voice, home=home), needs)
            _HOMES[needs] = home
        return replace(voice, home=home)


# Folders in which this process has found voices.
_HOMES: dict[VoiceNeeds, Path] = {}


def needs_of(cast: Cast) -> tuple[dict[str, VoiceNeeds], dict[str, Path]]:
    """Return what workers need for each voice of a cast, and where the files lie here, by hash.

    Raises:
        VoiceError: If a file of a voice cannot be read.
    """
    needs: dict[str, VoiceNeeds] = {}
    sources: dict[str, Path] = {}
    for voice in cast.all():
        try:
            files = needed_files(voice.home, _paths(voice))
        except OSError as error:
            raise VoiceError(
                f"a file of voice {voice.name!r} cannot be read: {error.strerror}",
                where=str(error.filename or voice.home),
                hint=f"run `mujaz voices install {voice.name}`",
            ) from error
        needs[voice.name] = VoiceNeeds(cache_key(clip_inputs(voice)), files)
        sources.update({file.sha256: voice.home / file.path for file in files})
    return needs, sources


def _paths(voice: Voice) -> list[str]:
    named = [voice.model_path, voice.config_path, voice.speaker_wav]
    named += [file.path for file in voice.files]
    named += voice_files(voice)
    return list(dict.fromkeys(path for path in named if path))


def _refuse_other_sound(voice: Voice, needs: VoiceNeeds) -> None:
    if cache_key(clip_inputs(voice)) != needs.inputs:
        raise ClusterError(
            f"this worker would speak differently with voice {voice.name!r}: its engine "
            f"{voice.engine!r} or a package of it has another version",
            where=f"worker {worker_address()}",
            hint="install the same packages on this machine and all workers",
        )
