"""The picture of one episode, in place of the show's cover."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mujaz.errors import ArtworkError
from mujaz.report import Report

# Hex digits of the hash in the picture's name.
_HASH_CHARS = 16


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is published: a square JPEG, and a small copy for pages.

    Attributes:
        digest: The beginning of the SHA-256 of ``data``.
    """

    digest: str
    data: bytes
    small: bytes

    def name(self, day: date) -> str:
        """Its name within ``media/``."""
        return f"{day.isoformat()}-{self.digest}.jpg"

    def files(self, day: date) -> Mapping[str, bytes]:
        """Contents of both files by name within ``media/``."""
        name = self.name(day)
        return {name: self.data, name.removesuffix(".jpg") + ".small.jpg": self.small}


def episode_picture(file: str, report: Report) -> Picture:
    """Read and check the picture of an episode.

    Raises:
        ArtworkError: If it is missing or is no picture.
    """
    from mujaz.artwork.cover import check_image, page_cover, tag_cover

    path = Path(file)
    try:
        remark = check_image(path)
        data = tag_cover("", path)
    except ArtworkError as error:
        raise ArtworkError(
            error.message, where=str(path), hint="name a square JPEG or PNG of 1400 to 3000 pixels"
        ) from error
    if remark:
        report.warnings.append(remark)
    return Picture(hashlib.sha256(data).hexdigest()[:_HASH_CHARS], data, page_cover(data))
