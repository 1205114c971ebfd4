"""Options of a run, which override the configuration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from mujaz.settings.values import Config


@dataclass(frozen=True, slots=True)
class Extras:
    """Things that an episode gets besides its sound; without them it keeps what it has.

    Attributes:
        books: Kinds of books (``epub``, ``daisy``) that it is also written as.
        image: File of a picture that it has instead of the show's cover.
    """

    books: tuple[str, ...] = ()
    image: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """Options of :func:`mujaz.make_episode`; empty values leave the configuration as it is.

    Attributes:
        voice: Name of the voice.
        title: Title of the episode.
        day: Date of the episode.
        replaces: Guid of the episode that this one corrects.
        keep_stages: Folder in which the result of each stage is written as JSON.
        workers: Number of speech workers.
        limit_memory: Whether to change the memory allocator of this process so that large audio
            buffers go back to the system at once. The command line sets it.
        any_sound: Whether a script file may name a recording anywhere by its absolute path, because
            it is run by who wrote it. The command line sets it.
        extras: What the episode gets besides its sound.
    """

    voice: str = ""
    title: str = ""
    day: date | None = None
    replaces: str = ""
    keep_stages: Path | None = None
    workers: int | None = None
    limit_memory: bool = False
    any_sound: bool = False
    extras: Extras = Extras()

    def applied_to(self, config: Config) -> Config:
        """The configuration with voice and workers of these options."""
        speech = config.speech
        workers = speech.workers if self.workers is None else self.workers
        return replace(
            config, speech=replace(speech, voice=self.voice or speech.voice, workers=workers)
        )
