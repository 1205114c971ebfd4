"""The speakers of the engines, as voice files describe them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple


class VoiceFile(NamedTuple):
    """A file that a voice needs beside its model: a vocabulary, built-in speakers.

    Attributes:
        path: Relative to the voice file.
        url: Address to fetch it from; empty if it is beside the model's.
        size: In bytes; 0 if unknown.
        sha256: In hex; empty if not computed yet.
        published_sha256: Hash that the publisher states; another file is refused.
        published_page, published_date: Page that states it, and the day on which it was read.
    """

    path: str
    url: str = ""
    size: int = 0
    sha256: str = ""
    published_sha256: str = ""
    published_page: str = ""
    published_date: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker of one engine, from a voice file.

    Attributes:
        sample_rate: In Hz; 0 if the engine decides.
        rate_wpm: Arabic words a minute; 0 leaves the engine's own rate.
        gain_db: Gain of every clip, so that voices are equally loud.
        commercial: Whether its licence allows commercial use; None if unknown.
        settings: Engine-specific table of the voice file.
        files: Files that the engine needs besides ``model_path`` and ``config_path``.
        home: Folder of the voice file; relative paths start there.
        published_sha256, published_page, published_date: Of the model; see :class:`VoiceFile`.
    """

    name: str
    title: str
    engine: str
    language: str = "ar"
    gender: str = ""
    model_path: str = ""
    config_path: str = ""
    url: str = ""
    size: int = 0
    sha256: str = ""
    speaker: str = ""
    speaker_wav: str = ""
    sample_rate: int = 0
    licence: str = ""
    commercial: bool | None = None
    made_by: str = ""
    rate_wpm: int = 0
    gain_db: float = 0.0
    settings: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    files: tuple[VoiceFile, ...] = ()
    home: Path = Path()
    published_sha256: str = ""
    published_page: str = ""
    published_date: str = ""

    def __reduce__(self) -> tuple[object, ...]:
        # A mapping proxy cannot be pickled, and voices are sent to worker processes.
        values = [getattr(self, name) for name in self.__slots__]
        place = self.__slots__.index("settings")
        values[place] = dict(self.settings)
        return (Voice, tuple(values))
