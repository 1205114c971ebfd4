"""Publishes a show folder: copies it to a target in an order that never breaks a link.

Audio first, then the files that pages and feeds refer to, then pages, then archive and topic
feeds, and the main feed last. Old files are removed after that, and only those that mujaz named
itself and that no feed refers to. So whatever a reader of the target is referred to exists.
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
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.publish.folder.state import STATE_FILE, read_state
from mujaz.publish.remote.publication import claimed
from mujaz.publish.remote.targets import Target
from mujaz.publish.rss import validation
from mujaz.publish.rss.names import MAIN_FEED
from mujaz.storage.hashing import sha256_of

# Names that mujaz gives itself: media, episode folders, archive and topic feeds, covers.
_OURS = re.compile(
    r"media/\d{4}-\d{2}-\d{2}-[0-9a-f]{8,64}\.[a-z0-9.]+"
    r"|(episodes|embed)/\d{4}-\d{2}-\d{2}-[0-9a-f]{8}/[A-Za-z0-9._-]+"
    r"|archive/[a-z0-9-]+\.(html|json)"
    r"|feed-[a-z0-9-]+\.xml|cover-[0-9a-f]{8}\.[a-z]+",
    re.ASCII,
)


# Files from this rank on tell readers of the others: another publisher's must not be replaced.
_FIRST_OF_STATE = (3, "")


@dataclass(frozen=True, slots=True)
class Sent:
    """Result of a run: names of files in the order in which they were handled."""

    put: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


def publish_folder(
    root: Path,
    target: Target,
    say: Callable[[str], None],
    *,
    force: bool = False,
    verify: bool = False,
) -> Sent:
    """Copy a show folder to a target; the caller holds the folder's write lock.

    Args:
        root: The show folder.
        target: The target.
        say: Called with a line for each file.
        force: Publish even if the target is newer than the folder.
        verify: Read every file back and compare its content; send it again if it differs.

    Raises:
        LockTimeoutError: If another publisher works on a target folder for too long.
        PublishError: If the folder is not whole; if the target has another show, is newer, is
            being written by another publisher, or refuses; or if a file differs after sending.
    """
    require_no_links(root)
    _require_whole(root)
    _require_same_show(root, target)
    ours = _public_files(root)
    with claimed(target, read_snapshot(root), force=force, say=say) as claim:
        theirs = target.listing()
        put: list[str] = []
        for name in sorted(ours, key=_rank):
            source, size = ours[name], theirs.get(name)
            if verify and size is not None:
                is_same = target.sha256(name) == sha256_of(source)
                if not is_same and target.has(name, source, size):
                    say(f"{name} is damaged at {target.name}: sent again")
            else:
                is_same = target.has(name, source, size)
            if is_same:
                continue
            if _rank(name) >= _FIRST_OF_STATE:
                claim.require_held()
            target.put(name, source)
            if verify and target.sha256(name) != sha256_of(source):
                raise PublishError(
                    f"{name} differs after it was sent",
                    where=target.name,
                    hint="run it again; if it happens again, the target or the network is faulty",
                )
            put.append(name)
            say(f"put {name}")
        claim.require_held()
        removed = sorted(_outdated(theirs, ours, root))
        for name in removed:
            target.remove(name)
            say(f"removed {name}")
    return Sent(tuple(put), tuple(removed), len(ours) - len(put))


def _rank(name: str) -> tuple[int, str]:
    """Sort key for the order of publication."""
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
    """List the files of the folder, except hidden ones and links."""
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
    """Refuse a folder whose feeds refer to missing files or break a rule."""
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
    """Refuse a target with another show: they would remove each other's files."""
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
