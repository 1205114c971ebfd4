"""Make an archive: list, fetch, speak in parallel, put into the show folder, in steps.

A killed run is continued by the next: episodes go into the folder a few at a time, with their own
pages; feeds, common pages and the search follow in steps that grow with the show, and at the end.
"""

from __future__ import annotations

import logging
import pickle
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path

from mujaz.archive.article import Job, Made, Setup, make_article
from mujaz.archive.items import Item
from mujaz.archive.journal import Journal, Outcome, open_journal
from mujaz.archive.listing import list_items
from mujaz.archive.pages import Order, needs_page
from mujaz.archive.polite import PoliteFetcher
from mujaz.errors import FetchError
from mujaz.ingest.fetch import Fetcher, agent, cache_folder
from mujaz.parallel.ordered import OrderedMap, SerialExecutor, fitting_workers
from mujaz.parallel.pool import ProcessPool, WorkerDiedError
from mujaz.pipeline.episode import own_cover
from mujaz.pipeline.options import Options
from mujaz.pipeline.read import page_rules
from mujaz.pipeline.record import require_encoders
from mujaz.pipeline.show_folder import open_folder, show_warnings
from mujaz.pipeline.voices import LoadedVoices, load_voices
from mujaz.publish.folder import manifest
from mujaz.publish.folder.indexed import IndexedSnapshot
from mujaz.publish.folder.layout import media_path
from mujaz.publish.folder.workspace import PRIVATE, refused
from mujaz.publish.folder.write_indexed import Ready, add_to_index, write_changes
from mujaz.report import Report
from mujaz.settings.values import Config, timezone
from mujaz.storage.locks import exclusive_lock

