"""The README of the built package: links to files of the repository become whole addresses.

In a checkout relative links work; on a package index they would lead nowhere.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(\]\()(?![a-z]+:|#)([^)\s]+)(\))")
_SHOWN = re.compile(r"\.(png|svg|jpe?g)$")


class ReadmeHook(MetadataHookInterface):
    """Sets ``readme``, which ``pyproject.toml`` leaves to this file."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Put the README with whole addresses into the metadata."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        address = metadata["urls"]["Repository"]
        metadata["readme"] = {"content-type": "text/markdown", "text": absolute(text, address)}


def absolute(text: str, repository: str) -> str:
    """Make the relative links of a page whole; pictures are linked as raw files."""

    def whole(link: re.Match[str]) -> str:
        kind = "raw" if _SHOWN.search(link[2]) else "blob"
        return f"{link[1]}{repository}/{kind}/main/{link[2]}{link[3]}"

    return _LINK.sub(whole, text)
