"""Make the episode of one article, in a worker process, up to its files and its manifest."""

from __future__ import annotations

import logging
import pickle
import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from mujaz.archive.items import Item
from mujaz.archive.pages import Order, page_of, published_at, section_of, stated_article
from mujaz.artwork.cover import tag_cover
from mujaz.audio.mix.station_sounds import StationSounds
from mujaz.domain import Page, Script
from mujaz.errors import MujazError, SourceError
from mujaz.ingest.page_rules import PageRules
from mujaz.pipeline.decision import Make, Unchanged, decide, fingerprint
from mujaz.pipeline.faults import StoryBoundary, fault_log
from mujaz.pipeline.hand_corrections import require_no_loss
from mujaz.pipeline.identity import NEWS, is_same_news
from mujaz.pipeline.kept_sounds import keep_sounds
from mujaz.pipeline.options import Options
from mujaz.pipeline.publication import (
    chapter_warnings,
    episode_of,
    with_checksums,
    write_tags,
)
from mujaz.pipeline.read import (
    article_of,
    checked_article,
    page_rules,
    reading,
    script_of_articles,
)
from mujaz.pipeline.record import record, station_sounds
from mujaz.pipeline.voices import LoadedVoices, load_voices
from mujaz.publish.folder import manifest
from mujaz.publish.folder.layout import manifest_name, media_size
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.snapshot import Snapshot
from mujaz.publish.folder.workspace import PRIVATE
from mujaz.publish.show import Show
from mujaz.report import Report, StoryReport
from mujaz.settings.values import Config, timezone
from mujaz.storage.hashing import sha256_of
from mujaz.text.script import Reading


@dataclass(frozen=True, slots=True)
class Setup:
    """Settings that the articles of a run have in common.

    Attributes:
        root: The show folder.
        config: The settings; its workers speak within one article.
        show: The channel.
        image: The newsroom's own cover, if it has one.
    """

    root: Path
    config: Config
    show: Show
    image: Path | None


@dataclass(frozen=True, slots=True)
class Job:
    """An article to be made.

    Attributes:
        setup: File with the pickled :class:`Setup`, in the folder for finished files.
        order: The item with its page.
        folder: Folder of the episode that it has already, or empty.
    """

    setup: str
    order: Order
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """The result of a job.

    Attributes:
        status: ``made``, ``corrected``, ``partial``, ``unchanged`` or ``failed``.
        manifest: The episode without its media fields, as JSON; empty if none was made.
        mp3: Its audio file.
        opus: The same in Opus, or empty.
        title: The article's headline.
        error: Why it failed, or what of it was not spoken.
        hint: What the user can do about it.
        warnings: For the report.
    """

    item: Item
    status: str
    manifest: str = ""
    mp3: str = ""
    opus: str = ""
    title: str = ""
    error: str = ""
    hint: str = ""
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Tools:
    """Things that a worker process loads once."""

    setup: Setup
    voices: LoadedVoices
    reading: Reading
    rules: PageRules
    sounds: StationSounds
    image_digest: str
    cover: bytes


def make_article(job: Job) -> Made:
    """Make the episode of an article; faults of the article are part of the result.

    Raises:
        MujazError: If the set-up is wrong, which concerns every article.
    """
    tools = _tools(job.setup)
    report = Report()
    entry = StoryReport("", job.order.item.origin)
    report.stories.append(entry)
    with fault_log(tools.setup.root / PRIVATE), StoryBoundary() as boundary:
        return _made(job, tools, report, entry)
    item = job.order.item
    return Made(item, "failed", title=entry.title, error=boundary.reason, hint=boundary.hint)


