"""Publishing: a show folder is copied to where it is served, in an order that never lies.

Audio first, then what the pages and feeds name, then pages, then archives and topic feeds, the
feed last. Only after the feed is there are old files removed, and only those that mujaz named
itself and that no feed names: whoever reads the target meanwhile finds all that he is told of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mujaz.errors import PublishError
from mujaz.publish.folder.cleanup import named_media
from mujaz.publish.folder.layout import media_size, require_no_links
from mujaz.publish.folder.state import STATE_FILE, read_state
from mujaz.publish.remote.targets import Target
from mujaz.publish.rss import validation
from mujaz.publish.rss.names import MAIN_FEED

# What mujaz itself names: media, episode folders, archive pages and topic feeds, covers.
_OURS = re.compile(
    r"media/\d{4}-\d{2}-\d{2}-[0-9a-f]{8,64}\.[a-z0-9.]+"
    r"|episodes/\d{4}-\d{2}-\d{2}-[0-9a-f]{8}/[A-Za-z0-9._-]+"
    r"|feed-[a-z0-9-]+\.xml|cover-[0-9a-f]{8}\.[a-z]+",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run did: names of files, in the order they were handled."""

    put: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


def publish_folder(root: Path, target: Target, say: Callable[[str], None]) -> Sent:
    """Copy a show folder to a target; the caller holds the folder's permit.

    Args:
        root: The show folder.
        target: Where it is served from.
        say: Told of each file.

    Raises:
        PublishError: If the folder is not whole, another show is at the target, or it refuses.
    """
    require_no_links(root)
    _require_whole(root)
    _require_same_show(root, target)
    ours = _public_files(root)
    theirs = target.listing()
    put: list[str] = []
    for name in sorted(ours, key=_rank):
        if not target.has(name, ours[name], theirs.get(name)):
            target.put(name, ours[name])
            put.append(name)
            say(f"put {name}")
    removed = sorted(_outdated(theirs, ours, root))
    for name in removed:
        target.remove(name)
        say(f"removed {name}")
    return Sent(tuple(put), tuple(removed), len(ours) - len(put))


def _rank(name: str) -> tuple[int, str]:
    """The order of publication."""
    if name == MAIN_FEED:
        return (5, name)
    if name.startswith("feed-") and name.endswith(".xml"):
        return (4, name)
    if name == STATE_FILE:
        return (3, name)
    if name.endswith(".html") and not name.startswith("media/"):
        return (2, name)
    return (0 if name.endswith((".mp3", ".opus")) else 1, name)


def _public_files(root: Path) -> dict[str, Path]:
    """Everything in the folder but what is hidden or leads out of it."""
    out: dict[str, Path] = {}
    for path in root.rglob("*"):
        relative = path.relative_to(root)
        hidden = any(part.startswith(".") for part in relative.parts)
        if path.is_file() and not hidden and not path.is_symlink():
            out[relative.as_posix()] = path
    return out


def _outdated(theirs: Iterable[str], ours: Iterable[str], root: Path) -> set[str]:
    feeds = root.glob("feed*.xml")
    stems = {name.rsplit(".", 1)[0] for feed in feeds for name in named_media(feed)}
    gone = {name for name in theirs if _OURS.fullmatch(name)} - set(ours)
    return {
        name
        for name in gone
        if not name.startswith("media/") or name[len("media/") :].split(".", 1)[0] not in stems
    }


def _require_whole(root: Path) -> None:
    """A feed that names what is not there, or breaks a rule, is not published."""
    feeds = sorted(root.glob("feed*.xml"))
    if root / MAIN_FEED not in feeds:
        raise PublishError(
            "there is no feed to publish",
            where=str(root),
            hint="make an episode first, or run `mujaz show rebuild`",
        )
    for feed in feeds:
        problems = validation.problems(feed.read_bytes(), partial(media_size, root))
        if problems:
            raise PublishError(
                "nothing was published: " + "; ".join(problems[:5]),
                where=str(feed),
                hint="run `mujaz show rebuild`",
            )


def _require_same_show(root: Path, target: Target) -> None:
    """Two shows in one place would remove each other's files."""
    data = target.read(STATE_FILE)
    if data is None:
        return
    try:
        theirs = str(json.loads(data)["guid"])
    except (ValueError, KeyError, TypeError):
        return
    state = read_state(root).data
    ours, earlier = str(state.get("guid", "")), state.get("earlier_guids", [])
    if theirs != ours and theirs not in earlier:
        raise PublishError(
            f"another show is published there (guid {theirs})",
            where=target.name,
            hint="choose another place, or empty that one",
        )
