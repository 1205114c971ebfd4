"""Titles of withdrawn episodes, for lists: ``DIR/.mujaz/withdrawn.json``, never published.

What is published of a withdrawn episode holds hashes and no text. The titles are kept in the
private part of the show folder, so that an editor sees in a list which episode was withdrawn.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from mujaz.publish.folder.snapshot import Snapshot
from mujaz.publish.folder.workspace import PRIVATE
from mujaz.storage.atomic import replace_file

_NAME = "withdrawn.json"


def remember_title(guid: str, title: str, snapshot: Snapshot) -> None:
    """Keep the title of an episode that was withdrawn now; the show folder is locked.

    Titles of episodes that are back on air are forgotten.

    Args:
        guid: Its guid.
        title: Its title.
        snapshot: The show folder before the withdrawal.

    Raises:
        OSError: If the file cannot be written.
    """
    withdrawn = {stone.guid for stone in snapshot.tombstones}
    known = withdrawn_titles(snapshot.root)
    titles = {name: text for name, text in known.items() if name in withdrawn}
    data = json.dumps({**titles, guid: title}, ensure_ascii=False, indent=1) + "\n"
    replace_file(snapshot.root / PRIVATE / _NAME, data)


def withdrawn_titles(root: Path) -> Mapping[str, str]:
    """The known titles of withdrawn episodes by guid; none if the file is missing or damaged."""
    try:
        data = json.loads((root / PRIVATE / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in data.items()} if isinstance(data, dict) else {}