def _made(job: Job, tools: _Tools, report: Report, entry: StoryReport) -> Made:
    item, setup = job.order.item, tools.setup
    page = page_of(job.order, tools.rules)
    script, time = _script(page, item, tools, report, entry)
    now = datetime.now(timezone(setup.config)).replace(microsecond=0)
    existing = _existing(setup.root, job.folder)
    snapshot = Snapshot(setup.root, existing, media=_sizes(setup.root, existing))
    files = (tools.sounds.digest, tools.image_digest)
    made_from = fingerprint(script, setup.show, tools.voices, setup.config, files)
    sources = [item.source]
    if not item.url and existing:
        _require_same_news(script, existing[0], item)
    decision = decide(script, snapshot, sources, made_from, now, guid=item.guid)
    if isinstance(decision, Unchanged):
        return Made(item, "unchanged", title=script.title)
    if not isinstance(decision, Make):
        raise MujazError("this episode was retracted and is not made again", where=item.origin)
    require_no_loss(script, existing[0] if existing else None, tools.voices.cast)
    if not existing:
        now = published_at(page, script.day, time, now)
    # Articles are made in no order, so none has a number in the show.
    decision = replace(decision, track=0)
    folder = Path(tempfile.mkdtemp(prefix="article-", dir=Path(job.setup).parent))
    keep_sounds(script, setup.root, folder)
    config, voices = setup.config, tools.voices
    recording = record(script, folder, config, voices, report, tools.sounds)
    episode = episode_of(script, sources, recording, decision, voices, report, now)
    write_tags(recording, episode, setup.show, decision, tools.cover)
    warnings = [*report.warnings, *chapter_warnings(recording, episode)]
    episode = with_checksums(episode, recording.path)
    partial = bool(report.unspoken)
    return Made(
        item,
        "partial" if partial else "corrected" if existing else "made",
        manifest.to_json(replace(episode, media=_NO_MEDIA)),
        str(recording.path),
        str(recording.opus or ""),
        script.title,
        entry.error if partial else "",
        warnings=tuple(warnings),
    )


# A name of the right form: the real one is that of the finished files.
_NO_MEDIA = "2000-01-01-00000000.mp3"


def _script(
    page: Page, item: Item, tools: _Tools, report: Report, entry: StoryReport
) -> tuple[Script, str]:
    """The script of an article, and the time of day that the article states."""
    stated = stated_article(page, item)
    if stated is not None:
        article = checked_article(stated, page, report)
    else:
        article = article_of(page, report)
    article = replace(article, url=item.url, source=item.origin)
    entry.title = article.title
    config = tools.setup.config
    script = script_of_articles([(article, entry)], config, tools.reading, Options(), report)
    section = section_of(item)
    if section:
        stories = tuple(replace(story, section=section) for story in script.stories)
        script = replace(script, stories=stories)
    return script, article.time


def _require_same_news(script: Script, existing: StoredEpisode, item: Item) -> None:
    """Refuse other news under an id or path that an episode of the show has already.

    Raises:
        SourceError: If the texts have neither a sentence nor most words in common.
    """
    theirs = [cue.sentence.text for cue in existing.episode.cues if cue.sentence.kind in NEWS]
    ours = [sentence.text for sentence in script.sentences if sentence.kind in NEWS]
    if not is_same_news(ours, theirs):
        raise SourceError(
            f"other news has this id or path in the show: {existing.episode.title}",
            where=item.origin,
            hint="archive it into another show folder, or give each article an address",
        )


def _existing(root: Path, folder: str) -> tuple[StoredEpisode, ...]:
    if not folder:
        return ()
    return (StoredEpisode(manifest.load(root / manifest_name(folder)), folder),)


def _sizes(root: Path, existing: tuple[StoredEpisode, ...]) -> dict[str, int]:
    names = [name for s in existing for name in (s.episode.media, s.episode.opus_media)]
    sizes = {name: media_size(root, name) for name in names}
    return {name: size for name, size in sizes.items() if size is not None}


@cache
def _tools(path: str) -> _Tools:
    logging.getLogger("mujaz").setLevel(logging.ERROR)
    # Written by the run that started this process, in a folder that only its user can write.
    setup: Setup = pickle.loads(Path(path).read_bytes())
    config, image = setup.config, setup.image
    return _Tools(
        setup,
        load_voices(config, limit_memory=True),
        reading(config),
        page_rules(config),
        station_sounds(config),
        sha256_of(image) if image else "",
        tag_cover(setup.show.title, image),
    )
