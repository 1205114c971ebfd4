"""The cover of a book: the picture that its audio carries."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# Media types that every reading system shows (EPUB 3.3, section 3.2), with the endings of files.
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True, slots=True)
class CoverPicture:
    """A picture, its media type, and the name of its file in the book."""

    data: bytes
    media_type: str

    @property
    def name(self) -> str:
        """``cover.jpg`` or ``cover.png``."""
        return f"cover.{_ENDINGS[self.media_type]}"


def cover_picture(mp3: Path) -> CoverPicture | None:
    """The picture in the tag of an episode's audio, or None if it has none.

    It was put there when the episode was made, so the same episode always has the same cover,
    whatever the show looks like later.
    """
    from mutagen import MutagenError
    from mutagen.id3 import ID3

    try:
        pictures = ID3(mp3).getall("APIC")
    except MutagenError:
        return None
    for picture in pictures:
        if picture.mime in _ENDINGS:
            return CoverPicture(bytes(picture.data), picture.mime)
    return None