_log = logging.getLogger(__name__)
# Finished episodes go into the folder when there are so many, or after so many seconds.
_MOST_WAITING, _LONGEST_WAIT_S = 16, 10.0
# Feeds and common pages are written when the show has grown by so many, or by a share of itself.
_STEP, _STEP_SHARE = 200, 8
# Pages that are fetched at once, from different sites; from one site they come one by one.
_FETCHED_AT_ONCE = 4
# An article is a chapter of a book at most; with the slowest voice that takes hours.
_JOB_LIMIT_S = 6 * 3600.0
# Memory of a worker besides its voice: the diacritizer and the libraries, in MB.
_WORKER_MB = 250
# Failed items that are tried once more in the same run; all are in the next.
_MOST_RETRIED = 1000
_FOREVER_S = 10.0 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the report: an episode that was made, or an item that failed.

    Attributes:
        status: ``made``, ``corrected``, ``partial`` or ``failed``.
        source: The item's address, path, or file and line.
        media: Path of its MP3; empty if it failed.
    """

    status: str
    source: str
    guid: str = ""
    title: str = ""
    media: str = ""
    duration_s: float = 0.0
    error: str = ""
    hint: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Summary:
    """Counts of a run.

    Attributes:
        made: Episodes that were made, corrected ones included.
        known: Items whose episode was there already, unchanged or withdrawn.
        failed: Items that failed in the end, incomplete episodes included.
    """

    made: int = 0
    known: int = 0
    failed: int = 0


def make_archive(
    sources: Sequence[str],
    output: str | Path,
    config: Config,
    options: Options | None = None,
    *,
    tell: Callable[[Line], None] = lambda line: None,
) -> Summary:
    """Make an episode of each article of sources, in a show that no episode ever leaves.

    Items are known by address, id or path: those that were made are passed over, those that have
    changed are corrected, those that failed are tried again.

    Args:
        sources: Folders, files, JSON-lines files, and addresses of sitemaps, feeds and pages.
        output: The show folder.
        config: See :func:`mujaz.load_config`.
        options: Voice and workers are used.
        tell: Called for each episode that was made and each item that failed.

    Raises:
        MujazError: If the set-up is wrong or the folder cannot be written.
    """
    root, config = Path(output), (options or Options()).applied_to(config)
    timezone(config)
    voices = load_voices(config)
    require_encoders(config)
    if all(voices.engines[v.engine].memory_mb(v) is None for v in voices.cast.all()):
        # Speaking again is as fast as finding clips, and an archive would push out all others.
        config = replace(config, speech=replace(config.speech, cache_mb=0))
    image = own_cover(config, Report())
    for warning in show_warnings(config):
        _log.warning("%s", warning)
    with ExitStack() as stack:
        private = root / PRIVATE
        try:
            stack.enter_context(exclusive_lock(private / "archive.lock", on_wait=_tell_waiting))
            aside = stack.enter_context(_aside(private))
            journal = stack.enter_context(open_journal(private))
        except OSError as error:
            raise refused(error, root) from error
        fetch = replace(config.fetch, total_s=_FOREVER_S)
        fetcher = stack.enter_context(
            Fetcher(fetch, agent(config), cache_folder(config), page_rules(config))
        )
        polite = PoliteFetcher(fetcher, config.fetch.interval_s)
        run = _Run(root, config, journal, polite, aside, tell)
        run.begin(image)
        found = chain.from_iterable(list_items(source, polite) for source in sources)
        run.work(found, voices)
        if run.again:
            _log.info("%d failed; they are tried once more", len(run.again))
            run.work(run.last_try(), voices)
        run.land(publish=True)
        return run.summary


@dataclass(slots=True)
class _Run:
    """The state of a run.

    Attributes:
        waiting: Finished episodes that are not in the folder yet.
        again: Items and sources that are tried once more.
        retried: Guids of the items that are being tried once more.
        known: Guids of the show's episodes and of those that were withdrawn.
        seen: Origin of each item of this run by guid.
    """

    root: Path
    config: Config
    journal: Journal
    fetcher: PoliteFetcher
    aside: Path
    tell: Callable[[Line], None]
    summary: Summary = field(default_factory=Summary)
    waiting: list[Made] = field(default_factory=list)
    again: list[Item] = field(default_factory=list)
    retried: set[str] = field(default_factory=set)
    is_last_try: bool = False
    known: dict[str, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    seen: dict[str, str] = field(default_factory=dict)
    unpublished: int = 0
    landed_at: float = field(default_factory=time.monotonic)
    common: Setup = field(init=False)
    setup: Path = Path()

    def begin(self, image: Path | None) -> None:
        """Mark the show as an archive, before anything is in it, and see what it holds."""
        with open_folder(self.root, self.config, archive=True) as folder:
            snapshot = _indexed(folder.snapshot)
            write_changes(snapshot, folder.show, folder.workspace, folder.cover)
            self.known = snapshot.table.guids()
            self.withdrawn = {stone.guid for stone in snapshot.tombstones}
            show = folder.show
        self.common = Setup(self.root, self.config, show, image)

    def work(self, items: Iterable[Item], voices: LoadedVoices) -> None:
        """Make the episodes of items.

        Raises:
            MujazError: If the set-up is wrong or the folder cannot be written.
        """
        wanted = filter(self._is_wanted, items)
        fetching = OrderedMap(
            self._order, lambda: ThreadPoolExecutor(_FETCHED_AT_ONCE), ahead=2 * _FETCHED_AT_ONCE
        )
        orders = (order() for _, order in fetching(wanted))
        workers = self.config.speech.workers or _fitting(voices)
        # A few articles are spoken one after another, each by all workers.
        first = list(islice(orders, workers))
        make_executor: Callable[[], Executor] = SerialExecutor
        ahead = 1
        if workers > 1 and len(first) == workers:
            make_executor = partial(ProcessPool, workers, job_limit_s=_JOB_LIMIT_S)
            ahead = 2 * workers
            self._write_setup(1)
        else:
            self._write_setup(self.config.speech.workers)
        making = OrderedMap(make_article, make_executor, ahead)
        jobs = map(self._job, chain(first, orders))
        for job, result in making(jobs):
            try:
                made = result()
            except WorkerDiedError as error:
                made = Made(job.order.item, "failed", error=str(error))
            self._take(made)

    def last_try(self) -> Iterator[Item]:
        """The items that failed, then those of the sources that could not be listed."""
        again, self.again, self.is_last_try = self.again, [], True
        items = [item for item in again if not item.is_source]
        self.retried = {item.guid for item in items}
        sources = (item.origin for item in again if item.is_source)
        listed = (list_items(source, self.fetcher) for source in sources)
        return chain(items, chain.from_iterable(listed))

    def land(self, *, publish: bool = False) -> None:
        """Put finished episodes into the folder; write feeds and common pages if it is time.

        Raises:
            PublishError: If the folder cannot be written.
        """
        self.landed_at = time.monotonic()
        if not self.waiting and not publish:
            return
        made, self.waiting = self.waiting, []
        with open_folder(self.root, self.config, archive=True) as folder:
            snapshot = _indexed(folder.snapshot)
            ready = [_ready(one) for one in made]
            episodes = add_to_index(snapshot, folder.show, ready, folder.workspace)
            self.unpublished += len(ready)
            if publish or self.unpublished >= max(_STEP, len(snapshot.table) // _STEP_SHARE):
                write_changes(snapshot, folder.show, folder.workspace, folder.cover)
                self.unpublished = 0
            folders = [snapshot.folder_for(e.guid, e.day) for e in episodes]
        outcomes = []
        for one, episode, name in zip(made, episodes, folders, strict=True):
            shutil.rmtree(Path(one.mp3).parent, ignore_errors=True)
            self.known[episode.guid] = name
            outcomes.append(Outcome(one.item, one.error, one.hint))
            media = str(media_path(self.root, episode.media))
            self.tell(_line(one, episode.guid, media, round(episode.duration_s, 3)))
        self.journal.note(outcomes)

    def _take(self, made: Made) -> None:
        """Note the result of an item."""
        if made.status == "failed":
            if self._keeps_for_last_try(made.item):
                return
            self.summary.failed += 1
            self.journal.note([Outcome(made.item, made.error, made.hint)])
            self.tell(_line(made))
            return
        if made.status == "unchanged":
            self.summary.known += 1
            self.journal.note([Outcome(made.item)])
            return
        self.summary.made += 1
        self.summary.failed += made.status == "partial"
        self.waiting.append(made)
        late = time.monotonic() - self.landed_at > _LONGEST_WAIT_S
        if late or len(self.waiting) >= _MOST_WAITING:
            self.land()

    def _keeps_for_last_try(self, item: Item) -> bool:
        """Keep an item or a source that failed; False if this is the last try of the run."""
        if self.is_last_try or len(self.again) >= _MOST_RETRIED:
            return False
        self.again.append(item)
        return True

    def _is_wanted(self, item: Item) -> bool:
        """Whether an item has to be made; others are counted."""
        if item.is_source and self._keeps_for_last_try(item):
            return False
        if item.fault:
            self.summary.failed += 1
            self.tell(Line("failed", item.origin, error=item.fault, hint=item.hint))
            return False
        if item.guid in self.retried:
            self.retried.remove(item.guid)
            return True
        if item.guid in self.seen:
            # What a source names again in the last try has been counted.
            return False if self.is_last_try else self._is_not_twice(item, self.seen[item.guid])
        self.seen[item.guid] = item.origin
        has_episode = item.guid in self.known
        if item.guid in self.withdrawn and not has_episode:
            self.summary.known += 1
            return False
        done = has_episode and self.journal.is_done(item)
        # What has only an address and no time of change is not asked for again, unless it failed.
        undated = has_episode and item.url and not item.line and not item.state
        if done or (undated and not self.journal.has_failed(item)):
            self.summary.known += 1
            return False
        return True

    def _is_not_twice(self, item: Item, before: str) -> bool:
        """Pass over an item that was named before; False always."""
        if item.url or item.origin == before:
            self.summary.known += 1
            return False
        self.summary.failed += 1
        hint = "archive each source into a show of its own, or give each article an address"
        error = f"it has the same id or path as {before}"
        self.tell(Line("failed", item.origin, error=error, hint=hint))
        return False

    def _order(self, item: Item) -> Order:
        """Fetch the page of an item, if it has one."""
        if not needs_page(item):
            return Order(item)
        try:
            return Order(item, self.fetcher.fetch(item.url))
        except FetchError as error:
            return Order(item, error=error)

    def _job(self, order: Order) -> Job:
        return Job(str(self.setup), order, self.known.get(order.item.guid, ""))

    def _write_setup(self, workers: int) -> None:
        """Write what the jobs have in common, and how many workers speak within one article."""
        speech = replace(self.config.speech, workers=workers)
        setup = replace(self.common, config=replace(self.config, speech=speech))
        self.setup = self.aside / f"setup-{workers}.pickle"
        self.setup.write_bytes(pickle.dumps(setup))


def _fitting(voices: LoadedVoices) -> int:
    """Workers that this machine has cores and memory for."""
    sizes = [voices.engines[v.engine].memory_mb(v) or 0 for v in voices.cast.all()]
    return fitting_workers(sum(sizes) + _WORKER_MB)


def _ready(made: Made) -> Ready:
    opus = Path(made.opus) if made.opus else None
    return Ready(manifest.read(made.manifest), Path(made.mp3), opus)


def _line(made: Made, guid: str = "", media: str = "", duration_s: float = 0.0) -> Line:
    return Line(
        made.status,
        made.item.origin,
        guid,
        made.title,
        media,
        duration_s,
        made.error,
        made.hint,
        made.warnings,
    )


def _indexed(snapshot: object) -> IndexedSnapshot:
    if not isinstance(snapshot, IndexedSnapshot):
        raise AssertionError("an archive has a table of its episodes")
    return snapshot


@contextmanager
def _aside(private: Path) -> Iterator[Path]:
    """A folder for finished episodes; those of killed runs are removed. The caller holds a lock."""
    private.mkdir(parents=True, exist_ok=True)
    for leftover in private.glob("archive-*"):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="archive-", dir=private))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tell_waiting() -> None:
    _log.info("another run is making this archive; waiting")
