"""The record of the last publication at a target, which keeps two publishers apart.

``.mujaz/publication.json`` at the target carries a serial number that grows with each publication.
The show folder records the number of the last one that it made there. A folder whose number is
lower than the target's is an older copy: it is refused, since it would undo what was published
since. An unfinished record says that another publisher is at work.
"""

from __future__ import annotations

import email.utils
import json
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lxml import etree

from mujaz.errors import PublishError
from mujaz.publish.folder.snapshot import Snapshot
from mujaz.publish.remote.store_target import TargetChangedError
from mujaz.publish.remote.targets import Target
from mujaz.publish.rss.names import MAIN_FEED
from mujaz.storage.atomic import replace_file

RECORD = ".mujaz/publication.json"
# A publication that has not ended after so long was killed.
_LONGEST = timedelta(hours=1)
_FORCE = "use --force to publish this folder all the same"


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication at a target.

    Attributes:
        serial: Grows by one with each publication at the target.
        token: Random name of the publication.
        since: When it began, in ISO 8601.
        by: Machine and process that made it.
        finished: Whether it has ended.
    """

    serial: int
    token: str
    since: str
    by: str
    finished: bool = False

    def to_json(self) -> str:
        """Format as the record's content."""
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Claim:
    """A publication that this process is making."""

    target: Target
    mine: Publication

    def require_held(self) -> None:
        """Check that no other publisher has begun meanwhile.

        Raises:
            PublishError: If one has.
        """
        theirs = _read(self.target)
        if theirs is None or theirs.token != self.mine.token:
            raise PublishError(
                f"another publisher ({theirs.by}) has begun meanwhile; the feed was left as it was"
                if theirs
                else "another publisher has begun meanwhile; the feed was left as it was",
                where=self.target.name,
                hint="let one publish at a time",
            )

    def record(self, publication: Publication, version: str | None) -> None:
        """Write the record, unless another publisher has written it since it had this version.

        Raises:
            PublishError: If one has, or if a file cannot be written.
        """
        memory = self.target.memory
        try:
            replace_file(memory, publication.to_json())
        except OSError as error:
            raise PublishError(
                f"the publication cannot be recorded: {error.strerror}",
                where=str(memory),
                hint="check the permissions of the show folder and the free space",
            ) from error
        if version is None:
            self.target.put(RECORD, memory)
            return
        try:
            self.target.put_if(RECORD, memory, version)
        except TargetChangedError:
            # Unless it was this write, sent again after its answer was lost.
            self.require_held()


@contextmanager
def claimed(
    target: Target, snapshot: Snapshot, *, force: bool, say: Callable[[str], None]
) -> Iterator[Claim]:
    """Record the publication at the target as begun, and at the end as finished.

    Args:
        target: The target.
        snapshot: The show folder.
        force: Publish even if the target is newer, or another publisher seems to be at work.
        say: Called with a line if another publisher has to be waited for.

    Raises:
        LockTimeoutError: If another publisher locks a folder for too long.
        PublishError: If the target is newer, or another publisher is at work.
    """
    with target.lock(lambda: say(f"another publisher is writing to {target.name}; waiting")):
        # Before the record is read, so that a change after it is noticed.
        version = target.version(RECORD)
        theirs, ours = _read(target), _parse(_content(target.memory))
        if not force:
            _refuse(target, snapshot, theirs, ours)
        known = [publication for publication in (theirs, ours) if publication is not None]
        mine = Publication(
            serial=max((publication.serial for publication in known), default=0) + 1,
            token=_token(target),
            since=datetime.now(UTC).isoformat(timespec="seconds"),
            by=f"{socket.gethostname()}, process {os.getpid()}",
        )
        # Remembered first: a run that is killed between the two may go on later.
        claim = Claim(target, mine)
        claim.record(mine, version)
        target.listing()
        target.remove_unfinished([publication.token for publication in known])
        yield claim
        version = target.version(RECORD)
        claim.require_held()
        claim.record(replace(mine, finished=True), version)


def _refuse(
    target: Target, snapshot: Snapshot, theirs: Publication | None, ours: Publication | None
) -> None:
    if theirs is not None and ours is not None and theirs.token == ours.token:
        return
    if theirs is not None and not theirs.finished and not _is_abandoned(theirs):
        raise PublishError(
            f"another publisher ({theirs.by}) is at work there since {theirs.since}",
            where=target.name,
            hint=f"wait until it has finished; if it does not run any more, {_FORCE}",
        )
    if theirs is not None and ours is not None:
        # An equal serial number: both began at once, and the other was the first.
        if theirs.serial >= ours.serial:
            raise _newer(target, f"it was published since by {theirs.by} at {theirs.since}")
        return
    unknown = _unknown_episodes(target, snapshot)
    if unknown:
        raise _newer(target, f"this folder does not know its episode {unknown[0]!r}")


def _newer(target: Target, reason: str) -> PublishError:
    return PublishError(
        f"the target is newer than this folder: {reason}",
        where=target.name,
        hint=f"publish from the folder that was published there last; or {_FORCE}",
    )


def _unknown_episodes(target: Target, snapshot: Snapshot) -> list[str]:
    """Titles of episodes in the target's feed that this folder cannot have published.

    Older ones than the oldest here may have left the show by age.
    """
    episodes = [stored.episode for stored in snapshot.episodes]
    media = {name for e in episodes for name in (e.media, *(old.media for old in e.replaced))}
    retracted = {stone.guid for stone in snapshot.tombstones}
    oldest = min((e.published for e in episodes), default=None)
    unknown: list[str] = []
    for item in _items(target.read(MAIN_FEED)):
        enclosure = item.find("enclosure")
        name = "" if enclosure is None else enclosure.get("url", "").rsplit("/", 1)[-1]
        published = _date(item.findtext("pubDate") or "")
        is_old = oldest is not None and published is not None and published < oldest
        if name not in media and item.findtext("guid") not in retracted and not is_old:
            unknown.append(item.findtext("title") or name)
    return unknown


def _items(feed: bytes | None) -> list[etree._Element]:
    if feed is None:
        return []
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        return list(etree.fromstring(feed, parser).iterfind("channel/item"))
    except etree.XMLSyntaxError:
        return []


def _date(text: str) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_abandoned(publication: Publication) -> bool:
    try:
        since = datetime.fromisoformat(publication.since)
        return datetime.now(UTC) - since > _LONGEST
    except (ValueError, TypeError):
        return True


def _token(target: Target) -> str:
    """Name of the publication; a store puts it into the names of unfinished files."""
    return str(getattr(target, "token", "")) or secrets.token_hex(8)


def _read(target: Target) -> Publication | None:
    return _parse(target.read(RECORD))


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _parse(data: bytes | None) -> Publication | None:
    try:
        fields = json.loads(data or b"null")
        return Publication(
            int(fields["serial"]),
            str(fields["token"]),
            str(fields["since"]),
            str(fields["by"]),
            fields.get("finished") is True,
        )
    except (ValueError, KeyError, TypeError):
        return None
